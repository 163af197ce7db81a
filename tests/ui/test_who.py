"""Who sits at this browser: asked once, and never above a name that was proven."""

from __future__ import annotations

import pytest

from workbench.domain.actor import Actor
from workbench.domain.people import People
from workbench.ui import who


@pytest.fixture
def cookies(monkeypatch):
    """What this browser remembers."""
    kept: dict[str, str] = {}
    monkeypatch.setattr(who, "_remembered", lambda: kept.get(who.COOKIE, ""))
    return kept


def test_a_name_said_on_the_page_is_that_of_the_verdicts(project, show):
    at = show("review")
    at.text_input(key="who-field").set_value(" Ben   <b>Ode</b> ").run()
    at.button(key="who-say").click().run()

    assert not at.exception
    assert any("Ben \\<b\\>Ode\\<\\/b\\>".replace("\\/", "/") in element.value for element in at.markdown)


def test_the_browser_remembers_the_name(cookies):
    cookies[who.COOKIE] = "Ben%20Ode"

    assert who.at_this_browser(Actor("ann"), People()).name == "Ben Ode"


def test_a_name_that_was_proven_is_not_overruled(cookies):
    cookies[who.COOKIE] = "Ben"

    assert who.at_this_browser(Actor("ann", signed_in=True), People()).name == "ann"


@pytest.mark.parametrize("kept", ["", "%20%20", "%00%0a"])
def test_nothing_that_can_be_read_is_no_name(cookies, kept):
    cookies[who.COOKIE] = kept

    assert who.at_this_browser(Actor("ann"), People()).name == "ann"
