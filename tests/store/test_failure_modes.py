"""Steps of experts: what they say holds until it is undone, and nothing is ever overwritten."""

from __future__ import annotations

from datetime import datetime

from workbench.domain.failure_mode import Assignment, FailureMode, GroupProposal, ModeQuestion, NoteGroup
from workbench.store import failure_modes

AT = datetime.fromisoformat("2026-01-02T12:00:00")
LATER = datetime.fromisoformat("2026-01-02T13:00:00")
FEE = FailureMode("m1", "Fee")


def step(s, action, **fields):
    return failure_modes.add_step(s, action, action, by="ann", at=fields.pop("at", AT), **fields)


def test_the_newest_state_counts_and_an_undone_step_never_was(session):
    step(session, "added", modes=[FEE])
    renamed = step(session, "changed", modes=[FailureMode("m1", "Made-up fee", "d")])
    step(session, "retired", modes=[FailureMode("m1", "Made-up fee", "d", "retired")], at=LATER)
    assert failure_modes.modes(session) == [FailureMode("m1", "Made-up fee", "d", "retired")]

    step(session, "undone", undoes=3)
    step(session, "undone", undoes=renamed)

    assert failure_modes.modes(session) == [FEE]
    assert failure_modes.names_given(session) == [("Fee", "m1")]
    assert [one.number for one in failure_modes.history(session, "m1")] == [1, 2, 3]
    assert [one.undoes for one in failure_modes.steps(session)] == [None, None, None, 3, 2]


def test_a_note_is_where_it_was_put_last(session):
    step(session, "moved", assignments=[Assignment("t1", "r1", "ann", ("m1",), "x")])
    last = step(session, "moved", assignments=[Assignment("t1", "r1", "ann", (), "x")])
    assert failure_modes.assignments(session, ["r1"])[0].modes == ()
    assert failure_modes.assignments(session, ["r2"]) == []

    step(session, "undone", undoes=last)

    assert failure_modes.assignments(session, ["r1"])[0].modes == ("m1",)


def test_a_proposal_holds_until_it_is_dismissed_or_replaced(session):
    groups = (NoteGroup("Fee", "d", (("t1", "ann"), ("t2", "b\"e'n"))),)
    made = GroupProposal("r1,r2", "model", groups, "ann", AT, "mini", 0.002)
    failure_modes.add_proposal(session, made)
    assert failure_modes.proposal(session, "r1,r2") == made
    assert failure_modes.proposal(session, "r1") is None

    dismissed = step(session, "dismissed", scope="r1,r2")
    assert failure_modes.proposal(session, "r1,r2") is None

    step(session, "undone", undoes=dismissed)
    assert failure_modes.proposal(session, "r1,r2") == made


def test_questions_of_judges_are_found_by_their_step(session):
    given = ModeQuestion("m1", "style", "Is it short?", began_judge=True)
    asked = step(session, "asked", question=given)
    assert failure_modes.question_of(session, asked) == given
    assert failure_modes.questions(session) == [given]

    step(session, "undone", undoes=asked)

    assert failure_modes.questions(session) == []
