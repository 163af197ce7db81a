"""How often each failure mode is seen, by arm, and where the arms differ."""

from __future__ import annotations

import streamlit as st

from workbench import charts
from workbench.stats.numbers import percent_with_interval
from workbench.ui.components.tables import show_table
from workbench.ui.components.text import plain
from workbench.workspace.comparison.findings import ArmName, short_names
from workbench.workspace.failures.analysis import FailureAnalysis
from workbench.workspace.failures.counting import ModeCount


def show(found: FailureAnalysis) -> None:
    """A chart, the same as a table, and differences in words."""
    names = short_names([ArmName(arm) for arm in found.arms])
    told = "; ".join(
        f"{mode.name}: {', '.join(f'{names[arm]} {_cell(found.count(mode.id, arm))}' for arm in found.arms)}"
        for mode in found.modes
    )
    st.altair_chart(charts.mode_shares(found.shares(names)), alt=f"How often each failure mode was seen. {told}")
    with st.expander("As a table", icon=":material/table_rows:"):
        rows = [
            {
                "Failure mode": mode.name,
                "Notes": f"{len(found.notes_of(mode.id)):,}",
                **{names[arm]: _cell(found.count(mode.id, arm)) for arm in found.arms},
            }
            for mode in found.modes
        ]
        show_table(rows, alt="Failure modes by arm", stacked="failure-modes")
        st.caption(
            "Answers with the failure, of those reviewed; then the share of examples, with where it likely is (95%). "
            "Answers that were picked to learn from do not count."
        )
    if found.differences:
        _differences(found.told_apart(names), found.not_told_apart(names))


def _differences(told: list[str], untold: list[str]) -> None:
    if told:
        st.markdown(_listed(told))
        st.caption(
            "Corrected for looking at so many (Benjamini-Hochberg): what is worth a look, and never a reason to release."
        )
    else:
        st.write("Whether the arms differ in any of these cannot be told yet.")
    if untold:
        with st.expander("Where it cannot be told yet", icon=":material/compare_arrows:"):
            st.markdown(_listed(untold))


def _listed(sentences: list[str]) -> str:
    return "\n".join(f"- {plain(sentence)}" for sentence in sentences)


def _cell(count: ModeCount) -> str:
    if not count.reviewed:
        return "not reviewed"
    share = count.share
    return f"{count.answers:,} of {count.reviewed:,} · {percent_with_interval(share.mean, share.low, share.high)}"
