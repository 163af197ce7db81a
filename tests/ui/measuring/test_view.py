"""Measuring retrieval on the page: the plan, the verdict, every question, and using a setting."""

import pytest

from tests.support.shown_page import press, shown
from workbench import Workbench
from workbench.domain.dataset import Example
from workbench.workspace.evaluations.plan import Grid

WAIT_S = 60


@pytest.fixture
def measured(project):
    """A finished evaluation of six settings; its id."""
    with Workbench.open(project) as wb:
        plan = wb.evaluations.plan("library", "golden", Grid(searches=("hybrid", "dense", "bm25"), ks=(1, 2)))
        return wb.evaluations.carry_out(plan).info.id


def use(at, project):
    """Press “Use this”, and look again when the index is built."""
    press(at, "Use this")
    assert not at.exception
    if "using" in at.query_params:  # else it was built before the page was drawn again
        name = at.query_params["using"]
        with Workbench.open(project) as wb:
            building = wb.indexes.building(name)
            if building is not None:
                building.wait(WAIT_S)
        at.run()


def test_without_a_row_that_names_its_source_the_page_says_how_one_does(project, show):
    with Workbench.open(project) as wb:
        rows = [Example(id="one", inputs={"question": "Why?"}, expected="Because.")]
        wb.datasets.save("golden", rows, source="code")

    at = show("knowledge", view="measure")

    assert not at.exception
    assert "No golden set says yet where its answers stand" in shown(at)
    assert '"relevant": ["hours.md#Opening hours"' in at.code[0].value
    assert "A sample with sources" in [one.label for one in at.get("download_button")]


def test_what_measuring_takes_is_told_before_it_starts(project, show):
    at = show("knowledge", view="measure", sizes=["200", "50"], ks=["1", "2"])

    text = shown(at)
    assert not at.exception
    assert "12 settings, 1 index to build, 30 searches for 5 questions; free of charge." in text
    assert "1 row is left out" in text


def test_a_grid_that_cannot_be_is_an_error_in_words(project, show):
    at = show("knowledge", view="measure", searches=[""])

    assert not at.exception
    assert "at least one search" in shown(at)


def test_measuring_ends_with_the_verdict_under_an_address_of_its_own(project, show):
    at = show("knowledge", view="measure", searches=["hybrid", "bm25"])

    press(at, "Measure")
    with Workbench.open(project) as wb:
        (listed,) = wb.evaluations.list("library")
        job = wb.evaluations.find(listed.info.id)
        if job is not None:
            job.wait(WAIT_S)
    at.run()

    assert not at.exception
    assert "of the right sources" in at.header[0].value
    assert at.query_params["evaluation"] == listed.info.id


def test_the_verdict_comes_first_and_the_best_setting_is_the_one_looked_at(project, measured, show):
    at = show("knowledge", view="measure", evaluation=measured)

    assert not at.exception
    assert at.header[0].value.replace("\\", "").partition("] ")[2].startswith("Search by ")
    settings, questions = at.dataframe[0].value, at.dataframe[1].value
    assert len(settings) == 6
    assert settings["Against now"].iloc[0] == "– now"
    assert len(questions) <= 5
    assert "6 of 6 settings measured" in shown(at)


def test_missed_sources_are_told_with_the_rank_at_which_they_stood(project, show):
    with Workbench.open(project) as wb:
        plan = wb.evaluations.plan("library", "golden", Grid(searches=("dense",), ks=(1,)))
        evaluation = wb.evaluations.carry_out(plan)
        label = evaluation.info.settings[0].label
        missed = [one for one in evaluation.questions(label) if one.missed]
    assert missed

    at = show("knowledge", view="measure", evaluation=evaluation.info.id)

    gold = missed[0].missed[0]
    assert f"missed, stood at rank {gold.rank}: {gold.span}" in shown(at)
    assert len(at.dataframe[1].value) == len(missed)
    everything = show("knowledge", view="measure", evaluation=evaluation.info.id, show="all")
    assert len(everything.dataframe[1].value) == 5


def test_figures_of_documents_that_have_changed_since_say_so(project, measured, show):
    before = show("knowledge", view="measure", evaluation=measured)
    with Workbench.open(project) as wb:
        (project / "more").mkdir()
        (project / "more" / "parking.md").write_text("Bicycles are parked in the yard.")
        wb.build_index("library", project / "more")

    after = show("knowledge", view="measure", evaluation=measured)

    assert not after.exception
    assert "The documents have changed since" not in shown(before)
    assert "The documents have changed since" in shown(after)


def test_a_chunk_that_was_found_opens_in_its_document(project, measured, show):
    at = show("knowledge", view="measure", evaluation=measured, show="all", question="q-4")

    press(at, "Open in the document")

    assert not at.exception
    assert at.query_params["view"] == "documents"
    assert "you came for this" in shown(at)


def test_a_question_is_asked_as_the_setting_asks_it(project, measured, show):
    with Workbench.open(project) as wb:
        label = next(one.label for one in wb.evaluations.get(measured).info.settings if one.way.search == "bm25")
    at = show("knowledge", view="measure", evaluation=measured, setting=label, show="all", question="q-4")

    press(at, "Ask it")

    assert (at.query_params["search"], at.query_params["k"]) == ("bm25", "1")
    assert "A model would be shown 1 chunk." in shown(at)


def test_using_a_setting_saves_a_version_that_searches_so_and_leads_to_the_run(project, measured, show):
    with Workbench.open(project) as wb:
        before = wb.prompts.get("desk")
        chosen = next(
            one for one in wb.evaluations.get(measured).info.settings if one.way.search == "bm25" and one.k == 1
        )
    at = show("knowledge", view="measure", evaluation=measured, setting=chosen.label)

    use(at, project)

    assert not at.exception
    with Workbench.open(project) as wb:
        after = wb.prompts.get("desk")
    assert after.number == before.number + 1
    assert after.content.retrieval == chosen.retrieval("library")
    assert after.content.messages == before.content.messages
    assert at.query_params["prompt"] == [before.label, after.label]
    assert at.title[0].value == "Run"


def test_a_setting_cut_in_another_way_becomes_an_index_of_its_own_name(project, show):
    with Workbench.open(project) as wb:
        plan = wb.evaluations.plan("library", "golden", Grid(chunkers=("headings", "tokens"), ks=(1,)))
        evaluation = wb.evaluations.carry_out(plan)
        label = evaluation.info.settings[1].label
    at = show("knowledge", view="measure", evaluation=evaluation.info.id, setting=label)

    use(at, project)

    with Workbench.open(project) as wb:
        names = {info.name: info.settings.chunker for info in wb.indexes.list()}
        assert names == {"library": "headings", "library-tokens-200": "tokens"}
        assert wb.prompts.get("desk").content.retrieval.index == "library-tokens-200"


def test_earlier_evaluations_are_listed_and_opened(project, measured, show):
    at = show("knowledge", view="measure")
    assert "Measured before" in shown(at)

    press(at, "Look at it")

    assert "of the right sources" in at.header[0].value


def test_an_evaluation_that_is_not_there_is_an_error_with_the_way_out(project, show):
    at = show("knowledge", view="measure", evaluation="nowhere")

    assert not at.exception
    assert "There is no" in shown(at)
    press(at, "Measure")
    assert "Before you start" in shown(at)


@pytest.mark.parametrize(
    ("ks", "said"),
    [
        ((2,), ""),
        ((1, 2), " The other setting found no more."),
        ((1, 2, 3), " None of the other 2 settings found more."),
    ],
)
def test_the_verdict_counts_the_other_settings(project, show, ks, said):
    with Workbench.open(project) as wb:
        row = Example(id="q", inputs={"question": "opening hours"}, relevant=("hours.md#Opening hours",))
        wb.datasets.save("easy", [row], source="code")
        evaluation = wb.evaluations.carry_out(wb.evaluations.plan("library", "easy", Grid(ks=ks)))

    at = show("knowledge", view="measure", evaluation=evaluation.info.id)

    header = at.header[0].value.replace("\\", "")
    assert header.endswith(f".{said}")
    assert ("other" in header) == bool(said)
