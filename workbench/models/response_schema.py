"""Asking a model to keep to a JSON schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench import pricing
from workbench.domain.model import ModelSpec
from workbench.errors import BadRequestError
from workbench.models.providers import LOCAL_SERVERS

# Servers of many makes answer under these prefixes; those that know no schema say so.
_COMPATIBLE = frozenset({"openai", *(server.provider for server in LOCAL_SERVERS)})


def with_schema(
    parameters: Mapping[str, Any], spec: ModelSpec, schema: Mapping[str, Any] | None
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The parameters with the wish for the answer's form, and what a reader of the answer should know of it.

    Raises BadRequestError where the parameters hold such a wish already.
    """
    if schema is None:
        return dict(parameters), ()
    if "response_format" in parameters:
        raise BadRequestError(
            "The prompt has both a response_schema and the parameter 'response_format'.", hint="Keep one.", sent=False
        )
    form = response_format(spec, schema)
    if form is None:
        return dict(parameters), (f"{spec.model} is not listed as able to keep to a schema; it was not sent.",)
    return {**parameters, "response_format": form}, ()


def response_format(spec: ModelSpec, schema: Mapping[str, Any]) -> dict[str, Any] | None:
    """The request's `response_format`, or None for a model that is not known to take one.

    It is sent where the price table lists the ability, and to OpenAI-compatible servers that the table does not know.
    """
    listed = pricing.supports_response_schema(spec.model)
    if listed is None:
        listed = spec.model.partition("/")[0] in _COMPATIBLE
    if not listed:
        return None
    named: dict[str, Any] = {"name": "answer", "schema": dict(schema)}
    if is_strict(schema):
        named["strict"] = True
    return {"type": "json_schema", "json_schema": named}


def is_strict(schema: Any) -> bool:
    """Whether every object in the schema requires all its properties and allows no others.

    OpenAI enforces only such schemas, and refuses others when told to.
    """
    if isinstance(schema, Mapping):
        if "properties" in schema or schema.get("type") == "object":
            properties = schema.get("properties")
            required = schema.get("required", ())
            if not isinstance(properties, Mapping) or not isinstance(required, Sequence):
                return False
            if schema.get("additionalProperties") is not False or set(required) != set(properties):
                return False
        return all(is_strict(value) for value in schema.values())
    if isinstance(schema, Sequence) and not isinstance(schema, str):
        return all(is_strict(value) for value in schema)
    return True
