"""What differs between two arms, and nothing else."""

from dataclasses import replace

from tests.support.builders import NOON, a_version, an_arm
from workbench.domain.index import IndexInfo, IndexSettings
from workbench.domain.prompt import RetrievalSettings
from workbench.workspace.comparison.arm_changes import arm_changes


def known(**settings):
    """Indexes by fingerprint, each with its own settings."""
    return {
        fingerprint: IndexInfo("library", fingerprint, chosen, "1", 2, chunks, NOON)
        for fingerprint, (chosen, chunks) in settings.items()
    }.get


NOTHING_KNOWN = known()


def changed(before, after, index=NOTHING_KNOWN):
    return {change.what: (change.before, change.after) for change in arm_changes(before, after, index)}


def test_arms_that_are_asked_alike_differ_in_nothing():
    assert changed(an_arm(), an_arm()) == {}


def test_words_of_the_prompt_are_told_as_texts_and_its_version_as_a_value():
    before, after = an_arm(a_version(system="Be brief.")), an_arm(a_version(number=2, system="Be exact."))

    found = {change.what: change.is_text for change in arm_changes(before, after, NOTHING_KNOWN)}

    assert found == {"Prompt": False, "System message": True}


def test_model_and_parameters_are_told_with_what_only_one_of_them_has():
    before = an_arm()
    after = replace(an_arm(model="mini"), parameters={"temperature": 0.7})

    assert changed(before, after) == {"Model": ("offline/reader", "mini"), "Parameter temperature": ("none", "0.7")}


def test_retrieval_and_the_settings_of_the_index_are_told_where_they_differ():
    before = an_arm(retrieval=RetrievalSettings("library", k=4), index_fingerprint="a")
    after = an_arm(retrieval=RetrievalSettings("library", k=8), index_fingerprint="b")
    index = known(a=(IndexSettings(), 10), b=(IndexSettings(chunk_size=100), 20))

    assert changed(before, after, index) == {
        "Retrieval, k": ("4", "8"),
        "State of the index": ("a", "b"),
        "Index, chunk size": ("200", "100"),
        "Index, chunks": ("10", "20"),
    }


def test_an_index_that_was_removed_since_is_told_apart_all_the_same():
    assert changed(an_arm(index_fingerprint="a"), an_arm(index_fingerprint="b")) == {"State of the index": ("a", "b")}
