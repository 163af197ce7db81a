"""Files that were not read."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from workbench.ui.components.tables import show_table


def show_left_out(skipped: Sequence[tuple[str, str]]) -> None:
    """Each file with the reason; nothing when all were read."""
    if skipped:
        with st.expander(f"Left out: {len(skipped):,}", icon=":material/do_not_disturb_on:"):
            show_table([{"File": name, "Why": reason} for name, reason in skipped], alt="Files left out")
