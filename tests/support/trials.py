"""Stored outcomes for tests, with only what a test is about named."""

from __future__ import annotations

from dataclasses import replace

from tests.support.builders import NOON
from workbench.domain.model import Completion, Usage
from workbench.domain.run import TrialOutput


def an_output(**fields) -> TrialOutput:
    """An answer of the arm `answer@1:one`."""
    completion = Completion("Yes.", "m", "stop", Usage(10, 5), 1.0)
    plain = TrialOutput("t1", "r1", "answer@1:one", "q-1", 1, "c", "k", completion, (), None, None, 1, NOON)
    return replace(plain, **fields)
