"""The judges there are, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.errors import InputError, NotFoundError
from workbench.judging.citation_precision import CitationPrecision
from workbench.judging.citation_recall import CitationRecall
from workbench.judging.context_precision import ContextPrecision
from workbench.judging.context_recall import ContextRecall
from workbench.judging.faithfulness import Faithfulness
from workbench.judging.groundedness import Groundedness
from workbench.judging.judge import Judge, Juror
from workbench.judging.rubric import Rubric
from workbench.judging.shipped import SHIPPED, own_criteria

_ALL: tuple[Rubric, ...] = (
    Groundedness(),
    Faithfulness(),
    CitationRecall(),
    CitationPrecision(),
    *SHIPPED,
    ContextPrecision(),
    ContextRecall(),
)
_RUBRICS: Mapping[str, Rubric] = {rubric.name: rubric for rubric in _ALL}


def names() -> tuple[str, ...]:
    """The built-in judges, each named for its rubric."""
    return tuple(_RUBRICS)


def judge(
    name: str,
    *,
    rubric: str | None = None,
    criteria: Sequence[str] = (),
    jurors: Sequence[Juror] = (),
    votes: int = 1,
    reasons_first: bool = True,
) -> Judge:
    """The judge of that name, by the rubric of the same name unless another, or criteria of its own, are given.

    `rubric` is the name of a shipped rubric, or a text of one's own, which is more than one word. The options are those
    of `[judges.NAME]`. NotFoundError with near names when there is no such rubric, InputError when a shipped rubric is
    given criteria.
    """
    found = _own(name, rubric, tuple(criteria)) or _shipped(name, rubric)
    return Judge(name, found, jurors=tuple(jurors), votes=votes, reasons_first=reasons_first)


def _own(name: str, rubric: str | None, criteria: tuple[str, ...]) -> Rubric | None:
    if criteria and rubric in _RUBRICS:
        raise InputError(
            f"[judges.{name}] has criteria beside the shipped rubric {rubric!r}, which has its own.",
            hint="Remove one of them.",
        )
    text = rubric or ""
    is_text = len(text.split()) > 1
    return own_criteria(name, criteria, text) if criteria or is_text else None


def _shipped(name: str, rubric: str | None) -> Rubric:
    wanted = name if rubric is None else rubric
    try:
        return _RUBRICS[wanted]
    except KeyError:
        raise NotFoundError("judge" if rubric is None else "rubric", wanted, _RUBRICS) from None
