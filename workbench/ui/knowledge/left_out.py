"""Files that were not read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from workbench.stats.numbers import counted
from workbench.ui.components.tables import show_table
from workbench.ui.components.text import plain

SHOWN = 100
REASONS_SHOWN = 3


def show_left_out(skipped: Sequence[tuple[str, str]]) -> None:
    """How many files were left out, always; behind it each with the reason."""
    if not skipped:
        st.caption(":material/done_all: Nothing was left out.")
        return
    title = f"Left out: {counted(len(skipped), 'file')}. {plain(_reasons(skipped))}"
    with st.expander(title, icon=":material/do_not_disturb_on:", type="compact"):
        show_table([{"File": name, "Why": reason} for name, reason in skipped[:SHOWN]], alt="Files left out")
        if len(skipped) > SHOWN:
            st.caption(f"And {len(skipped) - SHOWN:,} more.")


def _reasons(skipped: Sequence[tuple[str, str]]) -> str:
    """The most frequent reasons, with how often where there are several files."""
    reasons = Counter(reason for _, reason in skipped).most_common()
    told = [f"{reason} ({count:,} files)" if count > 1 else reason for reason, count in reasons[:REASONS_SHOWN]]
    others = len(reasons) - REASONS_SHOWN
    return " · ".join([*told, *([f"and {counted(others, 'other reason')}"] if others > 0 else [])])
