"""One template text: which variables it has, and what it becomes with values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from workbench.errors import MissingVariableError, TemplateError
from workbench.hashing import plain
from workbench.templates.parsing import Variable, parse

if TYPE_CHECKING:
    from workbench.domain.prompt import TemplateFormat


def variables(text: str, template_format: TemplateFormat) -> tuple[str, ...]:
    """The names a template uses, each once, in order of appearance. Raises TemplateError."""
    return tuple(dict.fromkeys(part.name for part in parse(text, template_format) if isinstance(part, Variable)))


def render(text: str, values: Mapping[str, Any], template_format: TemplateFormat) -> str:
    """The template with its values inserted as they are. Values that it does not use are ignored.

    Raises MissingVariableError naming every variable that is absent or None, TemplateError for a template that
    does not parse or a value that is neither text, number, truth value, list nor mapping.
    """
    parts = parse(text, template_format)
    require_values((part.name for part in parts if isinstance(part, Variable)), values)
    return "".join(as_text(part.name, values[part.name]) if isinstance(part, Variable) else part for part in parts)


def require_values(names: Iterable[str], values: Mapping[str, Any]) -> None:
    """Raise MissingVariableError naming all of the names without a value."""
    missing = [name for name in dict.fromkeys(names) if values.get(name) is None]
    if missing:
        raise MissingVariableError(missing, [name for name, value in values.items() if value is not None])


def as_text(name: str, value: Any) -> str:
    """What a value looks like in a prompt: text, numbers and truth values as Python writes them, the rest as JSON.

    Raises TemplateError for values that have no JSON form; `name` is for its message.
    """
    if isinstance(value, str):
        return value
    try:
        if isinstance(value, (bool, int, float)):
            return str(value)
        return json.dumps(plain(value), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise TemplateError(
            f"The value of {name!r} cannot be written into a prompt: {error}.",
            hint="Give text, a number, a list or a mapping.",
        ) from error
