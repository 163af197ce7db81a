"""Who sits at this browser: the name the server was started with, until somebody says another once.

The name is kept in a cookie of this browser. It is declared, not proven: sign-in is for proof, and is not overruled.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

import streamlit as st

from workbench.domain.actor import Actor
from workbench.ui.components.text import plain
from workbench.workspace import Workbench

COOKIE = "workbench-name"
LONGEST_NAME = 80
_SAID = "who-said"
_FIELD = "who-field"
_JS = """\
export default function ({ data }) {
  const year = 365 * 24 * 3600
  document.cookie = `${data.cookie}=${encodeURIComponent(data.name)}; path=/; max-age=${year}; SameSite=Strict`
}
"""
_keep = st.components.v2.component("workbench_who", js=_JS)


def at_this_browser(known: Actor) -> Actor:
    """The actor for this browser: `known` unless another name was said here."""
    name = None if known.signed_in else _said_name()
    return known if name is None else replace(known, name=name)


def who_is_it(wb: Workbench) -> None:
    """Say under which name one works here, and let somebody else say theirs."""
    actor = wb.context.actor
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"You are **{plain(actor.name)}**.", width="content")
        if not actor.signed_in:
            with st.popover("Somebody else?", icon=":material/person:", type="tertiary"):
                st.text_input(
                    "Your name, as others will see it beside your verdicts", key=_FIELD, max_chars=LONGEST_NAME
                )
                st.button("That is me", key="who-say", on_click=_say)
                st.caption("Asked once: this browser remembers it.")
    said = st.session_state.get(_SAID)
    if said is not None:
        _keep(key="who-keep", data={"cookie": COOKIE, "name": said})


def _say() -> None:
    name = _name(st.session_state.get(_FIELD))
    if name is not None:
        st.session_state[_SAID] = name


def _said_name() -> str | None:
    said: str | None = st.session_state.get(_SAID)
    return said or _name(unquote(_remembered()))


def _remembered() -> str:
    return st.context.cookies.get(COOKIE, "")


def _name(text: str | None) -> str | None:
    """A name on one line; None when nothing is left of it."""
    line = " ".join("".join(c for c in text or "" if c.isprintable()).split())
    return line[:LONGEST_NAME] or None
