"""All settings in a chart with intervals and in a table, one of them chosen to be looked at closely."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from workbench import charts
from workbench.stats.numbers import UNKNOWN, duration, percent, percent_with_interval
from workbench.ui.components import address
from workbench.ui.components.text import plain
from workbench.ui.measuring.words import short_names
from workbench.workspace.evaluations.evaluation import HEADLINE, MEASURES, Evaluation, SettingFigures

DRAWN = 16
TABLE_HEIGHT = 420
SIGNS = {"better": "▲", "worse": "▼", "same": "="}
TITLES = {
    "recall": "Right sources found",
    "hit": "Questions with a right source",
    "mrr": "First right source at the top (MRR)",
    "ndcg": "Right sources near the top (nDCG)",
    "map": "Found early and purely (MAP)",
    "precision": "Shown chunks that are right",
}


def show(evaluation: Evaluation) -> SettingFigures:
    """Draw both; the setting that is chosen, else the best."""
    figures = evaluation.figures
    names = short_names(evaluation.info.settings)
    measure = address.pick("Measure", list(TITLES), "measure", format_func=TITLES.__getitem__, width=360)
    st.caption(plain(MEASURES[measure].meaning))
    drawn = _most_telling(figures, measure)
    chart = charts.arm_means(
        pd.DataFrame([_bar(one, names, measure, evaluation) for one in drawn]), title=TITLES[measure]
    )
    told = "; ".join(f"{names[one.setting.label]}: {percent(one.metrics[measure].mean)}" for one in drawn)
    st.altair_chart(chart, alt=f"{TITLES[measure]} by setting. {told}")
    if len(drawn) < len(figures):
        st.caption(f"The {len(drawn):,} best are drawn, and the index as it is; all {len(figures):,} are in the table.")
    return _table(evaluation, names)


def _most_telling(figures: Sequence[SettingFigures], measure: str) -> list[SettingFigures]:
    """The index as it is, and the best others, best first."""
    others = sorted(figures[1:], key=lambda one: -(one.metrics[measure].mean or 0.0))
    return [figures[0], *others[: DRAWN - 1]]


def _bar(one: SettingFigures, names: dict[str, str], measure: str, evaluation: Evaluation) -> dict[str, object]:
    found = one.metrics[measure]
    now = " (now)" if one.setting == evaluation.baseline else ""
    name = f"{names[one.setting.label]}{now}"
    return {"arm": name, "mean": found.mean, "low": found.low, "high": found.high, "n": found.n}


def _table(evaluation: Evaluation, names: dict[str, str]) -> SettingFigures:
    figures = list(evaluation.figures)
    best = evaluation.best or figures[0]
    wanted = address.read("setting")
    labels = [one.setting.label for one in figures]
    position = labels.index(wanted) if wanted in labels else figures.index(best)
    key = f"settings-{evaluation.info.id}-{len(figures)}"

    def follow() -> None:
        selected = st.session_state[key]["selection"]["rows"]
        if selected:
            address.turn_to(setting=labels[selected[0]], question=None)

    st.dataframe(
        [_row(one, names, evaluation) for one in figures],
        key=key,
        hide_index=True,
        height=min(TABLE_HEIGHT, 38 + 35 * len(figures)),
        on_select=follow,
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [position]}},
        column_config={"Setting": st.column_config.TextColumn(width=300, pinned=True)},
        alt="Settings with their figures; choose one to see its questions",
    )
    return figures[position]


def _row(one: SettingFigures, names: dict[str, str], evaluation: Evaluation) -> dict[str, str]:
    metrics = {TITLES[name]: _figure(one, name) for name in (HEADLINE, "hit", "mrr", "ndcg", "precision", "map")}
    return {
        "Setting": names[one.setting.label],
        TITLES[HEADLINE]: metrics.pop(TITLES[HEADLINE]),
        "Against now": "– now" if one.setting == evaluation.baseline else _verdict(one),
        **metrics,
        "Tokens shown": UNKNOWN if one.tokens is None else f"{one.tokens:,.0f}",
        "A search takes": duration(one.median_ms),
    }


def _verdict(one: SettingFigures) -> str:
    pair = one.pairs.get(HEADLINE)
    return f"{SIGNS.get(pair.verdict, '?') if pair else '?'} {one.verdict}"


def _figure(one: SettingFigures, name: str) -> str:
    found = one.metrics[name]
    return percent_with_interval(found.mean, found.low, found.high)
