"""What goes wrong, on the Review page: from notes to modes, a judge's question and a golden example, by clicking."""

import pytest

from tests.support.reviewed import noted
from workbench import Workbench
from workbench.domain.actor import Actor

HOSTILE = "invents a <img src=x onerror=alert(1)> **fee** [x](http://evil)"


@pytest.fixture
def wb(project):
    with Workbench.open(project, actor=Actor("ann")) as opened:
        yield opened


@pytest.fixture
def notes(wb):
    """Four answers of the first arm failed, each with a note, all others passed."""
    run = wb.runs.find("latest")
    arm, ids = wb.runs.info(run).arms[0], [row.id for row in wb.runs.stored_plan(run).examples]
    noted(wb, arm, dict(zip(ids, [HOSTILE, "the fee is invented", "no citation", "rude"], strict=False)))
    return ids


def button(at, label):
    return next(one for one in at.button if one.label == label)


def shown(at):
    return "\n".join(str(one.value) for kind in ("markdown", "caption", "info", "success") for one in getattr(at, kind))


def look(wb):
    return wb.failures.analysis("latest")


def test_before_anybody_has_reviewed_the_view_says_what_to_do(project, show):
    at = show("review", view="wrong")

    assert not at.exception
    assert "Read 50 answers or more" in at.info[0].value


def test_an_empty_project_leads_to_a_run(empty_project, show):
    at = show("review", view="wrong")

    assert not at.exception
    assert "Run a prompt on a golden set" in at.info[0].value


def test_notes_are_grouped_looked_at_accepted_and_taken_back(wb, notes, show):
    at = show("review", view="wrong")
    assert "4 of 12 reviewed answers have something wrong with them." in shown(at).replace("\\", "")

    button(at, "Group by words").click()
    at.run()
    assert look(wb).modes == []
    name = next(field for field in at.text_input if field.label == "Name of group 1")
    name.set_value("Invents a fee")
    button(at, "Accept the ticked groups").click()
    at.run()

    assert not at.exception
    assert [(mode.name, len(look(wb).notes_of(mode.id))) for mode in look(wb).modes] == [("Invents a fee", 2)]
    button(at, "Undo").click()
    at.run()
    assert look(wb).modes == []


def test_chosen_notes_move_to_a_mode_that_is_typed(wb, notes, show):
    at = show("review", view="wrong")
    next(box for box in at.checkbox if box.label == "rude").check()
    at.run()
    moving = next(one for one in at.selectbox if one.label.startswith("Move the chosen notes"))
    assert moving.label == "Move the chosen notes (1) to"

    wb.failures.edit.split([note.key for note in look(wb).notes if note.text == "rude"], "Rude")
    mode = look(wb).modes[0]
    at = show("review", view="wrong", mode=mode.id)
    next(box for box in at.checkbox if box.label == "rude").check()
    at.run()
    button(at, "Take out").click()
    at.run()

    assert not at.exception
    assert look(wb).modes == []


def test_a_mode_becomes_a_judge_and_an_answer_a_golden_example_in_one_click_each(wb, notes, show):
    note = next(note for note in look(wb).notes if note.text == "rude")
    mode = wb.failures.edit.split([note.key], "Rude")
    at = show("review", view="wrong", mode=mode.id)

    button(at, "Make it a judge").click()
    at.run()
    button(at, "Golden example").click()
    at.run()

    assert not at.exception
    assert 'criteria = ["Is the answer free of this fault: Rude?"]' in (wb.root / "workbench.toml").read_text()
    (row,) = wb.datasets.examples("failures")
    assert (row.metadata["from_trial"], row.metadata["failure_modes"]) == (note.trial_id, ["Rude"])
    assert "The judge rude asks: Is the answer free of this fault: Rude?" in shown(at).replace("\\", "")


def test_what_notes_say_is_text_and_never_markup(wb, notes, show):
    at = show("review", view="wrong")

    (box,) = [box for box in at.checkbox if "onerror" in box.label]
    assert "\\<img" in box.label
    assert "\\*\\*fee" in box.label
    assert "](" not in box.label


def test_an_address_that_leads_nowhere_any_more_shows_the_notes(wb, notes, show):
    at = show("review", view="wrong", mode="gone", note="gone")

    assert not at.exception
    assert {box.label for box in at.checkbox} >= {"rude", "no citation"}
