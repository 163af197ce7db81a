"""Quotations: whether what an answer puts in quotation marks stands in its sources."""

from __future__ import annotations

import re

from workbench.domain.score import MetricInfo, Scored, ScoreInput, ScoreResult, Unscored
from workbench.metrics.citations import citation_spans
from workbench.metrics.rule import RuleMetric
from workbench.metrics.text import plain, without, words

MIN_WORDS = 3
"""Shorter quotations are terms and titles, not something that a source said."""
LONGEST = 2_000
"""Characters between two marks; further apart they hardly belong together."""

_MARKED = re.compile(
    rf"“([^“”]{{1,{LONGEST}}})”|„([^„“”]{{1,{LONGEST}}})[“”]|«([^«»]{{1,{LONGEST}}})»|\"([^\"\n]{{1,{LONGEST}}})\""
)
_BLOCK = re.compile(r"(?:^[ ]{0,3}>.*(?:\n|\Z))+", re.MULTILINE)
_BLOCK_MARK = re.compile(r"^[ ]{0,3}>[ ]?", re.MULTILINE)
_LEFT_OUT = re.compile(r"\s*[\[(]?(?:…|\.\.\.)[\])]?\s*")
_ENDS = " .,;:!?'\""


def quotations(text: str) -> tuple[str, ...]:
    """What a text quotes, in order: three words or more between quotation marks, or set off as a block (`> ...`)."""
    blocks = [(match.start(), _BLOCK_MARK.sub("", match.group())) for match in _BLOCK.finditer(text)]
    rest = _BLOCK.sub(lambda match: " " * len(match.group()), text)
    marked = [(match.start(), next(filter(None, match.groups()))) for match in _MARKED.finditer(rest)]
    found = (" ".join(quoted.split()) for _, quoted in sorted([*blocks, *marked]))
    return tuple(quoted for quoted in found if len(words(quoted)) >= MIN_WORDS)


def stands_in(quoted: str, source: str) -> bool:
    """Whether a source holds the quotation, without regard to case, white space and kinds of marks.

    What an ellipsis leaves out may be anything: the parts around it must follow one another.
    """
    text, position = plain(source), 0
    parts = [part for part in (plain(part).strip(_ENDS) for part in _LEFT_OUT.split(quoted)) if part]
    for part in parts:
        at = text.find(part, position)
        if at < 0:
            return False
        position = at + len(part)
    return bool(parts)


def _quotes_found(given: ScoreInput) -> ScoreResult:
    if not given.sources:
        return Unscored("the prompt showed no sources")
    text = given.completion.text
    quoted = quotations(without(text, citation_spans(text, given.prompt.policy.citations)))
    if not quoted:
        return Unscored("the answer quotes nothing")
    lost = [one for one in quoted if not any(stands_in(one, found.chunk.text) for found in given.sources)]
    if not lost:
        return Scored(1.0, f"all {len(quoted)} stand in a source" if len(quoted) > 1 else "stands in a source")
    return Scored(1 - len(lost) / len(quoted), f"in no source: {lost[0][:100]!r}")


QUOTES_FOUND = RuleMetric(
    MetricInfo(
        name="quotes_found",
        version="1",
        kind="share",
        direction="higher",
        title="Quotations that are in the sources",
        meaning="Share of the answer's quotations of three words or more that stand in a source that was shown, word for "
        "word. Unscored when the answer quotes nothing or no sources were shown.",
    ),
    _quotes_found,
)
