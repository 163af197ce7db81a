"""A lost source is named as the likely cause of a wrong answer, and of nothing else."""

from dataclasses import replace

import pytest

from tests.support import sourced
from tests.support.completers import Scripted, an_answer
from tests.support.sourced import LARGE, TOPICS, V1
from workbench.domain.prompt import Message, PromptFile, RetrievalSettings
from workbench.workspace.comparison.likely_causes import GoldShown, GoldSource, likely_cause, lost_sources
from workbench.workspace.runs.planning import RunOptions

WRONG, RIGHT = {"correct": 0.0}, {"correct": 1.0}


def shown(*sources, of=4):
    return GoldShown([GoldSource(text, rank) for text, rank in sources], of)


def test_a_wrong_answer_without_its_source_names_it():
    assert likely_cause(WRONG, shown(("a.md#leave", None))) == (
        "Likely cause: the source a.md#leave was not among the 4 found."
    )


def test_what_the_baseline_had_found_is_said():
    lost, kept = shown(("a.md#leave", None)), shown(("a.md#leave", 2))

    assert likely_cause(WRONG, lost, kept) == (
        "Likely cause: the source a.md#leave, which the baseline found at rank 2, was not among the 4 found."
    )
    assert likely_cause(WRONG, lost, lost) == likely_cause(WRONG, lost)


def test_several_lost_sources_are_named_together():
    lost = shown(("a.md", None), ("b.md", 1), ("c.md", None), of=3)

    assert likely_cause(WRONG, lost, shown(("a.md", 1))) == (
        "Likely cause: the sources a.md, which the baseline found at rank 1, and c.md were not among the 3 found."
    )


def test_where_nothing_was_found_at_all_it_says_so():
    assert likely_cause(WRONG, shown(("a.md", None), of=0)) == (
        "Likely cause: the source a.md was not found: nothing was."
    )


@pytest.mark.parametrize(
    ("scores", "gold"),
    [
        (RIGHT, shown(("a.md", None))),
        ({"correct": None}, shown(("a.md", None))),
        ({"citation_validity": 0.0}, shown(("a.md", None))),
        (WRONG, shown(("a.md", 3))),
        (WRONG, shown()),
        (WRONG, None),
    ],
)
def test_a_right_answer_and_a_found_source_give_no_cause(scores, gold):
    assert likely_cause(scores, gold) == ""


@pytest.mark.parametrize("name", ["correct", "checks", "human"])
def test_rules_and_people_may_say_that_an_answer_is_wrong(name):
    assert likely_cause({name: 0.0, "length": 12.0}, shown(("a.md", None)))


@pytest.fixture
def desk(sourced_project, models):
    """`desk@3` looks in the canteen's page alone, where no answer is."""
    wb = sourced_project
    elsewhere = RetrievalSettings(LARGE, k=2, filter={"document": "canteen.md"})
    wb.prompts.save(PromptFile("desk", sourced.a_prompt("Answer from the sources.", retrieval=elsewhere)))
    models.default = Scripted(from_sources)
    return wb


def from_sources(request):
    """Right where the source was shown, and where it is told to guess."""
    told, text = request.messages[0].content, request.messages[-1].content
    topic = next(topic for topic in TOPICS if f"about {topic}?" in text)
    return an_answer(TOPICS[topic] if TOPICS[topic] in text or told == "Guess." else "It is not known.")


def test_each_answer_says_which_right_sources_were_shown_and_where(desk):
    run = desk.carry_out(RunOptions(["desk@1", "desk@3"], "golden", models=["one"]))

    with_sources, without = desk.answers.to_example(run.id, "q-travel")

    assert [(source.text, source.rank) for source in with_sources.gold.sources] == [("handbook.md#travel", 1)]
    assert with_sources.gold.right == {1}
    assert without.gold.lost[0].text == "handbook.md#travel"
    assert likely_cause(without.values, without.gold, with_sources.gold).startswith(
        "Likely cause: the source handbook.md#travel, which the baseline found at rank 1, was not"
    )
    assert likely_cause(with_sources.values, with_sources.gold) == ""


def test_the_examples_that_got_worse_without_their_source_are_counted(desk):
    comparison = desk.carry_out(RunOptions(["desk@1", "desk@3"], "golden", models=["one"])).compare()
    (_, blind) = (arm.label for arm in comparison.arms)

    assert lost_sources(comparison, blind, "checks") == "Of 5 worse examples, 5 had lost the right source."
    assert lost_sources(comparison, blind, "length") == ""


def test_a_source_that_the_baseline_did_not_find_either_was_not_lost(desk):
    blind = desk.prompts.get("desk@3").content
    guessing = replace(blind, messages=(Message("system", "Guess."), *blind.messages[1:]))
    desk.prompts.save(PromptFile("desk", guessing))

    comparison = desk.carry_out(RunOptions(["desk@4", "desk@3"], "golden", models=["one"])).compare()

    assert len(comparison.flips("desk@3:one", "checks")) == 5
    assert lost_sources(comparison, "desk@3:one", "checks") == ""


def test_nothing_is_counted_where_sources_were_kept(desk):
    comparison = desk.carry_out(RunOptions(["desk@1", "desk@2"], "golden", models=["one"])).compare()

    assert comparison.baseline == V1
    assert lost_sources(comparison, "desk@2:one", "checks") == ""


def test_an_answer_to_a_row_without_named_sources_has_none(filled):
    run = filled.run("answer@1", "golden", models="one")

    assert filled.answers.to_example(run.id, "q-1")[0].gold is None
