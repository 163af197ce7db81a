"""The component: keys, marked words and everything typed in one place, so that it travels with the verdict.

It also holds the items that come next, and shows them at once while the server stores what was said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from workbench.ui.review.screen.messages import Message, read_message

KEY = "review-screen"
_HERE = Path(__file__).parent
_SCRIPTS = ("keys.js", "drawing.js", "keeping.js", "judging.js", "item.js", "typing.js", "screen.js")
"""One script made of these: a component without a build step cannot load modules."""


def _source(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


# Not isolated: selected words are out of reach within a shadow root in some browsers.
_component = st.components.v2.component(
    "workbench_review_screen",
    html=_source("screen.html"),
    css=_source("screen.css"),
    js="\n".join(_source(name) for name in _SCRIPTS),
    isolate_styles=False,
)


def review_screen(data: Mapping[str, Any], *, on_said: Callable[[], None]) -> None:
    """Show the screen. `on_said` is called before the next rerun; `heard` tells what was said."""
    _component(key=KEY, data=dict(data), on_said_change=on_said)


def heard() -> Message | None:
    """What the browser sent; None when it is not readable."""
    state: Any = st.session_state.get(KEY)
    return read_message(None if state is None else state.get("said"))
