"""An evaluation as a table: one row for each setting, the same on the command line and in notebooks."""

from __future__ import annotations

from html import escape

from workbench.stats.numbers import number, percent_with_interval
from workbench.stats.summary import MeanResult
from workbench.workspace.evaluations.evaluation import HEADLINE, MEASURES, Evaluation, SettingFigures

HEADS = (
    "setting",
    *(measure.title for measure in MEASURES.values()),
    "questions",
    "tokens",
    f"{MEASURES[HEADLINE].title} against the baseline",
)
RIGHT = (len(HEADS) - 3, len(HEADS) - 2)
"""Columns of figures."""


def setting_rows(evaluation: Evaluation) -> list[tuple[str, ...]]:
    """The rows under HEADS; means of measures with their intervals."""
    return [_row(figures) for figures in evaluation.figures]


def measure_rows(figures: SettingFigures) -> list[tuple[str, ...]]:
    """One setting measure by measure: name, mean with interval, questions, meaning."""
    return [
        (f"{measure.title}@{figures.setting.k}", figure_text(mean), f"{mean.n:,}", measure.meaning)
        for measure, mean in ((MEASURES[name], mean) for name, mean in figures.metrics.items())
    ]


def figure_text(mean: MeanResult) -> str:
    """A mean with its interval, such as `71% (62–79)`."""
    return percent_with_interval(mean.mean, mean.low, mean.high)


def evaluation_html(evaluation: Evaluation) -> str:
    """The best so far in words, the table, and what to know about it. All text is escaped: names come from files."""
    heads = "".join(f"<th>{escape(head)}</th>" for head in HEADS)
    rows = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in setting_rows(evaluation)
    )
    notes = "".join(f"<li>{escape(note)}</li>" for note in evaluation.notes)
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    return f"<p><b>{escape(evaluation.best_words)}</b></p>{table}<ul>{notes}</ul>"


def _row(figures: SettingFigures) -> tuple[str, ...]:
    return (
        figures.setting.label,
        *map(figure_text, figures.metrics.values()),
        f"{figures.metrics[HEADLINE].n:,}",
        number(figures.tokens),
        figures.verdict,
    )
