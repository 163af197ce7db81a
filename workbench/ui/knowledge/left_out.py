"""Files that were not read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from workbench.ui.components.tables import show_table
from workbench.ui.components.text import counted, plain

SHOWN = 100
REASONS_SHOWN = 3


def show_left_out(skipped: Sequence[tuple[str, str]]) -> None:
    """How many files were left out, always; behind it each with the reason."""
    if not skipped:
        st.caption(":material/done_all: Nothing was left out.")
        return
    reasons = Counter(reason for _, reason in skipped).most_common(REASONS_SHOWN)
    told = " · ".join(f"{count:,} {plain(reason)}" for reason, count in reasons)
    with st.expander(
        f"Left out: {counted(len(skipped), 'file')}. {told}", icon=":material/do_not_disturb_on:", type="compact"
    ):
        show_table([{"File": name, "Why": reason} for name, reason in skipped[:SHOWN]], alt="Files left out")
        if len(skipped) > SHOWN:
            st.caption(f"And {len(skipped) - SHOWN:,} more.")
