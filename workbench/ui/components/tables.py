"""Small tables whose cells wrap, in which all text is shown as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from workbench.ui.components.text import plain


def show_table(rows: Sequence[Mapping[str, str]], *, alt: str) -> None:
    """Rows of a few columns each. Longer tables, and those to choose from, are data frames."""
    escaped = [{plain(head): plain(cell) for head, cell in row.items()} for row in rows]
    st.table(escaped, border="horizontal", hide_index=True, alt=alt)
