"""What the columns of somebody's results are, said in plain words where their names do not tell."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from workbench.ui.components.text import one_line, plain
from workbench.workspace.elsewhere.columns import columns_of
from workbench.workspace.elsewhere.importing import Options

FIND_OUT = "Find out"
KINDS = {
    FIND_OUT: "",
    "Question": "question",
    "Answer": "output",
    "Expected answer": "expected",
    "Sources": "context",
    "Another input": "inputs.",
    "Score, more is better": "score",
    "Score, less is better": "score=lower",
    "Number, neither better nor worse": "score=number",
    "Version or variant": "arm",
    "Model": "model",
    "Leave out": "skip",
}
MOST = 30
"""Columns that are shown to be named; files with more are imported on the command line."""


def options(files: Sequence[tuple[str, bytes]]) -> Options:
    """How the files are to be read, as far as somebody said."""
    if not st.toggle("Say what the columns are", key="elsewhere-say", help="Where their names do not tell."):
        return Options()
    names = columns_of(files)
    if not names:
        st.caption("These files have no columns: what they hold is known by their format.")
        return Options()
    if len(names) > MOST:
        st.caption(f"The first {MOST} of {len(names):,} columns; name others with `workbench runs import --column`.")
    chosen: dict[str, str] = {}
    places = st.columns(3)
    for number, name in enumerate(names[:MOST]):
        with places[number % 3]:
            label = plain(one_line(name, 40))
            chosen[name] = KINDS[st.selectbox(label, list(KINDS), key=f"elsewhere-column-{number}-{name}")]
    return _read_as(chosen)


def _read_as(chosen: dict[str, str]) -> Options:
    columns = {}
    scores = []
    for name, kind in chosen.items():
        role, _, direction = kind.partition("=")
        if role:
            columns[name] = f"{role}{name}" if role.endswith(".") else role
        if direction:
            scores.append(f"{name}={direction}")
    return Options(columns=columns or None, scores=tuple(scores))
