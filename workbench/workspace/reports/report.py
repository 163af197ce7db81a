"""Comparisons as text and as HTML that opens without the program."""

from __future__ import annotations

from html import escape

from workbench.stats.numbers import amount, counted, duration, money, percent, percent_with_interval
from workbench.workspace.comparison.cautions import about_times, all_cautions
from workbench.workspace.comparison.comparison import ArmFigure, Comparison, MetricFigure
from workbench.workspace.comparison.findings import findings, short_names
from workbench.workspace.reports.chart import trade_off_html
from workbench.workspace.reports.evidence import ReportEvidence
from workbench.workspace.reports.sections import changes_html, integrity_html, slices_html, worse_html

STYLE = """
:root{color-scheme:light dark;--page:#fff;--ink:#1c2126;--quiet:#5a636b;--line:#d5dade;--card:#f6f8f9;--accent:#0072b2}
@media (prefers-color-scheme:dark){:root{--page:#14181c;--ink:#e6e9eb;--quiet:#a3abb2;--line:#394047;--card:#1d2329;
--accent:#56b4e9}}
body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;background:var(--page);
color:var(--ink);overflow-wrap:break-word}
h1{font-size:1.5rem}h2{font-size:1.25rem;margin-top:2.2rem}h3{font-size:1.05rem;margin-top:1.6rem}h4{margin:.8rem 0 .3rem}
.quiet,figcaption{color:var(--quiet);font-size:.9rem;font-weight:400}.wide{overflow-x:auto}
table{border-collapse:collapse;font-size:.95rem}th,td{padding:.3rem .8rem .3rem 0;text-align:left;vertical-align:top;
border-bottom:1px solid var(--line)}
.card{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.6rem 1rem;margin:.8rem 0;
break-inside:avoid}
.pair{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:1.2rem}dl{margin:.3rem 0 .8rem}dt{color:var(--quiet);font-size:.85rem}
dd{margin:0 0 .4rem;white-space:pre-wrap}ol.quiet{margin:.5rem 0;padding-left:1.4rem}
figure{margin:1rem 0}svg{max-width:46rem;width:100%;font-size:13px}svg text{fill:var(--ink)}.grid{stroke:var(--line)}
.range{stroke:var(--accent);stroke-width:2;opacity:.6}.best{fill:var(--accent)}
.beaten{fill:var(--page);stroke:var(--quiet);stroke-width:2}
.frontier{fill:none;stroke:var(--quiet);stroke-dasharray:4 3}del,ins{color:inherit}
@media (max-width:45rem){.pair{grid-template-columns:minmax(0,1fr)}}
@media print{:root{--page:#fff;--ink:#000;--quiet:#444;--line:#bbb;--card:#fff;--accent:#0072b2}
body{margin:0;max-width:none;font-size:11pt}h2,h3,h4{break-after:avoid}tr{break-inside:avoid}}
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""The report loads nothing and runs nothing, whatever a model wrote."""


def report_html(comparison: Comparison, evidence: ReportEvidence | None = None) -> str:
    """A whole page to read, print and hand on: verdict, counts, arms, chart, and, with evidence, what lies behind them."""
    title = f"Run {comparison.run.id} on {comparison.run.dataset}@{comparison.run.dataset_version}"
    chart = trade_off_html(comparison, comparison.headline) if comparison.headline else ""
    others = [arm.label for arm in comparison.arms if arm.label != comparison.baseline]
    behind = "" if evidence is None else "".join(_behind(comparison, evidence, arm) for arm in others)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><style>{STYLE}</style></head><body>'
        f"<h1>{escape(title)}</h1>{_verdicts(comparison)}"
        f"{'' if evidence is None else integrity_html(evidence.integrity)}"
        f"<h2>Arms</h2>{_arms(comparison)}<h2>What quality takes</h2>{chart}"
        f"{'' if evidence is None else _in_pairs(evidence)}{behind}<h2>Every score, against {escape(comparison.baseline)}</h2>{_pairs(comparison)}</body></html>"
    )


def _verdicts(comparison: Comparison) -> str:
    """The findings about the headline, and what keeps them from being taken for more than they are."""
    sentences = [finding.sentence for finding in findings(comparison, comparison.headline)] or [comparison.verdict]
    names = short_names(comparison.arms)
    said = [*all_cautions(comparison, comparison.headline, names), *difference_sentences(comparison)]
    said += comparison.about_scores
    shown = "".join(f"<p><b>{escape(sentence)}</b></p>" for sentence in sentences)
    return shown + "".join(f"<p>{escape(sentence)}</p>" for sentence in said)


def _in_pairs(evidence: ReportEvidence) -> str:
    said = "".join(f"<p>{escape(sentence)}</p>" for sentence in evidence.in_pairs)
    return f"<h2>Two answers at a time</h2>{said}" if said else ""


def _behind(comparison: Comparison, evidence: ReportEvidence, arm: str) -> str:
    """Everything that is about one arm against the baseline."""
    names = short_names(comparison.arms)
    before, after = names[comparison.baseline], names[arm]
    parts = [f"<h2>{escape(after)} against {escape(before)}</h2><h3>What changed</h3>"]
    parts.append(changes_html(evidence.changes[arm], before, after))
    if slices := evidence.slices.get(arm):
        parts += ["<h3>By tag</h3>", slices_html(comparison, slices, arm, before, after)]
    if arm in evidence.worse:
        worse, better = evidence.counts[arm]
        shown = evidence.worse[arm]
        some = f" The worst {len(shown)} follow." if worse > len(shown) else ""
        title, info = "Examples that got worse", comparison.info(comparison.headline)
        told = f"{worse:,} examples got worse and {better:,} better on {info.title}.{some}"
        if info.neutral:
            title, told = "Examples that differ", f"{worse + better:,} examples differ on {info.title}.{some}"
        parts.append(f"<h3>{title}</h3><p>{escape(told)}</p>{worse_html(comparison, shown, before, after)}")
    return "".join(parts)


def _pairs(comparison: Comparison) -> str:
    if not comparison.pairs:
        return f"<p>{escape(comparison.verdict)}</p>"
    return f"<ul>{''.join(f'<li>{escape(pair.sentence)}</li>' for pair in comparison.pairs)}</ul>"


def comparison_html(comparison: Comparison) -> str:
    """The verdict and a table of arms. All text is escaped: names come from files."""
    said = "".join(f"<p>{escape(caution)}</p>" for caution in all_cautions(comparison, comparison.headline))
    return f"<p><b>{escape(comparison.verdict)}</b></p>{said}{_arms(comparison)}"


def _arms(comparison: Comparison) -> str:
    names = list(comparison.arms[0].metrics)
    heads = [comparison.arms[0].metrics[name].info.title for name in names]
    search = ["median search time"] if comparison.searched else []
    titles = ["arm", *heads, "cost / 100", "median time", *search, "failed"]
    head = "".join(f"<th>{escape(text)}</th>" for text in titles)
    rows = "".join(_row(arm, names, searched=comparison.searched) for arm in comparison.arms)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    times = "".join(f"<p>{escape(sentence)}</p>" for sentence in about_times(comparison))
    people = "".join(f"<p>{escape(sentence)}</p>" for sentence in comparison.corrected_by_people)
    return f"<div class=wide>{table}</div>{people}{times}"


def _row(arm: ArmFigure, names: list[str], *, searched: bool) -> str:
    cells = [arm.label, *(figure_text(arm.metrics[name], naive=True) for name in names)]
    cells += [money(arm.cost_per_hundred), median_time(arm), *([search_time(arm)] if searched else []), str(arm.failed)]
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def figure_text(figure: MetricFigure, *, naive: bool = False) -> str:
    """A mean with its interval and, where some are missing, how many: `71% (62–79), 3 answers unscored`.

    A rate that people's labels correct says so, with `naive` beside what the judge says by itself.
    """
    mean = figure.shown
    if mean.mean is None:
        return f"{counted(figure.unscored, 'answer')} unscored" if figure.unscored else "no scores"
    if figure.info.kind in {"pass_fail", "share"}:
        text = percent_with_interval(mean.mean, mean.low, mean.high)
    else:
        text = amount(mean.mean, figure.info.unit)
    if figure.corrected is not None:
        text += ", corrected" + (f" (judge alone {percent(figure.mean.mean)})" if naive else "")
    return text + (f", {counted(figure.unscored, 'answer')} unscored" if figure.unscored else "")


def median_time(arm: ArmFigure) -> str:
    """The median latency as people read it."""
    return duration(arm.p50_ms)


def search_time(arm: ArmFigure) -> str:
    """The median time that searching for sources took, as people read it."""
    return "none" if arm.retrieval_p50_ms is None else duration(arm.retrieval_p50_ms)


def difference_sentences(comparison: Comparison) -> list[str]:
    """What each arm's difference from the baseline is due to, as far as that is known; of several it names the two."""
    others = comparison.arms[1:]
    known = ((arm.label, comparison.differences.get(arm.label)) for arm in others)
    said = [(label, found.sentence) for label, found in known if found is not None and found.sentence]
    if len(others) == 1:
        return [sentence for _, sentence in said]
    return [f"{label} against {comparison.baseline}: {text[0].lower()}{text[1:]}" for label, text in said]
