"""Who sits at this browser: who signed in; elsewhere the name the server was started with, until another is said once.

A name that was said is kept in a cookie of this browser. It is declared, not proven, and never overrules a sign-in.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

import streamlit as st

from workbench.domain.actor import Actor
from workbench.domain.people import People
from workbench.ui import signing_in
from workbench.ui.components.text import plain
from workbench.workspace import Workbench

COOKIE = "workbench-name"
LONGEST_NAME = 80
_SAID = "who-said"
_TIMES = "who-times"
"""How often a name was said in this tab: with each, the form to say it in begins anew, closed."""
_JS = """\
export default function ({ data }) {
  const year = 365 * 24 * 3600
  document.cookie = `${data.cookie}=${encodeURIComponent(data.name)}; path=/; max-age=${year}; SameSite=Strict`
}
"""
_keep = st.components.v2.component("workbench_who", js=_JS)


def at_this_browser(known: Actor, people: People) -> Actor:
    """The actor for this browser: who signed in, or `known` unless another name was said here."""
    claims = signing_in.claims()
    if claims is not None:
        return people.signed_in(claims)
    name = None if known.signed_in else said_name()
    return known if name is None else replace(known, name=name)


def who_is_it(wb: Workbench) -> None:
    """Say under which name one works on this page, and let somebody else say theirs."""
    actor = wb.context.actor
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"You are **{plain(actor.name)}**.", width="content")
        if not actor.signed_in:
            _somebody_else("who")


def ask_name(field: str) -> None:
    """A field for one's name. `field` is its key, for `say`."""
    st.text_input("Your name, as others will see it beside your verdicts", key=field, max_chars=LONGEST_NAME)


def say(field: str) -> None:
    """Go under the name that was typed into a field from now on, where one was."""
    name = _name(st.session_state.get(field))
    if name is not None:
        st.session_state[_SAID] = name
        st.session_state[_TIMES] = st.session_state.get(_TIMES, 0) + 1


def at_the_desk(wb: Workbench) -> None:
    """The same in the sidebar, with what one may do, and the way out for who signed in."""
    actor = wb.context.actor
    st.caption(f"You are **{plain(actor.name)}**{_roles(actor)}")
    if actor.signed_in:
        st.button("Sign out", icon=":material/logout:", type="tertiary", key="sign-out", on_click=st.logout)
    else:
        _somebody_else("desk")
    said = st.session_state.get(_SAID)
    if said is not None:
        _keep(key="who-keep", data={"cookie": COOKIE, "name": said})


def _somebody_else(place: str) -> None:
    field, times = f"{place}-field", st.session_state.get(_TIMES, 0)
    with st.popover("Somebody else?", icon=":material/person:", type="tertiary", key=f"{place}-asked-{times}"):
        ask_name(field)
        st.button("That is me", key=f"{place}-say", on_click=say, args=(field,))
        st.caption("Asked once: this browser remembers it.")


def _roles(actor: Actor) -> str:
    """What somebody who signed in may do; on one's own machine one may do everything, and nothing is said."""
    if not actor.signed_in:
        return ""
    if not actor.roles:
        return "  \nYou may look and change nothing: `[people]` in workbench.toml does not name you."
    return f"  \n{', '.join(sorted(actor.roles)).capitalize()}"


def said_name() -> str | None:
    """The name that was said in this browser; None where none was."""
    said: str | None = st.session_state.get(_SAID)
    return said or _name(unquote(_remembered()))


def _remembered() -> str:
    return st.context.cookies.get(COOKIE, "")


def _name(text: str | None) -> str | None:
    """A name on one line; None when nothing is left of it."""
    line = " ".join("".join(c for c in text or "" if c.isprintable()).split())
    return line[:LONGEST_NAME] or None
