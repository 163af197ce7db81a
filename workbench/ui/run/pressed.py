"""A press of Start, kept until the page that it leads to is drawn.

A drawing may be broken off by the next one, and a choice may reach the server in the same moment as the press that
follows it: neither may lose the press, and neither may start what the person did not see chosen.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import streamlit as st

from workbench.ui.components import address

_KEPT = "run-start-pressed"
_HOLDS_S = 30.0


@dataclass(frozen=True)
class Press:
    """`wanted`: the plan that was shown; None where a choice came with the press, and `choices` tell what is meant."""

    wanted: str | None
    choices: dict[str, object]
    at: float
    """Seconds on this machine's clock: whoever comes back later has not pressed."""


def note(wanted: str, drawn: dict[str, object]) -> None:
    """Keep a press on a page that showed the plan `wanted`, drawn with these choices."""
    now = address.choices()
    st.session_state[_KEPT] = Press(wanted if now == drawn else None, now, time.monotonic())


def take(wanted: str) -> bool | None:
    """Whether this plan was asked for; None when nothing was, False when it was another one. Asked once a press."""
    press: Press | None = st.session_state.pop(_KEPT, None)
    if press is None or time.monotonic() - press.at > _HOLDS_S:
        return None
    return press.choices == address.choices() if press.wanted is None else press.wanted == wanted
