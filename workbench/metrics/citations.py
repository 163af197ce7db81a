"""Citations: finding them in an answer, and whether they name what the model was shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.index import RetrievedChunk
from workbench.domain.prompt import CitationPolicy
from workbench.domain.score import ScoreInput
from workbench.errors import InputError
from workbench.metrics.patterns import compile_pattern, searched
from workbench.metrics.spans import parse_span
from workbench.text.sentences import Span

_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Citation:
    """A mark in an answer that names a source."""

    target: str
    """What it names: group 1 of the prompt's pattern."""
    start: int
    end: int
    sources: tuple[int, ...]
    """Which of the shown sources it names, counted from 1; empty when there is no such source."""

    @property
    def valid(self) -> bool:
        """Whether it names a source that was shown."""
        return bool(self.sources)


def find_citations(text: str, policy: CitationPolicy, sources: Sequence[RetrievedChunk]) -> tuple[Citation, ...]:
    """The citations in a text, in order. InputError when the policy's pattern cannot be used.

    A citation names a source by its number from 1, or by its document, alone or as `doc#page=N` or `doc#heading`. A
    mark that names several, as `[1, 3]` where the pattern allows it, is one citation for each.
    """
    found: list[Citation] = []
    for match in compile_pattern(policy.pattern).finditer(searched(text)):
        target = match.group(1) if match.re.groups else match.group()
        names = _names(target or "", sources)
        found.extend(Citation(name, match.start(), match.end(), resolve(name, sources)) for name in names)
    return tuple(found)


def cited(given: ScoreInput) -> tuple[Citation, ...]:
    """The citations of an output. InputError when the prompt's pattern cannot be used."""
    return find_citations(given.completion.text, given.prompt.policy.citations, given.sources)


def citation_spans(text: str, policy: CitationPolicy) -> tuple[Span, ...]:
    """Where citations stand, in order. None where the policy's pattern cannot be used, which citation metrics report."""
    try:
        pattern = compile_pattern(policy.pattern)
    except InputError:
        return ()
    return tuple(match.span() for match in pattern.finditer(searched(text)) if match.end() > match.start())


def resolve(target: str, sources: Sequence[RetrievedChunk]) -> tuple[int, ...]:
    """Which sources a citation's target names, counted from 1."""
    target = target.strip()
    if _NUMBER.fullmatch(target):
        number = int(target)
        return (number,) if 1 <= number <= len(sources) else ()
    if not target:
        return ()
    span = parse_span(target)
    return tuple(n for n, found in enumerate(sources, 1) if span.holds(found.chunk))


def _names(target: str, sources: Sequence[RetrievedChunk]) -> list[str]:
    """The targets of one mark: the whole when it names a source, else its parts between commas and semicolons."""
    if resolve(target, sources):
        return [target.strip()]
    parts = [part.strip() for part in re.split(r"[,;]", target)]
    return [part for part in parts if part] or [target.strip()]
