"""Run options from a plan file and from a command's options together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from workbench.errors import InputError
from workbench.settings import read_plan
from workbench.workspace.runs.planning import RunOptions

FIELDS = {
    "prompt": "prompts",
    "model": "models",
    "metric": "metrics",
    "judge": "judges",
    "timeout": "timeout_s",
    "max_cost": "max_cost_usd",
}
"""Keys of a plan file, which are the command's options, where RunOptions names them otherwise."""


def options_from(plan: Path | None, given: Mapping[str, Any]) -> RunOptions:
    """Options given by hand overrule the plan file; what neither names keeps its default.

    Raises FormatError for a plan file with unknown keys, InputError when no golden set or no prompt is named.
    """
    read = dict(read_plan(plan) if plan else {})
    cache = {"use_cache": not read.pop("no_cache")} if "no_cache" in read else {}
    values = {FIELDS.get(key, key): value for key, value in read.items()} | cache
    values |= {key: value for key, value in given.items() if value not in (None, ())}
    if not values.get("dataset"):
        raise InputError("A run needs a golden set.", hint="Name it: --dataset NAME.")
    return replace(RunOptions(prompts=values.pop("prompts", ()), dataset=values.pop("dataset")), **values)
