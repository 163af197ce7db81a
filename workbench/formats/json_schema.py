"""Whether something is a JSON schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def schema_problem(schema: Mapping[str, Any]) -> str | None:
    """What keeps a mapping from being a JSON schema (draft 2020-12 unless `$schema` says otherwise), or None."""
    from jsonschema import Draft202012Validator, SchemaError
    from jsonschema.validators import validator_for

    dialect = schema.get("$schema")
    if dialect is not None and not isinstance(dialect, str):
        return "$schema: expected text"
    try:
        validator_for(schema, default=Draft202012Validator).check_schema(dict(schema))
    except SchemaError as error:
        place = ".".join(str(step) for step in error.absolute_path)
        return f"{place}: {error.message}" if place else error.message
    except RecursionError:
        return "it is nested too deeply"
    return None
