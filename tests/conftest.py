"""Shared by all tests."""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import HealthCheck, settings

# A slow machine is no failure. In CI the same cases are tried each time, so that a change is judged by what it changed;
# everywhere else new ones are searched for.
settings.register_profile(
    "unhurried", deadline=None, derandomize="CI" in os.environ, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")

# Tests start hundreds of processes. Without bytecode each of them would compile the whole package again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# What collecting the tests makes lives to the end. Who collects garbage, as statsmodels does in every correction, would
# look through all of it each time.
gc.disable()


def pytest_collection_finish() -> None:
    """Take what there is out of the sight of the garbage collector, and let it work from now on."""
    gc.freeze()
    gc.enable()


def pytest_unconfigure() -> None:
    """Let everything be taken down in order at the end."""
    gc.unfreeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests first, so that at the end no processor waits for another; the longest of all is the first."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    if item.name == "test_the_checkout_passes[types]":
        return 0
    return 1 if item.get_closest_marker("browser") or item.get_closest_marker("slow") else 2
