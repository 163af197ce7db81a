"""Plan files: the options of `workbench run` in YAML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from workbench.formats import yaml_nodes
from workbench.formats.fields import Fields
from workbench.settings.text import read_text, refuse_secrets


def read_plan(path: Path) -> Mapping[str, Any]:
    """A run's plan file (YAML): the options of `workbench run` by name, those that the file sets.

    `prompt`, `model`, `index`, `chunks_from`, `metric` and `judge` are tuples of text, given as one or as a list;
    `dataset` and `executor` are text; `repeats` and `concurrency` whole numbers; `timeout` seconds; `max_cost` US dollars;
    `no_cache` true or false, `stop_early` too, or the name of a score; `parameters` a mapping. Raises FormatError for anything else, with line and column.
    """
    document = yaml_nodes.read(read_text(path), str(path))
    readers: dict[str, Callable[[Fields, str], Any]] = {
        **dict.fromkeys(("prompt", "model", "index", "chunks_from", "metric", "judge"), _one_or_more),
        **dict.fromkeys(("dataset", "executor"), Fields.name),
        **dict.fromkeys(("repeats", "concurrency"), lambda fields, key: fields.whole(key, least=1)),
        "timeout": partial(_above_zero, unit="seconds"),
        "max_cost": partial(_above_zero, unit="US dollars"),
        "no_cache": Fields.flag,
        "stop_early": _flag_or_name,
        "parameters": Fields.mapping,
    }
    refuse_secrets(document.value, document.complain)
    fields = Fields.of(document.value, (), document.complain, readers)
    read = {key: readers[key](fields, key) for key in fields.values}
    return {key: value for key, value in read.items() if value is not None}


def _one_or_more(table: Fields, key: str) -> tuple[str, ...] | None:
    value = table.values.get(key)
    if isinstance(value, list):
        return table.texts(key)
    name = table.name(key)
    return None if name is None else (name,)


def _flag_or_name(table: Fields, key: str) -> bool | str | None:
    return table.flag(key) if isinstance(table.values.get(key), bool) else table.name(key)


def _above_zero(table: Fields, key: str, *, unit: str) -> float | None:
    amount = table.number(key)
    if amount is not None and amount <= 0:
        raise table.wrong(key, f"a number of {unit} above 0")
    return amount
