"""Where figures published by others lie, for tests that are skipped without them."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(os.environ.get("WORKBENCH_TEST_DATA", ""))


def needs(name: str) -> pytest.MarkDecorator:
    """Skips a test, saying why, unless the folder of that name is there."""
    absent = not os.environ.get("WORKBENCH_TEST_DATA") or not (FOLDER / name).is_dir()
    return pytest.mark.skipif(absent, reason=f"WORKBENCH_TEST_DATA names no folder with {name}")


def read(path: str) -> Any:
    """A JSON file below the folder."""
    return json.loads((FOLDER / path).read_text(encoding="utf-8"))
