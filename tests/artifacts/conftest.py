"""Artifacts made by hand, to be written and proven."""

from __future__ import annotations

import pytest

from tests.support.artifacts import make_artifact


@pytest.fixture
def artifact():
    """Make an artifact with the parts that a test is about."""
    return make_artifact
