"""What a metric of the user's own is called with: what it asks for by the names of its arguments."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from copy import deepcopy
from inspect import Parameter
from typing import Any

from workbench.domain.score import ScoreInput
from workbench.errors import InputError

_GIVERS: Mapping[str, Callable[[ScoreInput], Any]] = {
    "answer": lambda given: given.completion.text,
    "expected": lambda given: given.example.expected,
    "question": lambda given: _question(given.example.inputs),
    "inputs": lambda given: deepcopy(dict(given.example.inputs)),
    "sources": lambda given: [found.chunk.text for found in given.sources],
    "prompt": lambda given: [{"role": m.role, "content": m.content} for m in given.prompt.messages],
    "history": lambda given: [{"role": m.role, "content": m.content} for m in given.example.history],
    "tool_calls": lambda given: [{"name": c.name, "arguments": c.arguments} for c in given.completion.tool_calls],
    "example_id": lambda given: given.example.id,
    "expect": lambda given: given.example.expect,
    "tags": lambda given: list(given.example.tags),
    "metadata": lambda given: deepcopy(dict(given.example.metadata)),
    "latency_ms": lambda given: given.completion.latency_ms,
    "cost_usd": lambda given: given.cost_usd,
}
GIVEN = tuple(_GIVERS)
"""The arguments that a function may ask for. Each call gets copies of its own."""

_NAMED = (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
_VARIABLE = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)


def asked_for(function: Any, name: str) -> tuple[str, ...]:
    """Which of the arguments a function asks for; all, where it takes `**others`.

    Raises InputError for what is no plain function, and for one that needs something else.
    """
    if not callable(function) or inspect.isclass(function):
        raise InputError(f"{name!r} is a {type(function).__name__}, not a function.", hint="Name a function.")
    bodies = (function, getattr(function, "__call__", function))  # noqa: B004 (an object's own method)
    if any(inspect.iscoroutinefunction(body) or inspect.isgeneratorfunction(body) for body in bodies):
        raise InputError(f"{name!r} is async or a generator.", hint="A metric is a plain function: def, and return.")
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError) as error:
        raise InputError(
            f"Python cannot tell which arguments {name!r} takes.", hint="Name a function of your own that calls it."
        ) from error
    if any(p.kind is Parameter.VAR_KEYWORD for p in parameters.values()):
        return GIVEN
    wanted = tuple(p.name for p in parameters.values() if p.name in _GIVERS and p.kind in _NAMED)
    others = (p for p in parameters.values() if p.name not in wanted and p.kind not in _VARIABLE)
    needed = [p.name for p in others if p.default is Parameter.empty]
    if needed:
        raise InputError(
            f"{name!r} needs the argument {needed[0]!r}, which the workbench does not have.",
            hint=f"It gives {', '.join(GIVEN)}: those that the function names.",
        )
    return wanted


def arguments(wanted: tuple[str, ...], given: ScoreInput) -> dict[str, Any]:
    """The values of the arguments for one answer."""
    return {name: _GIVERS[name](given) for name in wanted}


def _question(inputs: Mapping[str, Any]) -> str | None:
    """The input named `question` or `query`, else the only one that is text."""
    for name in ("question", "query"):
        if isinstance(inputs.get(name), str):
            return str(inputs[name])
    texts = [value for value in inputs.values() if isinstance(value, str)]
    return texts[0] if len(texts) == 1 else None
