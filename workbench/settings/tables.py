"""The tables of `workbench.toml`, with their defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.domain.gate import Gate
from workbench.domain.model import ModelSpec
from workbench.domain.people import People


@dataclass(frozen=True)
class ProjectSettings:
    """`[project]`."""

    name: str


@dataclass(frozen=True)
class EmbedderSettings:
    """`[embedders.NAME]`."""

    model: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class JudgeSettings:
    """`[judges.NAME]`."""

    models: tuple[str, ...] = ()
    """Aliases or model names, several for a jury; without one the judge leaves outputs unscored."""
    rubric: str | None = None
    """The name of a shipped rubric or a text of one's own; None: the rubric named like the judge."""
    criteria: tuple[str, ...] = ()
    """Questions of one's own that are answered with yes or no."""
    votes: int = 1
    """How often the model is asked about one output."""
    reasons_first: bool = True
    bar: float | None = None
    """The share of passes, and of failures, that it has to catch before it may gate; None: the usual one."""


@dataclass(frozen=True)
class BudgetSettings:
    """`[budget]`, in US dollars. None: no limit."""

    run_usd: float | None = None
    month_usd: float | None = None
    alert_at: float = 0.8
    """The share of a limit, 0 to 1, from which on its use is pointed out."""


@dataclass(frozen=True)
class ExportSettings:
    """`[export]`."""

    directory: str = "."
    """The folder under which `prompts/NAME/...` is written, relative to the project."""


@dataclass(frozen=True)
class Settings:
    """All of `workbench.toml`; what the file leaves out has its default."""

    project: ProjectSettings
    models: Mapping[str, ModelSpec] = field(default_factory=dict)
    """By alias."""
    embedders: Mapping[str, EmbedderSettings] = field(default_factory=dict)
    judges: Mapping[str, JudgeSettings] = field(default_factory=dict)
    metrics: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Options by metric; the metric checks them."""
    budget: BudgetSettings = field(default_factory=BudgetSettings)
    gates: Mapping[str, Gate] = field(default_factory=dict)
    people: People = field(default_factory=People)
    export: ExportSettings = field(default_factory=ExportSettings)
