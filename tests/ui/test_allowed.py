"""What the role of who signed in does not allow is shown, is off, and says why; what it allows is on."""

from __future__ import annotations

import pytest

from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.ui import signing_in

PEOPLE = """
[people]
engineers = ["chris@example.org"]
reviewers = ["ann <ann@example.org>"]
approvers = ["ben@example.org"]
"""
BUTTONS = {
    "prompts": ("Edit", "Try", "Start writing"),
    "run": ("Start",),
    "review": ("Review all of them", "Make the queue"),
}
VIEWS = (
    ("overview", {}),
    ("datasets", {"row": "q-1"}),
    ("knowledge", {}),
    ("compare", {}),
    ("judges", {}),
    ("release", {}),
    ("release", {"view": "environments"}),
    ("release", {"view": "files"}),
    ("release", {"view": "gates"}),
)
LEAD_ELSEWHERE = {
    "Sign out",
    "Ask",
    "Close",
    "Compare",
    "Review",
    "See the changes",
    "See the evidence",
    "Set up a gate",
}
UNSAVED = {"Add a rule", "Take out"}
"""What they do is seen by nobody else before it is saved."""


@pytest.fixture
def signed_in(project, monkeypatch):
    """The project of a team; say who sits there."""
    with (project / "workbench.toml").open("a", encoding="utf-8") as file:
        file.write(PEOPLE)

    def sits(who):
        claims = {"email": f"{who}@example.org", "email_verified": True, "is_logged_in": True}
        monkeypatch.setattr(signing_in, "claims", lambda: claims)

    return sits


def buttons(show):
    """Whether it can be pressed, and what it says, by page and label."""
    found = {}
    for page, labels in BUTTONS.items():
        at = show(page)
        assert not at.exception, page
        assert not at.error, (page, at.error[0].value)
        found |= {f"{page}: {b.label}": (not b.disabled, b.help or "") for b in at.button if b.label in labels}
    return found


def test_a_reviewer_can_review_and_sees_why_nothing_else(signed_in, show):
    signed_in("ann")

    found = buttons(show)

    assert {name for name, (on, _) in found.items() if on} == {"review: Review all of them", "review: Make the queue"}
    assert {name for name, (on, _) in found.items() if not on} >= {"prompts: Edit", "prompts: Try", "run: Start"}
    assert all("ann may not" in why and "engineer" in why for on, why in found.values() if not on)
    table = show("datasets")
    assert not table.exception
    release = show("release")
    assert any("ann may not approve" in element.value.replace("\\", "") for element in release.warning)


def test_an_engineer_can_build_and_not_review(signed_in, show):
    signed_in("chris")

    found = buttons(show)

    assert {name for name, (on, _) in found.items() if not on} == {"review: Review all of them"}


def test_a_stranger_looks_at_every_page_and_presses_nothing_that_changes_anything(signed_in, project, show):
    signed_in("eve")

    assert {name for name, (on, _) in buttons(show).items() if on} == set()
    (project / "documents" / "hours.md").write_text("# Opening hours\n\nNever.\n", encoding="utf-8")
    with Workbench.open(project, actor=Actor("ben@example.org")) as wb:
        wb.releases.approve("desk@1")
    on = set()
    for page, address in VIEWS:
        at = show(page, **address)
        assert not at.exception, (page, address)
        assert not at.error, (page, at.error[0].value)
        on |= {button.label for button in at.button if not button.disabled}
    questions = {label for label in on if label.endswith("?")}
    assert on - questions - LEAD_ELSEWHERE - UNSAVED == set()


def test_nobody_sees_a_page_before_signing_in(project, show, monkeypatch):
    monkeypatch.setenv(signing_in.SIGNED_IN_ONLY, "1")

    at = show("prompts")

    assert [button.label for button in at.button] == ["Sign in"]
    assert "desk" not in " ".join(text.value for text in at.markdown)
    assert not at.exception


def test_a_sign_in_lasts_a_working_day(monkeypatch):
    now = 1_000_000.0
    monkeypatch.setattr(signing_in.time, "time", lambda: now)

    assert not signing_in._was_long_ago(now - 11 * 3600)
    assert signing_in._was_long_ago(now - 13 * 3600)
