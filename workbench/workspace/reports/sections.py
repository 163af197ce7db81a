"""The parts of a report below its figures, as HTML in which every text from files and models is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from workbench.domain.score import MetricInfo, Score, Scored
from workbench.stats.numbers import UNKNOWN, amount, of_kind, percent_with_interval, point_count
from workbench.stats.summary import MeanResult
from workbench.text.line_diff import lines
from workbench.text.word_diff import marked
from workbench.workspace.comparison.answers import Answer
from workbench.workspace.comparison.arm_changes import Changed
from workbench.workspace.comparison.comparison import Comparison
from workbench.workspace.comparison.examples import Slice
from workbench.workspace.comparison.integrity import Fact
from workbench.workspace.reports.evidence import WorseExample

MOST_TAGS = 12


def integrity_html(facts: Sequence[Fact]) -> str:
    """The run's counts in one line."""
    return f"<p class=quiet>{escape(' · '.join(fact.text for fact in facts))}</p>" if facts else ""


def changes_html(changes: Sequence[Changed], before: str, after: str) -> str:
    """What differs between two arms: settings in a table, texts line by line."""
    if not changes:
        return "<p>Nothing that the run knows of.</p>"
    rows = "".join(
        f"<tr><th scope=row>{escape(c.what)}</th><td>{escape(c.before)}</td><td>{escape(c.after)}</td></tr>"
        for c in changes
        if not c.is_text
    )
    heads = f"<thead><tr><th></th><th>{escape(before)}</th><th>{escape(after)}</th></tr></thead>"
    table = f"<div class=wide><table>{heads}<tbody>{rows}</tbody></table></div>" if rows else ""
    texts = "".join(
        f"<h4>{escape(c.what)}</h4><div class=card>{lines(c.before, c.after)}</div>" for c in changes if c.is_text
    )
    return table + texts


def slices_html(comparison: Comparison, slices: Sequence[Slice], arm: str, before: str, after: str) -> str:
    """The comparison by tag; empty where rows have no tags."""
    if not slices:
        return ""
    info = comparison.info(comparison.headline)
    rows = "".join(
        f"<tr><th scope=row>{escape(part.tag)}</th><td>{part.examples:,}</td>"
        f"<td>{escape(_mean(part.means[comparison.baseline], info))}</td><td>{escape(_mean(part.means[arm], info))}</td>"
        f"<td>{escape(_difference(part, info))}</td><td>{'◉ yes' if part.worth_a_look else ''}</td></tr>"
        for part in slices[:MOST_TAGS]
    )
    heads = "".join(
        f"<th>{escape(head)}</th>" for head in ("Tag", "Examples", before, after, "Difference", "Worth a look")
    )
    more = f"<p class=quiet>The {MOST_TAGS} largest of {len(slices):,} tags.</p>" if len(slices) > MOST_TAGS else ""
    return (
        f"<div class=wide><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>{more}"
        "<p class=quiet>Small slices say little. Worth a look: differs by more than looking at so many slices finds by "
        "chance (Benjamini-Hochberg); never a verdict.</p>"
    )


def worse_html(comparison: Comparison, found: Sequence[WorseExample], before: str, after: str) -> str:
    """Examples that got worse: both answers with the words that differ marked, and the scores that moved with reasons."""
    return "".join(_worse(comparison, example, before, after) for example in found)


def _worse(comparison: Comparison, worse: WorseExample, before: str, after: str) -> str:
    example = worse.change.example
    asked = "".join(f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in example.inputs.items())
    if example.expected:
        asked += f"<dt>expected</dt><dd>{escape(example.expected)}</dd>"
    left, right = _texts(worse.before, worse.after)
    return (
        f"<article class=card><h4>{escape(example.id)} <span class=quiet>{escape(', '.join(example.tags))}</span></h4>"
        f"<dl>{asked}</dl><div class=pair><div><b>{escape(before)}</b>{left}{_sources(worse.before)}</div>"
        f"<div><b>{escape(after)}</b>{right}{_sources(worse.after)}</div></div>"
        f"{_reasons(comparison, worse, before, after)}</article>"
    )


def _texts(before: Answer | None, after: Answer | None) -> tuple[str, str]:
    texts = [None if a is None or a.output is None else a.output.completion.text for a in (before, after)]
    if texts[0] is not None and texts[1] is not None:
        return marked(texts[0], texts[1])
    left, right = (f"<p>{escape(text) if text is not None else '<i>No answer.</i>'}</p>" for text in texts)
    return left, right


def _sources(answer: Answer | None) -> str:
    """Where the sources are from that were shown, the cited ones named so."""
    if answer is None or answer.output is None or not answer.output.retrieved:
        return ""
    shown = (
        f"<li>{escape(found.chunk.source)}{' <b>✓ cited</b>' if number in answer.cited else ''}</li>"
        for number, found in enumerate(answer.output.retrieved, 1)
    )
    return f"<ol class=quiet>{''.join(shown)}</ol>"


def _reasons(comparison: Comparison, worse: WorseExample, before: str, after: str) -> str:
    scores = [{} if a is None else {s.metric: s for s in a.scores} for a in (worse.before, worse.after)]
    rows = ""
    for name, figure in comparison.arms[0].metrics.items():
        old, new = (_score(found.get(name), figure.info) for found in scores)
        if old == new:
            continue
        rows += f"<tr><th scope=row>{escape(figure.info.title)}</th>" + "".join(
            f"<td>{escape(value)}</td><td>{escape(why)}</td>" for value, why in (old, new)
        )
        rows += "</tr>"
    heads = "".join(f"<th>{escape(head)}</th>" for head in ("Score", before, "Why", after, "Why"))
    return f"<div class=wide><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>" if rows else ""


def _score(score: Score | None, info: MetricInfo) -> tuple[str, str]:
    """A score in words, and its reason."""
    if score is None:
        return "none", ""
    if not isinstance(score.result, Scored):
        return "unscored", score.result.reason
    value = score.result.value
    if info.kind == "pass_fail" and value in (0, 1):
        return ("✓ pass" if value else "✗ fail"), score.result.reason
    return of_kind(value, info.kind, info.unit), score.result.reason


def _mean(mean: MeanResult, info: MetricInfo) -> str:
    if mean.mean is None:
        return "no score"
    if info.kind == "number":
        return amount(mean.mean, info.unit)
    return percent_with_interval(mean.mean, mean.low, mean.high)


def _difference(part: Slice, info: MetricInfo) -> str:
    result = part.difference
    if result is None or result.difference is None:
        return UNKNOWN
    size = [v for v in (result.difference, result.low, result.high) if v is not None]
    told = [amount(v, info.unit) if info.kind == "number" else point_count(v) for v in size]
    return told[0] if len(told) < 3 else f"{told[0]} ({told[1]} to {told[2]})"
