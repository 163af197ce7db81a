"""The examples of a comparison: what got worse first, one of them looked at closely."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st

from workbench.domain.score import MetricInfo
from workbench.ui import state
from workbench.ui.compare import words
from workbench.ui.compare.choices import Choice
from workbench.ui.components import address
from workbench.ui.components.examples import question
from workbench.ui.components.text import one_line, plain
from workbench.workspace import Workbench
from workbench.workspace.examples import CHANGES, Change, ExampleChange
from workbench.workspace.likely_causes import lost_sources

ALL = "all"
TABLE_HEIGHT = 320
WORDS: Mapping[Change, str] = {
    "worse": "▼ worse",
    "better": "▲ better",
    "same": "= same",
    "failed": "! failed",
    "unscored": "– unscored",
}


def pick(wb: Workbench, choice: Choice) -> ExampleChange | None:
    """Show the examples with a filter; the one that was chosen, else the first; None when the filter finds none."""
    changes = state.example_changes(wb, choice.comparison, choice.arm, choice.metric)
    shown = _filtered(changes) if choice.paired else sorted(changes, key=_by_score)
    if choice.paired and (lost := lost_sources(choice.comparison, choice.arm, choice.metric)):
        st.markdown(f":material/search_off: {plain(lost)}")
    if not shown:
        st.caption("There is no such example.")
        return None
    ids = [change.example.id for change in shown]
    wanted = address.read("example")
    position = ids.index(wanted) if wanted in ids else 0
    _table(choice, shown, position)
    return shown[position]


def _filtered(changes: Sequence[ExampleChange]) -> Sequence[ExampleChange]:
    counts = Counter(change.change for change in changes)
    kinds = [kind for kind in CHANGES if counts[kind] or kind in {"worse", "better", "same", "failed"}]
    labels = {kind: f"{kind.capitalize()} {counts[kind]:,}" for kind in kinds} | {ALL: f"All {len(changes):,}"}
    default = next((kind for kind in ("worse", "better") if counts[kind]), ALL)
    show = address.switch(
        "Examples to show", [*kinds, ALL], "show", default=default, format_func=lambda kind: labels[kind]
    )
    return [change for change in changes if show in {ALL, change.change}]


def _by_score(change: ExampleChange) -> tuple[bool, float]:
    return change.before is None, change.before or 0.0


def _table(choice: Choice, shown: Sequence[ExampleChange], position: int) -> None:
    info = choice.comparison.arms[0].metrics[choice.metric].info
    names, baseline = choice.names, choice.comparison.baseline
    rows = [_row(change, info, names[baseline], names[choice.arm], paired=choice.paired) for change in shown]
    key = "examples-" + "-".join((choice.comparison.run.id, baseline, choice.arm, choice.metric, str(len(shown))))

    def follow() -> None:
        selected = st.session_state[key]["selection"]["rows"]
        if selected:
            address.write("example", shown[selected[0]].example.id)

    st.dataframe(
        rows,
        key=key,
        hide_index=True,
        height=min(TABLE_HEIGHT, 38 + 35 * len(rows)),
        on_select=follow,
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [position]}},
        column_config={"Question": st.column_config.TextColumn(width="large")},
        alt="Examples with their scores in both arms; choose one to see the answers",
    )


def _row(change: ExampleChange, info: MetricInfo, before: str, after: str, *, paired: bool) -> dict[str, str]:
    scores = {before: _score(change.before, info)}
    if paired:
        scores = {"Change": WORDS[change.change], **scores, after: _score(change.after, info)}
    return {
        "Example": change.example.id,
        **scores,
        "Question": one_line(question(change.example)),
        "Tags": ", ".join(change.example.tags),
    }


def _score(score: float | None, info: MetricInfo) -> str:
    return "no score" if score is None else words.value(score, info)
