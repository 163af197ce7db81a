"""What is typed is kept while it is typed, and Ctrl+Enter asks with the newest text, wherever the cursor stands.

Who asks sees the answers: they are scrolled to, and the cursor stays where it is.
A text area of its own tells what is in it only when it is left, and a shortcut of a button is pressed before that.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

KEY = "prompts-keystrokes"
TRY, ANSWERS = "prompts-try", "prompts-tried"
"""Keys of the button that asks, and of the part of the page where answers come: the script finds both by them."""
_component = st.components.v2.component(
    "workbench_prompt_keystrokes", js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
)


def ask_pressed() -> bool:
    """Whether Ctrl+Enter was pressed since the page was drawn last."""
    heard = _component(key=KEY, on_asked_change=_nothing)
    return bool(getattr(heard, "asked", False))


def _nothing() -> None:
    """The rerun itself is what is wanted."""
