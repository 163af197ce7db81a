"""Prompt Workbench: versions, experiments, evaluation and release of prompts, on one laptop.

Importing this package loads no heavy library; the names below are resolved when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.artifacts.loading import LoadedPrompt, load_prompt
    from workbench.workspace import Workbench

__all__ = ["LoadedPrompt", "Workbench", "__version__", "load_prompt"]

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    if name == "Workbench":
        from workbench.workspace import Workbench

        return Workbench
    if name in {"LoadedPrompt", "load_prompt"}:
        from workbench.artifacts import loading

        found: object = getattr(loading, name)
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
