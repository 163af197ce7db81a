"""Comparisons as text and as HTML that opens without the program."""

from __future__ import annotations

from html import escape

from workbench.stats.numbers import amount, duration, money, percent, percent_with_interval
from workbench.workspace.cautions import all_cautions
from workbench.workspace.comparison import ArmFigure, Comparison, MetricFigure

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse}th,td{padding:.3rem .8rem;text-align:left;border-bottom:1px solid #8884}"
)
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""The report loads nothing and runs nothing, whatever a model wrote."""


def report_html(comparison: Comparison) -> str:
    """A whole page: verdict, arms, every paired comparison, and the examples that flipped."""
    title = f"Run {comparison.run.id} on {comparison.run.dataset}@{comparison.run.dataset_version}"
    pairs = "".join(f"<li>{escape(pair.sentence)}</li>" for pair in comparison.pairs)
    pairs += "".join(f"<li>{escape(sentence)}</li>" for sentence in difference_sentences(comparison))
    flips = "".join(
        f"<tr><td>{escape(flip.example_id)}</td><td>{escape(arm.label)}</td>"
        f"<td>{percent(flip.before)}</td><td>{percent(flip.after)}</td></tr>"
        for arm in comparison.arms[1:]
        for flip in comparison.flips(arm.label)
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><style>{STYLE}</style></head><body>'
        f"<h1>{escape(title)}</h1>{comparison_html(comparison)}"
        f"<h2>Against {escape(comparison.baseline)}</h2><ul>{pairs}</ul>"
        "<h2>Examples that differ</h2><table><thead><tr><th>example</th><th>arm</th><th>before</th><th>after</th></tr>"
        f"</thead><tbody>{flips}</tbody></table></body></html>"
    )


def comparison_html(comparison: Comparison) -> str:
    """The verdict and a table of arms. All text is escaped: names come from files."""
    names = list(comparison.arms[0].metrics)
    heads = [comparison.arms[0].metrics[name].info.title for name in names]
    search = ["median search time"] if comparison.searched else []
    titles = ["arm", *heads, "cost / 100", "median time", *search, "failed"]
    head = "".join(f"<th>{escape(text)}</th>" for text in titles)
    rows = "".join(_row(arm, names, searched=comparison.searched) for arm in comparison.arms)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    times = f"<p>{escape(comparison.left_out_of_times)}</p>" if comparison.left_out_of_times else ""
    said = "".join(f"<p>{escape(caution)}</p>" for caution in all_cautions(comparison, comparison.headline))
    return f"<p><b>{escape(comparison.verdict)}</b></p>{said}{table}{times}"


def _row(arm: ArmFigure, names: list[str], *, searched: bool) -> str:
    cells = [arm.label, *(figure_text(arm.metrics[name]) for name in names)]
    cells += [money(arm.cost_per_hundred), median_time(arm), *([search_time(arm)] if searched else []), str(arm.failed)]
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def figure_text(figure: MetricFigure) -> str:
    """A mean with its interval and, where some are missing, how many: `71% (62–79), 3 unscored`."""
    mean = figure.mean
    if mean.mean is None:
        return f"unscored ({figure.unscored})" if figure.unscored else "no scores"
    if figure.info.kind in {"pass_fail", "share"}:
        text = percent_with_interval(mean.mean, mean.low, mean.high)
    else:
        text = amount(mean.mean, figure.info.unit)
    return text + (f", {figure.unscored} unscored" if figure.unscored else "")


def median_time(arm: ArmFigure) -> str:
    """The median latency as people read it."""
    return duration(arm.p50_ms)


def search_time(arm: ArmFigure) -> str:
    """The median time that searching for sources took, as people read it."""
    return "none" if arm.retrieval_p50_ms is None else duration(arm.retrieval_p50_ms)


def difference_sentences(comparison: Comparison) -> list[str]:
    """What each arm's difference from the baseline is due to, as far as that is known."""
    said = ((arm.label, comparison.differences.get(arm.label)) for arm in comparison.arms[1:])
    return [f"{label}: {found.sentence}" for label, found in said if found is not None and found.sentence]
