"""Shared by all tests."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.made_once import made_once

# A slow machine is no failure. In CI the same cases are tried each time, so that a change is judged by what it changed;
# everywhere else new ones are searched for.
IN_CI = "CI" in os.environ
settings.register_profile(
    "unhurried",
    deadline=None,
    derandomize=IN_CI,
    max_examples=25 if IN_CI else 100,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("unhurried")

# Tests start hundreds of processes. Without bytecode each of them would compile the whole package again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture(scope="session")
def built_example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example project, finished. Not to be changed."""
    from workbench.workspace.example import build_example

    return made_once(tmp_path_factory, "harbor", build_example)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep what collecting makes, which lives to the end, out of the garbage collector's sight.

    Who collects garbage, as statsmodels does in every correction, would look through all of it each time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
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
