"""From documents to an index: what is read and left out, how it would be cut, the build, and its freshness."""

import pytest

from tests.support.builders import a_content
from tests.support.shown_page import press, shown
from workbench import Workbench
from workbench.domain.prompt import PromptFile, RetrievalSettings
from workbench.errors import InputError

WAIT_S = 30


@pytest.fixture
def more(project):
    folder = project / "more"
    folder.mkdir()
    (folder / "fees.md").write_text("# Fees\n\nA card is free.", encoding="utf-8")
    return folder


def built(project, name):
    """The newest index of a name, once its build has ended."""
    with Workbench.open(project) as wb:
        started = wb.indexes.building(name)
        if started is not None:
            started.wait(WAIT_S)
        return wb.indexes.get(name)


def test_an_empty_project_offers_a_sample_and_the_ways_to_bring_documents(empty_project, show):
    at = show("knowledge")

    assert not at.exception
    assert "No documents are indexed yet" in shown(at)
    assert [one.label for one in at.get("download_button")] == ["Download a sample document"]
    assert len(at.get("file_uploader")) == 1


def test_the_most_frequent_reasons_for_leaving_files_out_come_first(more, show):
    for number, ending in enumerate(("exe", "bin", "bin", "iso", "zip", "dll")):
        (more / f"{number}.{ending}").write_bytes(b"\x00")

    at = show("knowledge", view="build", folder="more")

    (label,) = (box.label.replace("\\", "") for box in at.expander if box.label.startswith("Left out"))
    assert label.startswith("Left out: 6 files. .bin files are not read (2 files) · ")
    assert label.endswith(" · and 2 other reasons")


def test_a_folder_is_looked_at_before_anything_is_built(project, more, show):
    (more / "data.bin").write_bytes(b"\x00\x01")
    at = show("knowledge", view="build", folder="more")

    assert not at.exception
    text = shown(at)
    assert "**1 document** can be read" in text
    assert "### 1 chunk" in text
    assert any(box.label == r"Left out: 1 file. \.bin files are not read" for box in at.expander)
    with Workbench.open(project) as wb:
        assert [info.name for info in wb.indexes.list()] == ["library"]


def test_the_name_that_a_link_or_the_newest_prompts_ask_for_is_proposed(project, more, show):
    def proposed(**address):
        at = show("knowledge", view="build", folder="more", **address)
        return next(line.value for line in at.text_input if line.label == "Name of the index")

    assert proposed() == proposed(called="library") == "more"
    with Workbench.open(project) as wb:
        content = a_content("{{context}} {{question}}", retrieval=RetrievalSettings("handbook"))
        wb.prompts.save(PromptFile("sourced", content))
        assert wb.indexes.missing() == ["handbook"]
    assert proposed() == "handbook"
    assert proposed(called="faq") == "faq"


def test_that_nothing_was_left_out_is_said(more, show):
    assert "Nothing was left out" in shown(show("knowledge", view="build", folder="more"))


def test_patterns_in_the_address_choose_the_files(project, more, show):
    (more / "old.md").write_text("# Old\n\nForget it.", encoding="utf-8")

    both = show("knowledge", view="build", folder="more")
    one = show("knowledge", view="build", folder="more", exclude="old*")

    assert "**2 documents** can be read" in shown(both)
    assert "**1 document** can be read" in shown(one)


def test_the_preview_turns_from_one_document_to_the_next(project, show):
    at = show("knowledge", view="build", folder="documents")
    assert "The library opens at 9 am" in shown(at)

    press(at, "Next")
    assert "A book is lent for 21 days" in shown(at)
    assert "The library opens at 9 am" not in shown(at)

    press(at, "Previous")
    assert "The library opens at 9 am" in shown(at)


def test_the_number_of_chunks_follows_the_settings(project, show):
    whole = shown(show("knowledge", view="build", folder="documents", chunker="tokens", overlap="0"))
    small = shown(show("knowledge", view="build", folder="documents", chunker="tokens", size="10", overlap="0"))

    assert "### 2 chunks" in whole
    assert "### 6 chunks" in small


def test_build_makes_an_index_with_the_chosen_settings_and_says_what_it_holds(project, more, show):
    at = show("knowledge", view="build", folder="more", chunker="sentences", size="50", overlap="5", include="*.md")

    press(at, "Build")
    info = built(project, "more")
    at.run()

    assert not at.exception
    assert (info.settings.chunker, info.settings.chunk_size, info.settings.chunk_overlap) == ("sentences", 50, 5)
    assert info.reading.include == ("*.md",)
    assert "more: 1 document, 1 chunk." in shown(at)
    press(at, "Ask it a question")
    assert any(field.label == "Question or words" for field in at.text_input)


def test_a_build_that_fails_says_why(project, more, show):
    at = show("knowledge", view="build", folder="more")
    (more / "fees.md").unlink()

    press(at, "Build")
    with Workbench.open(project) as wb:
        started = wb.indexes.building("more")
        if started is not None:
            with pytest.raises(InputError):
                started.wait(WAIT_S)
            at.run()

    assert not at.exception
    assert "There is nothing to index" in shown(at)
    assert at.query_params["folder"] == "more"


def test_a_folder_that_is_not_there_is_an_error_and_stays_typed(project, show):
    at = show("knowledge", view="build", folder="nowhere")

    assert not at.exception
    assert "There is no file or folder" in shown(at)
    assert next(field for field in at.text_input if field.label == "Folder").value == "nowhere"


def test_impossible_settings_are_an_error_in_words(project, show):
    at = show("knowledge", view="build", folder="documents", size="20", overlap="30")

    assert not at.exception
    assert "overlap" in shown(at)


def test_while_the_files_are_as_they_were_nothing_is_said(project, show):
    at = show("knowledge")

    assert "since this index was built" not in shown(at)


def test_changed_files_are_named_unasked_and_the_index_is_rebuilt(project, show):
    with Workbench.open(project) as wb:
        before = wb.build_index("own", project / "documents")
    (project / "documents" / "hours.md").write_text("# Opening hours\n\nAlways open, all year.", encoding="utf-8")

    at = show("knowledge", index="own")
    assert "1 file has changed since this index was built" in shown(at)
    assert "Changed: hours.md" in shown(at)

    press(at, "Rebuild")
    after = built(project, "own")
    at.run()

    assert after.fingerprint != before.fingerprint
    assert "own: 2 documents" in shown(at)
    assert "since this index was built" not in shown(at)


def test_files_that_are_gone_do_not_stop_the_page(project, show):
    (project / "documents").rename(project / "elsewhere")

    at = show("knowledge", q="late book")

    assert not at.exception
    assert "is not known" in shown(at)
    assert "Late books" in shown(at)


def test_all_versions_of_an_index_are_listed_and_an_earlier_one_can_be_asked(project, show):
    with Workbench.open(project) as wb:
        wb.build_index("own", project / "documents")
        (project / "documents" / "hours.md").write_text("# Opening hours\n\nAlways open.", encoding="utf-8")
        wb.build_index("own", project / "documents")

    at = show("knowledge", index="own", view="versions")
    assert len([one for one in at.button if one.label == "Look at it"]) == 2

    [one for one in at.button if one.label == "Look at it"][1].click().run()
    assert "An earlier version" in shown(at)
    assert "The library opens at 9 am on weekdays." in shown(at)
    press(at, "Show the newest")
    assert "Always open." in shown(at)


def test_an_embedder_without_its_key_says_what_it_needs_and_builds_nothing(project, show, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with (project / "workbench.toml").open("a", encoding="utf-8") as file:
        file.write('\n[embedders.remote]\nmodel = "openai/text-embedding-3-small"\n')

    at = show("knowledge", view="build", folder="documents", embedder="remote")

    assert not at.exception
    assert "OPENAI_API_KEY" in shown(at)
    assert "Choose another one" in shown(at)
    assert "Build" not in [one.label for one in at.button]


def test_the_offline_embedder_is_said_to_cost_nothing(project, show):
    at = show("knowledge", view="build", folder="documents")

    assert "Works on this machine and costs nothing." in shown(at)
