"""Two releases beside each other: who approved them, what changed, and what became of the figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from workbench.domain.release import Release
from workbench.errors import NotFoundError
from workbench.stats.numbers import UNKNOWN, amount, percent_with_interval, points
from workbench.text import line_diff
from workbench.ui.components import address, places
from workbench.ui.components.release_words import approved_by
from workbench.ui.components.run_states import when
from workbench.ui.components.tables import show_table
from workbench.ui.components.text import plain
from workbench.workspace import Workbench
from workbench.workspace.releases.comparing import ReleaseFigure


def show(wb: Workbench, prompt: str) -> None:
    """Choose two, the newest two while none are chosen."""
    made = {release.version: release for release in wb.releases.list(prompt)}
    if len(made) < 2:
        st.info(
            "Two releases are compared here. There is one so far."
            if made
            else "Nothing of this prompt is approved yet.",
            icon=":material/compare_arrows:",
        )
        return
    versions = list(made)
    left, right = st.columns(2)
    with left:
        before = address.pick("Before", versions, "before", default=versions[-2])
    with right:
        after = address.pick("After", versions, "after", default=versions[-1])
    if before == after:
        st.info("Choose two releases that are not the same.", icon=":material/compare_arrows:")
        return
    found = wb.releases.compare(prompt, before, after)
    rows = [_facts(found.before), _facts(found.after)]
    show_table(rows, alt="The two releases", stacked="two-releases")
    st.subheader("What changed", anchor=False)
    both = [f"{prompt}@{one.number}" for one in (found.before, found.after)]
    if found.diff:
        st.html(line_diff.lines(*wb.prompts.texts_to_compare(*both)))
    else:
        st.caption("The prompts are the same.")
    st.subheader("Figures", anchor=False)
    if not found.same_rows:
        st.warning(
            "They were not measured on the same golden set: their figures answer different questions.",
            icon=":material/warning:",
        )
    _figures(wb, found.figures, before, after)
    if both[0] != both[1]:
        places.link("run", "Run both, to know whether it is more than chance", prompt=both)


def _facts(release: Release) -> Mapping[str, str]:
    evidence = release.evidence
    return {
        "Release": release.version,
        "Version": f"{release.prompt}@{release.number}",
        "Approved by": approved_by(release),
        "When": when(release.created_at),
        "Evidence": f"run {evidence.run} on {evidence.dataset}" if evidence.run else "none",
        "Gate": f"{evidence.gate}: {evidence.gate_outcome}" if evidence.gate else "none",
    }


def _figures(wb: Workbench, figures: Sequence[ReleaseFigure], before: str, after: str) -> None:
    if not figures:
        st.caption("Neither was measured.")
        return
    rows = []
    for one in figures:
        title, unit, counts = _measure(wb, one.metric)
        rows.append(
            {
                "Score": title,
                "Model": one.model,
                before: _value(one.before, unit, counts=counts),
                after: _value(one.after, unit, counts=counts),
                "Difference": _difference(one.difference, unit, counts=counts),
            }
        )
    show_table(rows, alt=f"Figures of {plain(before)} and {plain(after)}", stacked="release-figures")
    st.caption("In brackets: where the true figure likely lies (95%). n is the number of examples.")


def _measure(wb: Workbench, metric: str) -> tuple[str, str, bool]:
    """Title and unit of a score, and whether it is a number and no share."""
    try:
        info = wb.measures.by_name(metric)
    except NotFoundError:
        return metric, "", True
    return info.title, info.unit, info.kind == "number"


def _value(figure: Mapping[str, Any] | None, unit: str, *, counts: bool) -> str:
    if figure is None or figure["mean"] is None:
        return UNKNOWN
    n = f" · n {figure['n']:,}"
    if not counts:
        return percent_with_interval(figure["mean"], figure["low"], figure["high"]) + n
    known = figure["low"] is not None and figure["high"] is not None
    ends = f" ({amount(figure['low'], unit)}–{amount(figure['high'], unit)})" if known else ""
    return amount(figure["mean"], unit) + ends + n


def _difference(value: float | None, unit: str, *, counts: bool) -> str:
    if value is None:
        return "–"
    sign = "+" if value > 0 else "-" if value < 0 else ""
    return f"{sign}{amount(abs(value), unit) if counts else points(value)}"
