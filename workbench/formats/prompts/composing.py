"""Foreign templates, cut into texts and variables, put together as messages of ours and taken apart again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import get_args

from workbench.domain.prompt import Message, MessageRole, TemplateFormat
from workbench.errors import FormatError, TemplateError
from workbench.formats.fields import Fields
from workbench.templates.parsing import Part, Variable, parse


@dataclass(frozen=True)
class Turn:
    """A message as it was read: what the file says, and what that means."""

    role: MessageRole
    raw: str
    parts: tuple[Part, ...]


def compose(turns: Sequence[Turn]) -> tuple[tuple[Message, ...], TemplateFormat]:
    """The messages, and the format in which they say the same.

    A text is kept as it is written where mustache reads it alike. Two braces that are meant literally can only be written
    as an f-string.
    """
    texts = [turn.raw if _reads_as(turn.raw, turn.parts) else as_mustache(turn.parts) for turn in turns]
    if all(_reads_as(text, turn.parts) for text, turn in zip(texts, turns, strict=True)):
        return _messages(turns, texts), "mustache"
    return _messages(turns, [_as_f_string(turn) for turn in turns]), "f-string"


def joined(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts with neighbouring texts made one, and empty ones left out."""
    done: list[Part] = []
    for part in parts:
        if part == "":
            continue
        last = done[-1] if done else None
        if isinstance(part, str) and isinstance(last, str):
            done[-1] = last + part
        else:
            done.append(part)
    return tuple(done)


def as_mustache(parts: Iterable[Part]) -> str:
    """The parts as a template in mustache, each variable spelled in the shortest way."""
    return "".join(part if isinstance(part, str) else f"{{{{{part.name}}}}}" for part in parts)


def ours(role: str) -> MessageRole | None:
    """A role under our name for it; None for one that is not known."""
    names = {"developer": "system", "human": "user", "ai": "assistant", "model": "assistant"}
    return next((known for known in get_args(MessageRole) if known == names.get(role, role)), None)


def role_of(message: Fields) -> MessageRole:
    """The role that a message has in a file. Raises FormatError for one that is not known."""
    named = message.require("role", message.name("role"))
    role = ours(named)
    if role is None:
        raise message.error("role", f"the role {named[:40]!r} is not known")
    return role


def parsed(text: str, template_format: TemplateFormat, file: str, line: int) -> tuple[Part, ...]:
    """The texts and variables of a template that begins in a line. Raises FormatError with the line in the file."""
    try:
        return joined(parse(text, template_format))
    except TemplateError as error:
        found = re.match(r"line (\d+): (.*)", error.message, re.DOTALL)
        number, problem = (int(found[1]), found[2]) if found else (1, error.message)
        raise FormatError(problem, file=file, line=line + number - 1, hint=error.hint) from error


def require_one_place(place: tuple[int, int] | None, message: Fields) -> None:
    """Raise FormatError for a message that stands for earlier turns, where `place` says that another does already."""
    if place is not None:
        raise message.complain(message.path, "a second placeholder for messages; a prompt has one place", None)


def require_before_last_user(file: str, turns: Sequence[Turn], place: tuple[int, int] | None) -> None:
    """Raise FormatError for a place of earlier turns that is not right before the last user message.

    `place` is the number of messages before it, and its line.
    """
    if place is None:
        return
    last = max((n for n, turn in enumerate(turns) if turn.role == "user"), default=-1)
    if place[0] != last:
        raise FormatError(
            "earlier turns go right before the last user message here, and nowhere else.",
            file=file,
            line=place[1],
            hint="Move them there.",
        )


def _messages(turns: Sequence[Turn], texts: Sequence[str]) -> tuple[Message, ...]:
    return tuple(Message(turn.role, text) for turn, text in zip(turns, texts, strict=True))


def _as_f_string(turn: Turn) -> str:
    return "".join(
        f"{{{part.name}}}" if isinstance(part, Variable) else part.replace("{", "{{").replace("}", "}}")
        for part in turn.parts
    )


def _reads_as(text: str, parts: tuple[Part, ...]) -> bool:
    try:
        return joined(parse(text, "mustache")) == parts
    except TemplateError:
        return False
