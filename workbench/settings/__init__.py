"""A project's `workbench.toml`, and plan files for runs. Keys and secrets never stand in either."""

from __future__ import annotations

from workbench.settings.plan import read_plan
from workbench.settings.reading import PROJECT_FILE, find_project, read_settings, settings_of
from workbench.settings.tables import (
    BudgetSettings,
    EmbedderSettings,
    ExportSettings,
    JudgeSettings,
    ProjectSettings,
    Settings,
)

__all__ = [
    "PROJECT_FILE",
    "BudgetSettings",
    "EmbedderSettings",
    "ExportSettings",
    "JudgeSettings",
    "ProjectSettings",
    "Settings",
    "find_project",
    "read_plan",
    "read_settings",
    "settings_of",
]
