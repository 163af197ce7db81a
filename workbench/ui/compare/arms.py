"""All arms in one table."""

from __future__ import annotations

import streamlit as st

from workbench.stats.numbers import duration, money
from workbench.ui.compare import words
from workbench.ui.compare.choices import Choice
from workbench.ui.components import address
from workbench.ui.components.tables import show_table
from workbench.ui.components.text import plain
from workbench.workspace.comparison.comparison import ArmFigure
from workbench.workspace.comparison.findings import findings
from workbench.workspace.reports.report import search_time

OTHER_SCORES = 2
"""Quality scores beside the chosen one; all are under Details."""


def show(choice: Choice) -> None:
    """One row per arm: the chosen score and the next ones, cost, time, failures, verdict."""
    comparison = choice.comparison
    others = [name for name in comparison.quality if name != choice.metric and _scored(choice, name)]
    metrics = [choice.metric, *others[:OTHER_SCORES]]
    corrected = any(arm.metrics[name].corrected is not None for arm in comparison.arms for name in metrics)
    naive = corrected and address.toggle("Show what the judge says by itself, too", "naive", default=False)
    verdicts = {finding.arm: finding for finding in findings(comparison, choice.metric)}

    def row(arm: ArmFigure) -> dict[str, str]:
        shown = [arm.metrics[name] for name in metrics]
        figures = {figure.info.title: words.rate(figure, naive=naive) for figure in shown}
        finding = verdicts.get(arm.label)
        if arm.label == comparison.baseline:
            verdict = "baseline"
        elif finding is None:
            verdict = "no score in both arms"
        else:
            sign = words.sign(finding.verdict, comparison.info(choice.metric))
            verdict = f"{sign.text} {sign.word}"
        return {
            "Arm": f"{arm.prompt}@{arm.version} · {arm.model}" + (f" with {arm.variant}" if arm.variant else ""),
            "Verdict": verdict,
            **figures,
            "Cost of 100": money(arm.cost_per_hundred),
            "Median time": duration(arm.p50_ms),
            **({"Search time": search_time(arm)} if comparison.searched else {}),
            "Failed": f"{arm.failed:,}",
        }

    show_table(
        [row(arm) for arm in comparison.arms],
        alt=f"The arms of run {comparison.run.id} with scores, cost, time and verdict",
        stacked="arms",
    )
    st.caption("In brackets: where the true mean likely is (95%). n: examples with a score.")
    if corrected:
        st.caption(plain(" ".join(comparison.corrected_by_people)))


def _scored(choice: Choice, metric: str) -> bool:
    return any(arm.metrics[metric].mean.n for arm in choice.comparison.arms)
