"""How the verdicts came about."""

from __future__ import annotations

import streamlit as st

from workbench.domain.score import MetricInfo
from workbench.stats.numbers import UNKNOWN, amount, counted, number, point_count
from workbench.stats.paired import PairResult
from workbench.stats.wording import verdict_word
from workbench.ui.compare import words
from workbench.ui.compare.choices import Choice
from workbench.ui.components.text import plain
from workbench.workspace.comparison.cautions import about_times
from workbench.workspace.comparison.comparison import MetricFigure, PairFigure


def show(choice: Choice) -> None:
    """Every score of every arm against the baseline, with method and numbers."""
    comparison = choice.comparison
    with st.expander("Details: every score, and how the verdicts came about", icon=":material/function:"):
        if comparison.pairs:
            st.dataframe(
                [_pair(choice, pair) for pair in comparison.pairs],
                hide_index=True,
                alt="Every score of every arm against the baseline, with interval, p-value and method",
            )
        st.dataframe(
            [
                {"Score": figure.info.title}
                | {choice.names[arm.label]: _mean(arm.metrics[name]) for arm in comparison.arms}
                | {"What it measures": figure.info.meaning}
                for name, figure in comparison.arms[0].metrics.items()
            ],
            hide_index=True,
            alt="Every score of every arm, with what it measures",
        )
        for sentence in about_times(comparison, choice.names):
            st.caption(plain(sentence))


def _mean(figure: MetricFigure) -> str:
    unscored = f", {counted(figure.unscored, 'answer')} unscored" if figure.unscored else ""
    return words.mean(figure.mean, figure.info) + unscored


def _pair(choice: Choice, pair: PairFigure) -> dict[str, object]:
    result = pair.result
    info = choice.comparison.arms[0].metrics[pair.metric].info
    shares = info.kind != "number"

    def size(value: float | None) -> str:
        if value is None:
            return UNKNOWN
        return point_count(value) if shares else amount(value, info.unit)

    interval = "none" if result.low is None else f"{size(result.low)} to {size(result.high)}"
    return {
        "Score": info.title,
        "Arm": choice.names[pair.arm],
        "Verdict": verdict_word(result.verdict, neutral=info.neutral),
        "Difference": f"{size(result.difference)}{' points' if shares and result.difference is not None else ''}",
        "95% interval": interval,
        "n": result.n,
        "p-value": "none" if result.p_value is None else number(result.p_value),
        "Better / worse / same": _counts(result, info),
        "More examples needed": "" if result.needed_examples is None else f"about {result.needed_examples:,}",
        "Method": result.method,
    }


def _counts(result: PairResult, info: MetricInfo) -> str:
    """How many examples went which way, where one way is the better one."""
    if result.verdict == "unknown":
        return UNKNOWN
    if info.neutral:
        return f"{result.wins + result.losses:,} differ / {result.ties:,} same"
    return f"{result.wins:,} / {result.losses:,} / {result.ties:,}"
