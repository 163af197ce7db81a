"""Verdict buttons, their keys and the note, in one component: what is typed travels with the verdict.

It is one component because a Streamlit shortcut fires without the text that was just typed beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import streamlit as st

from workbench.domain.review import Verdict

Action = Literal["pass", "fail", "unsure", "undo", "back", "forward"]

KEY = "verdict-keys"
_HERE = Path(__file__).parent
_LONGEST_LOOK_S = 24 * 3600.0


def _source(ending: str) -> str:
    return (_HERE / f"verdict_keys.{ending}").read_text(encoding="utf-8")


_component = st.components.v2.component(
    "workbench_verdict_keys", html=_source("html"), css=_source("css"), js=_source("js")
)


@dataclass(frozen=True)
class Said:
    """What the reviewer did, and on which answer: that of their own tab, whatever other tabs did meanwhile."""

    number: int
    """Tells one press from another, so that the browser knows which was heard."""
    action: Action
    item: str
    note: str
    seconds: float | None
    """Time that the answer was on the screen."""


def verdict_keys(
    item: str,
    *,
    reviewer: str,
    verdict: Verdict | None,
    note: str,
    can_undo: bool,
    can_go_back: bool,
    heard: int,
    on_said: Callable[[], None],
) -> None:
    """Show the keys for one answer. `on_said` is called before the next rerun; `said` tells what it was about."""
    data = {
        "item": item,
        "reviewer": reviewer,
        "verdict": verdict,
        "note": note,
        "can_undo": can_undo,
        "can_go_back": can_go_back,
        "heard": heard,
    }
    _component(key=KEY, data=data, on_said_change=on_said)


def said() -> Said | None:
    """What the component sent; None when that is not readable."""
    state: Any = st.session_state.get(KEY)
    return read(None if state is None else state.get("said"))


def read(value: Any) -> Said | None:
    """A message of the browser, which may hold anything."""
    if not isinstance(value, dict) or value.get("action") not in get_args(Action):
        return None
    number, item, note, seconds = (value.get(name) for name in ("number", "item", "note", "seconds"))
    if not (isinstance(number, int) and isinstance(item, str) and isinstance(note, str)):
        return None
    if not isinstance(seconds, int | float) or not 0 < seconds < _LONGEST_LOOK_S:
        seconds = None
    return Said(number, value["action"], item, note, seconds)
