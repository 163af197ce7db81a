"""A Python function of the project's own as a metric. Whatever it does, it takes no other score with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from workbench.domain.score import MetricInfo, ScoreInput, ScoreResult, Unscored
from workbench.errors import WorkbenchError
from workbench.hashing import bytes_hash, content_hash, short
from workbench.metrics.own.arguments import arguments, asked_for
from workbench.metrics.own.results import read_result
from workbench.metrics.own.table import OwnTable, read_table
from workbench.own_code.places import place, words_of
from workbench.own_code.target import file_in, find
from workbench.own_code.timed import within
from workbench.text.key_hiding import KeyHider
from workbench.text.shortening import shortened

_LONGEST = 400
_given_up: dict[tuple[str, str], str] = {}
"""Why a metric is not asked any more, by name and version: its call never came back."""


@dataclass(frozen=True)
class _Found:
    """The function, imported."""

    call: Callable[..., Any]
    wanted: tuple[str, ...]
    file: str | None


@dataclass(frozen=True)
class OwnMetric:
    """A metric that is a function of the user's own. Made without importing it."""

    name: str
    table: OwnTable
    root: Path | None
    """The project's folder, where Python looks for the function last."""

    @cached_property
    def info(self) -> MetricInfo:
        """What it measures, as `workbench.toml` says; the version changes with the function's file and with the scale."""
        table = self.table
        return MetricInfo(
            name=self.name,
            version=f"1-{short(content_hash([_source(table, self.root), table.target.name, table.scale]))}",
            kind=table.scale,
            direction=table.direction,
            title=table.title,
            meaning=f"{table.meaning.removesuffix('.')}. Unscored where it says so or fails.",
            unit=table.unit,
        )

    def require_ready(self) -> None:
        """Import the function now. Raises InputError or UnavailableError where it cannot be called."""
        if isinstance(self._loaded, WorkbenchError):
            raise self._loaded

    def score(self, given: ScoreInput) -> ScoreResult:
        """What the function says of an answer; Unscored with the user's line where it fails."""
        key = self.name, self.info.version
        if key in _given_up:
            return Unscored(_given_up[key])
        found = self._loaded
        if isinstance(found, WorkbenchError):
            return Unscored(KeyHider.of_environment(os.environ)(str(found)))
        ended = within(self.table.timeout_s, lambda: self._judged(found, given))
        if ended is None:
            _given_up[key] = (
                f"{self._label} took longer than {self.table.timeout_s:g} s for an answer and is not asked any more until "
                "the workbench is started again"
            )
            return Unscored(_given_up[key])
        if ended.raised is not None:
            return Unscored(self._blame(ended.raised, found.file))
        result: ScoreResult = ended.value
        return Unscored(f"{self._label}: {result.reason}") if isinstance(result, Unscored) else result

    def _judged(self, found: _Found, given: ScoreInput) -> ScoreResult:
        return read_result(found.call(**arguments(found.wanted, given)), self.table.scale)

    @cached_property
    def _loaded(self) -> _Found | WorkbenchError:
        """The function, or why there is none. Importing is no part of the time that a call may take."""
        target = self.table.target
        try:
            found = find(target, self.root)
            return _Found(found.value, asked_for(found.value, target.name), found.file)
        except WorkbenchError as error:
            return error

    @property
    def _label(self) -> str:
        return f"{self.table.target.module}:{self.table.target.attribute}"

    def _blame(self, error: BaseException, file: str | None) -> str:
        """What went wrong, without keys, and the user's line."""
        hide = KeyHider.of_environment(os.environ)
        at = place(error, self.root, file)
        said = shortened(words_of(error), _LONGEST)
        raised = f"{self._label} raised {type(error).__name__}" + (f": {said}" if said else "")
        return hide(raised + (f" ({at})" if at else ""))


def own_metric(name: str, options: Mapping[str, Any], root: Path | None) -> OwnMetric:
    """The metric of a `[metrics.NAME]` table of the kind python. Raises InputError for a wrong table; imports nothing."""
    return OwnMetric(name, read_table(name, options), root)


def _source(table: OwnTable, root: Path | None) -> str | None:
    """Hash of the function's file; None where there is no such file."""
    module = table.target.module
    found = None if root is None else file_in(root, module)
    if found is None and "." not in module:  # the folders of an installed package would be imported to look into it
        try:
            spec = find_spec(module)
        except (ImportError, ValueError):
            spec = None
        found = Path(spec.origin) if spec is not None and spec.has_location and spec.origin else None
    try:
        return None if found is None else bytes_hash(found.read_bytes())
    except OSError:
        return None
