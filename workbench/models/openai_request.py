"""The request that an OpenAI-compatible server is sent."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.domain.model import CompletionRequest, ModelSpec
from workbench.domain.prompt import Message
from workbench.errors import BadRequestError
from workbench.models.openai_parameters import EXTRA_HEADERS, sent_to
from workbench.models.parameters import checked
from workbench.models.response_schema import with_schema

# OpenAI's reasoning models refuse `max_tokens` and know it under another name.
_REASONING = re.compile(r"o\d+(-(mini|preview|pro))?(-\d{4}-\d\d-\d\d)?|.*gpt-([5-9]|1\d)(?!\d|-chat).*")


@dataclass(frozen=True)
class Prepared:
    """What the requests of an arm have in common, written once; only their messages differ."""

    common: bytes
    """The body's JSON but for its messages and its end."""
    headers: Mapping[str, str]
    """The alias's own headers."""
    notes: tuple[str, ...]
    """What a reader of the answer should know."""

    def body(self, messages: Sequence[Message], *, count_tokens: bool) -> bytes:
        """The request's body. Raises BadRequestError where a message cannot be written as JSON."""
        said = [{"role": message.role, "content": message.content} for message in messages]
        options = b',"stream_options":{"include_usage":true}' if count_tokens else b""
        return b"".join((self.common, options, b',"messages":', _json(said), b"}"))


def prepare(spec: ModelSpec, request: CompletionRequest) -> Prepared:
    """All of a request but its messages. Raises BadRequestError where it asks for what cannot be sent."""
    known = sent_to(spec)
    parameters = checked(request.parameters, spec.parameters, is_owned=lambda name: name not in known)
    parameters, notes = with_schema(parameters, spec, request.response_schema)
    headers = parameters.pop(EXTRA_HEADERS, None) or {}
    if is_reasoning(spec) and "max_tokens" in parameters:
        parameters.setdefault("max_completion_tokens", parameters.pop("max_tokens"))
    if request.tools:
        parameters["tools"] = [dict(tool) for tool in request.tools]
    body = {"model": spec.model.partition("/")[2], "stream": True}
    # A parameter without a value is one that was not set.
    body |= {name: value for name, value in parameters.items() if value is not None}
    return Prepared(_json(body)[:-1], {name: str(value) for name, value in headers.items()}, notes)


def is_reasoning(spec: ModelSpec) -> bool:
    """Whether a model is one of OpenAI's that reason before they answer, by its name."""
    provider, _, name = spec.model.partition("/")
    return provider == "openai" and _REASONING.fullmatch(name) is not None


def _json(value: Any) -> bytes:
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise BadRequestError(
            f"The request cannot be written as JSON: {error}.",
            hint="Look for values that are no text, number or list, and for broken characters.",
            sent=False,
        ) from error
