"""The examples of a comparison: what got worse first, one of them looked at closely."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st

from workbench.domain.score import Direction, MetricInfo
from workbench.ui import state
from workbench.ui.compare import words
from workbench.ui.compare.choices import Choice
from workbench.ui.components import address
from workbench.ui.components.examples import question
from workbench.ui.components.text import one_line, plain
from workbench.workspace import Workbench
from workbench.workspace.comparison.example_marks import MARKS, Mark
from workbench.workspace.comparison.examples import CHANGES, Change, ExampleChange
from workbench.workspace.comparison.likely_causes import lost_sources

ALL = "all"
TABLE_HEIGHT = 320
PAGE_SIZE = 200
"""Rows that are sent to the browser at once: a list of thousands would be sent again at every click."""
WORDS: Mapping[Change, str] = {
    "worse": "▼ worse",
    "better": "▲ better",
    "same": "= same",
    "failed": "! failed",
    "unscored": "– unscored",
}
NEUTRAL_WORDS: Mapping[tuple[Change, Direction], str] = {
    ("worse", "lower"): "▲ more",
    ("better", "lower"): "▼ less",
    ("worse", "higher"): "▼ less",
    ("better", "higher"): "▲ more",
}
"""Where neither more nor less is better."""
MARK_WORDS: Mapping[Mark, str] = {
    "flaky": "flaky",
    "failed": "failed",
    "unscored": "unscored",
    "stale": "scored by an older version",
    "replayed": "replayed",
}
Shown = Change | Mark


def pick(wb: Workbench, choice: Choice) -> ExampleChange | None:
    """Show the examples with a filter; the one that was chosen, else the first; None when the filter finds none."""
    changes = state.example_changes(wb, choice.comparison, choice.arm, choice.metric)
    shown = (
        _filtered(changes, choice.comparison.info(choice.metric)) if choice.paired else sorted(changes, key=_by_score)
    )
    if choice.paired and (lost := state.kept(wb, choice.comparison, lost_sources, choice.arm, choice.metric)):
        st.markdown(f":material/search_off: {plain(lost)}")
    if not shown:
        st.caption("There is no such example.")
        return None
    ids = [change.example.id for change in shown]
    wanted = address.read("example")
    position = ids.index(wanted) if wanted in ids else 0
    pages = -(-len(shown) // PAGE_SIZE)
    start = (address.page(pages, "part", default=position // PAGE_SIZE + 1, forget=("example",)) - 1) * PAGE_SIZE
    page = shown[start : start + PAGE_SIZE]
    at = position - start if 0 <= position - start < len(page) else 0
    _table(choice, page, at)
    return page[at]


def _filtered(changes: Sequence[ExampleChange], info: MetricInfo) -> Sequence[ExampleChange]:
    counts = Counter[Shown](kind for change in changes for kind in {change.change, *change.marks})
    kinds: list[Shown] = [kind for kind in CHANGES if counts[kind] or kind in {"worse", "better", "same", "failed"}]
    kinds += [mark for mark in MARKS if counts[mark] and mark not in kinds]
    labels = {ALL: f"All {len(changes):,}"}
    labels.update((kind, f"{_kind(kind, info).capitalize()} {counts[kind]:,}") for kind in kinds)
    default = next((kind for kind in ("worse", "better") if counts[kind]), ALL)
    show = address.switch(
        "Examples to show",
        [*kinds, ALL],
        "show",
        default=default,
        forget=("part",),
        format_func=lambda kind: labels[kind],
    )
    return [change for change in changes if show in {ALL, change.change, *change.marks}]


def _kind(kind: Shown, info: MetricInfo) -> str:
    """What a list is called: after what became of its examples, or after what happened to their answers."""
    named: dict[str, str] = dict(MARK_WORDS.items())
    named.update((change, _change(change, info).partition(" ")[2]) for change in CHANGES)
    return named[kind]


def _change(change: Change, info: MetricInfo) -> str:
    return NEUTRAL_WORDS.get((change, info.direction), WORDS[change]) if info.neutral else WORDS[change]


def _by_score(change: ExampleChange) -> tuple[bool, float]:
    return change.before is None, change.before or 0.0


def _table(choice: Choice, shown: Sequence[ExampleChange], position: int) -> None:
    info = choice.comparison.arms[0].metrics[choice.metric].info
    names, baseline = choice.names, choice.comparison.baseline
    rows = [_row(change, info, names[baseline], names[choice.arm], paired=choice.paired) for change in shown]
    key = "examples-" + "-".join(
        (choice.comparison.run.id, baseline, choice.arm, choice.metric, shown[0].example.id, str(len(shown)))
    )

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
        scores = {"Change": _change(change.change, info), **scores, after: _score(change.after, info)}
    return {
        "Example": change.example.id,
        **scores,
        "Question": one_line(question(change.example)),
        "Tags": ", ".join(change.example.tags),
    }


def _score(score: float | None, info: MetricInfo) -> str:
    return "no score" if score is None else words.value(score, info)
