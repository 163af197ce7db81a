"""The judges there are, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.errors import NotFoundError
from workbench.judging.context_precision import ContextPrecision
from workbench.judging.context_recall import ContextRecall
from workbench.judging.groundedness import Groundedness
from workbench.judging.judge import Judge
from workbench.judging.rubric import Rubric

_ALL: tuple[Rubric, ...] = (Groundedness(), ContextPrecision(), ContextRecall())
_RUBRICS: Mapping[str, Rubric] = {rubric.name: rubric for rubric in _ALL}


def names() -> tuple[str, ...]:
    """The built-in judges, each named for its rubric."""
    return tuple(_RUBRICS)


def judge(
    name: str,
    *,
    rubric: str | None = None,
    model: str | None = None,
    votes: int = 1,
    reasons_first: bool = True,
    parameters: Mapping[str, Any] | None = None,
) -> Judge:
    """The judge of that name, by the rubric of the same name unless another is given.

    The options are those of `[judges.NAME]`. NotFoundError with near names when there is no such rubric.
    """
    wanted = name if rubric is None else rubric
    try:
        found = _RUBRICS[wanted]
    except KeyError:
        raise NotFoundError("judge" if rubric is None else "rubric", wanted, _RUBRICS) from None
    return Judge(name, found, model=model, votes=votes, reasons_first=reasons_first, parameters=parameters or {})
