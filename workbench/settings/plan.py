"""Plan files: the options of `workbench run` in YAML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from workbench.formats import yaml_nodes
from workbench.formats.fields import Fields
from workbench.settings.text import read_text, refuse_secrets


def read_plan(path: Path) -> Mapping[str, Any]:
    """A run's plan file (YAML): the options of `workbench run` by name, those that the file sets.

    `prompt`, `model`, `metric` and `judge` are tuples of text, given as one or as a list; `dataset` and `index` are
    text; `repeats` and `concurrency` whole numbers; `timeout` seconds; `parameters` a mapping. Raises FormatError for
    anything else, with line and column.
    """
    document = yaml_nodes.read(read_text(path), str(path))
    readers: dict[str, Callable[[Fields, str], Any]] = {
        **dict.fromkeys(("prompt", "model", "metric", "judge"), _one_or_more),
        **dict.fromkeys(("dataset", "index"), Fields.name),
        **dict.fromkeys(("repeats", "concurrency"), lambda fields, key: fields.whole(key, least=1)),
        "timeout": _seconds,
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


def _seconds(table: Fields, key: str) -> float | None:
    seconds = table.number(key)
    if seconds is not None and seconds <= 0:
        raise table.wrong(key, "a number of seconds above 0")
    return seconds
