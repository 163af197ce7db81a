"""From reviewers' notes to failure modes: what an expert may rely on while naming, sorting and counting them."""

import pytest

from tests.support.reviewed import noted
from workbench.domain.actor import Actor
from workbench.errors import InputError, NotAllowedError, NotFoundError

NOTES = {
    "q-1": "invents a fee",
    "q-2": "the fee is invented",
    "q-3": "no citation",
    "q-4": "cites nothing, no citation at all",
    "q-5": "too long",
}


@pytest.fixture
def wb(finished):
    """Ann failed the first five answers of `answer@1`, each with a note, and passed the sixth and all of `answer@2`."""
    noted(finished, "answer@1:one", NOTES)
    return finished


def names(wb):
    return {
        mode.name: [note.example for note in found.notes_of(mode.id)] for found in [look(wb)] for mode in found.modes
    }


def look(wb):
    return wb.failures.analysis("latest")


def keys(wb, *examples):
    return [note.key for note in look(wb).notes if note.example in examples]


def test_nothing_is_sorted_before_the_expert_accepts_it(wb):
    proposal = wb.failures.group_by_words("latest")

    assert sorted(len(group.notes) for group in proposal.groups) == [2, 2]
    assert names(wb) == {}
    assert len(look(wb).unsorted) == 5

    wb.failures.edit.accept([group for group in look(wb).groups if group.name == "Fee, invented"])

    assert names(wb) == {"Fee, invented": ["q-1", "q-2"]}
    assert [len(group.notes) for group in look(wb).groups] == [2]


def test_groups_that_were_put_away_come_back_with_undo(wb):
    wb.failures.group_by_words("latest")
    wb.failures.dismiss("latest")
    assert look(wb).groups == ()

    assert wb.failures.undo().action == "dismissed"

    assert len(look(wb).groups) == 2


def test_modes_are_renamed_merged_split_and_taken_back_step_by_step(wb):
    edit = wb.failures.edit
    fee = edit.split(keys(wb, "q-1", "q-2"), "Invents a fee")
    cites = edit.split(keys(wb, "q-3", "q-4"), "No citation")
    edit.change(fee.id, name="Made-up fee", description="A fee that no source states.")
    edit.merge("No citation", "Made-up fee")
    assert names(wb) == {"Made-up fee": ["q-1", "q-2", "q-3", "q-4"]}

    edit.split(keys(wb, "q-4"), "Long")
    edit.move(keys(wb, "q-5"), "long")
    assert names(wb) == {"Made-up fee": ["q-1", "q-2", "q-3"], "Long": ["q-4", "q-5"]}

    undone = [wb.failures.undo().action for _ in range(4)]
    assert undone == ["moved", "split", "merged", "changed"]
    assert names(wb) == {"Invents a fee": ["q-1", "q-2"], "No citation": ["q-3", "q-4"]}
    assert [step.action for step in wb.failures.history(cites.id)] == ["split", "merged"]
    assert wb.audit.verify() == []


def test_a_retired_mode_gives_its_notes_back_and_can_be_restored(wb):
    mode = wb.failures.edit.split(keys(wb, "q-5"), "Long")
    wb.failures.edit.retire("Long")
    assert len(look(wb).unsorted) == 5

    wb.failures.edit.restore(mode.id)

    assert names(wb) == {"Long": ["q-5"]}


def test_a_mode_of_ones_own_stands_ready_without_notes(wb):
    wb.failures.edit.add("Rude", "In a tone that nobody would like.")

    assert [mode.name for mode in look(wb).unseen] == ["Rude"]
    assert wb.failures.names() == ["Rude"]
    with pytest.raises(InputError, match="already"):
        wb.failures.edit.add(" rude ")


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "zero\u200bwidth", "bell\a"])
def test_names_that_cannot_be_read_are_refused(wb, name):
    with pytest.raises(InputError):
        wb.failures.edit.add(name)


def test_tags_of_the_review_screen_sort_by_themselves_and_follow_their_mode(wb):
    noted(wb, "answer@2:one", {"q-1": "why?"}, tags=("Wrong number",))
    assert names(wb) == {"Wrong number": ["q-1"]}

    wb.failures.edit.change("Wrong number", name="Wrong figure")
    noted(wb, "answer@2:one", {"q-2": ""}, tags=("wrong  NUMBER",))
    assert names(wb) == {"Wrong figure": ["q-1", "q-2"]}

    wb.failures.edit.split(keys(wb, "q-3"), "Off by one")
    wb.failures.edit.merge("Wrong figure", "Off by one")
    noted(wb, "answer@2:one", {"q-3": ""}, tags=("Wrong figure",))
    assert sorted(names(wb)["Off by one"]) == ["q-1", "q-2", "q-3", "q-3"]


def test_a_note_that_is_written_anew_is_to_be_sorted_anew(wb):
    wb.failures.edit.split(keys(wb, "q-1"), "Invents a fee")
    noted(wb, "answer@1:one", {"q-1": "it is rather too long"})

    assert names(wb) == {}
    noted(wb, "answer@1:one", {"q-1": "invents a fee"})
    assert names(wb) == {"Invents a fee": ["q-1"]}


def test_withdrawn_passed_and_settled_answers_are_no_failures(wb):
    ids = {note.example: note.trial_id for note in look(wb).notes}
    wb.reviews.withdraw(ids["q-1"])
    wb.reviews.give(ids["q-2"], "pass", note="fine after all")
    wb.acting_as(Actor("cleo")).reviews.adjudicate(ids["q-3"], "pass", note="a citation is not needed here")

    assert [note.example for note in look(wb).notes] == ["q-4", "q-5"]


def test_shares_are_of_reviewed_examples_with_an_interval(wb):
    wb.failures.edit.split(keys(wb, "q-1", "q-2"), "Invents a fee")
    found = look(wb)
    (mode,) = found.modes

    before, after = (found.count(mode.id, arm) for arm in found.arms)

    assert (before.answers, before.reviewed, before.share.n) == (2, 6, 6)
    assert before.share.method == "Wilson score"
    assert (round(before.share.low, 4), round(before.share.high, 4)) == (0.0968, 0.7000)
    assert (after.answers, after.reviewed, after.share.mean) == (0, 6, 0.0)
    (difference,) = found.differences
    assert (difference.result.n, round(difference.result.difference, 4)) == (6, -0.3333)
    assert found.not_told_apart({})[0].startswith("Invents a fee: cannot tell yet whether")


def test_what_was_picked_to_learn_from_is_listed_and_does_not_count(wb):
    noted(wb, "answer@2:one", {"q-1": "", "q-2": ""}, tags=("Rude",), purpose="learn")
    found = look(wb)
    (mode,) = found.modes

    assert [note.example for note in found.notes_of(mode.id)] == ["q-1", "q-2"]
    assert [found.count(mode.id, arm).answers for arm in found.arms] == [0, 0]
    assert [found.count(mode.id, arm).reviewed for arm in found.arms] == [6, 6]


def test_somebody_elses_step_is_not_undone(wb):
    wb.failures.edit.add("Rude")

    with pytest.raises(NotAllowedError, match="ann, who added 'Rude'"):
        wb.acting_as(Actor("ben")).failures.undo()


def test_what_is_not_there_says_so(wb):
    with pytest.raises(NotFoundError, match="Rude"):
        wb.failures.edit.retire("Rude")
    with pytest.raises(InputError, match="not there"):
        wb.failures.edit.move([("sha256:none", "ann")], None)
    with pytest.raises(InputError, match="No note"):
        wb.failures.edit.move([], None)
    wb.failures.edit.add("Rude")
    with pytest.raises(InputError, match="itself"):
        wb.failures.edit.merge("Rude", "Rude")


def test_a_failing_answer_becomes_a_golden_example_with_its_provenance(wb):
    note = next(note for note in look(wb).notes if note.example == "q-1")
    wb.failures.edit.split([note.key], "Invents a fee")

    saved = wb.failures.keep_example(note.trial_id)

    (row,) = wb.datasets.examples("failures")
    assert (row.inputs, row.expected) == ({"question": "How long is item 1 lent?"}, "1 days")
    assert row.metadata == {
        "from_run": note.run,
        "from_example": "q-1",
        "from_trial": note.trial_id,
        "from_reviewer": "ann",
        "failure_modes": ["Invents a fee"],
        "note": "invents a fee",
    }
    assert not wb.failures.keep_example(note.trial_id).created
    entry = next(e for e in wb.audit.list() if e.subject == f"failures@{saved.version}")
    assert entry.detail["from_trial"] == note.trial_id


def test_the_right_answer_of_a_reviewer_replaces_what_a_golden_set_expected(wb):
    noted(wb, "answer@2:one", {"q-6": "wrong"}, correction="6 days, or 7 in summer")
    note = next(note for note in look(wb).notes if note.example == "q-6")

    wb.failures.keep_example(note.trial_id, dataset="golden")

    rows = wb.datasets.examples("golden")
    assert len(rows) == 6
    assert {row.id: row.expected for row in rows}["q-6"] == "6 days, or 7 in summer"


def test_reading_on_is_advised_until_twenty_answers_in_a_row_bring_nothing_new(wb):
    found = look(wb).saturation
    assert (found.reached, found.unsorted) == (False, 5)

    wb.failures.edit.split(keys(wb, *NOTES), "Anything")

    assert look(wb).saturation.since_new == 11
    assert "read on until 20 in a row bring none" in look(wb).saturation.sentence


def test_runs_of_one_prompt_are_looked_at_together(wb):
    first = wb.runs.find("latest")
    wb.run(["answer@1"], "golden", models="one", use_cache=False)
    second = wb.runs.find("latest")
    assert wb.failures.runs_of_prompt(second) == [second, first]
    noted(wb, "answer@1:one", {"q-1": "invents a fee"})

    found = wb.failures.analysis(first, second)

    assert [note.run for note in found.notes if note.example == "q-1"] == [first, second]
