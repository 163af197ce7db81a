"""Rows of golden sets as people read them."""

from __future__ import annotations

import json

import streamlit as st

from workbench.domain.dataset import Example
from workbench.ui.components.text import beginning, plain

EXPECTATIONS = {"answer": "an answer", "refuse": "that it declines", "ignore": "nothing: this row is not scored"}


def question(example: Example) -> str:
    """What is asked: the input of that name, else all inputs."""
    asked = example.inputs.get("question")
    if isinstance(asked, str):
        return asked
    return " · ".join(f"{name}: {_shown(value)}" for name, value in example.inputs.items())


def show_example(example: Example) -> None:
    """A row in full: what is asked, earlier turns, and what is expected. All of it is shown as plain text."""
    for turn in example.history:
        st.caption(turn.role.capitalize())
        st.text(beginning(turn.content))
    for name, value in example.inputs.items():
        if len(example.inputs) > 1:
            st.caption(plain(name.replace("_", " ").capitalize()))
        st.text(beginning(_shown(value)))
    st.caption(f"Expected: {EXPECTATIONS[example.expect]}")
    if example.expected:
        st.text(beginning(example.expected))


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
