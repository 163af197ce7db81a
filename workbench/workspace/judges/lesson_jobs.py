"""Checks of judges in the background."""

from __future__ import annotations

import threading
from collections.abc import Callable

from workbench.domain.lessons import LessonsVersion
from workbench.workspace.job_book import CountedJob, JobBook, OnProgress, end
from workbench.workspace.judges.lesson_checks import Outcome


class LessonsJob(CountedJob[Outcome]):
    """A check; it counts verdicts."""

    def __init__(self, kept: LessonsVersion, check: Callable[[OnProgress, threading.Event], Outcome]) -> None:
        """`kept` are the lessons that are checked."""
        super().__init__(f"workbench-check-{kept.judge}", check)
        self.kept = kept


under_way: JobBook[LessonsJob] = JobBook()
"""This process's checks, by project and judge."""


def shut_down() -> None:
    """Stop what goes on, and keep what verdicts in flight cost."""
    end([*under_way.shut_down()])
