"""Finding what travels with the program: pages, the example project, the app's configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

PACKAGE = Path(__file__).resolve().parent.parent


def shipped(what: Literal["pages", "datasets", ".streamlit"]) -> Path:
    """A folder that lies at the top of a checkout and inside an installed package."""
    installed = PACKAGE / f"_{what.removeprefix('.')}"
    return installed if installed.is_dir() else PACKAGE.parent / what
