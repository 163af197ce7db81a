"""What the user's object is called with. LangChain's are told by what they can do; it is not imported here."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from inspect import Parameter
from typing import Any

from workbench.domain.model import CompletionRequest
from workbench.errors import InputError

GIVEN = ("messages", "inputs", "parameters", "timeout_s")
"""The arguments that a function may ask for by name."""

_WRAPPED = ("bound", "first", "runnable")
"""Where LangChain's wrappers and sequences keep what gets the input."""
_DEEPEST = 10
_NAMED = (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)


@dataclass(frozen=True)
class Caller:
    """How the user's object is called."""

    call: Callable[[CompletionRequest], Any]
    """Calls it; what comes back may have to be awaited or gone through."""
    is_async: bool
    """Whether it must be called on an event loop. All others may block."""
    takes_parameters: bool

    def not_passed(self, request: CompletionRequest) -> tuple[str, ...]:
        """A note on what the request has and the user's object is not told, if there is such."""
        left = []
        if request.parameters and not self.takes_parameters:
            left.append(f"parameters ({', '.join(request.parameters)})")
        if request.tools:
            left.append("tools")
        if request.response_schema is not None:
            left.append("response_schema")
        return (f"Not passed to your own code: {', '.join(left)}.",) if left else ()


def caller_of(found: Any, name: str) -> Caller:
    """How to call the object that `name` names. Raises InputError for what cannot be called with a request."""
    if inspect.isclass(found):
        raise InputError(f"{name!r} is a class.", hint="Name an object made from it, or a function.")
    for method, is_async in (("ainvoke", True), ("invoke", False)):
        invoke = getattr(found, method, None)
        if callable(invoke):
            return _runnable(found, invoke, is_async=is_async)
    if not callable(found):
        raise InputError(
            f"{name!r} is a {type(found).__name__}, which cannot be called.",
            hint="Name a function or a LangChain Runnable.",
        )
    return _function(found, name)


def _runnable(found: Any, invoke: Callable[[Any], Any], *, is_async: bool) -> Caller:
    """A chat model gets the messages; every other Runnable a mapping of the row's inputs and `messages`."""
    is_chat_model = _is_chat_model(found)

    def call(request: CompletionRequest) -> Any:
        messages = _messages(request)
        return invoke(messages if is_chat_model else {**deepcopy(dict(request.inputs)), "messages": messages})

    return Caller(call, is_async, takes_parameters=False)


def _is_chat_model(found: Any) -> bool:
    """Whether a chat model is what gets the input: this object, or the first within it."""
    for _ in range(_DEEPEST):
        if hasattr(found, "_llm_type"):
            return True
        inner = (getattr(found, name, None) for name in _WRAPPED)
        found = next((one for one in inner if hasattr(one, "invoke")), None)
        if found is None:
            return False
    return False


def _function(found: Callable[..., Any], name: str) -> Caller:
    try:
        parameters = inspect.signature(found).parameters
    except (TypeError, ValueError) as error:
        raise InputError(
            f"Python cannot tell which arguments {name!r} takes.", hint="Name a function of your own that calls it."
        ) from error
    takes = _taken(parameters)
    alone = None if takes else _only_argument(parameters)
    _refuse_unknown([p for p in parameters.values() if p.name not in (*takes, alone)], name)

    def call(request: CompletionRequest) -> Any:
        if alone is not None:
            return found(_messages(request))
        given = {
            "messages": _messages(request),
            "inputs": deepcopy(dict(request.inputs)),
            "parameters": deepcopy(dict(request.parameters)),
            "timeout_s": request.timeout_s,
        }
        return found(**{argument: given[argument] for argument in takes})

    bodies = (found, type(found).__call__)
    is_async = any(inspect.iscoroutinefunction(body) or inspect.isasyncgenfunction(body) for body in bodies)
    return Caller(call, is_async, takes_parameters="parameters" in takes)


def _taken(parameters: Mapping[str, Parameter]) -> tuple[str, ...]:
    """The arguments asked for by name. A function with `**others` gets all."""
    if any(p.kind is Parameter.VAR_KEYWORD for p in parameters.values()):
        return GIVEN
    return tuple(name for name in GIVEN if name in parameters and parameters[name].kind in _NAMED)


def _only_argument(parameters: Mapping[str, Parameter]) -> str | None:
    """The first positional argument of a function that asks for nothing by name: it gets the messages."""
    positional = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD, Parameter.VAR_POSITIONAL)
    return next((name for name, p in parameters.items() if p.kind in positional), None)


def _refuse_unknown(others: Sequence[Parameter], name: str) -> None:
    variable = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
    needed = [p.name for p in others if p.default is Parameter.empty and p.kind not in variable]
    if needed:
        raise InputError(
            f"{name!r} needs the argument {needed[0]!r}, which the workbench does not have.",
            hint=f"It gives {', '.join(GIVEN)}, those that the function names; or the messages to a single argument.",
        )


def _messages(request: CompletionRequest) -> list[dict[str, str]]:
    return [{"role": message.role, "content": message.content} for message in request.messages]
