"""Indexes being built in the background, so that a page only looks on and a closed browser changes nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Literal

from workbench.domain.index import IndexInfo
from workbench.workspace.job_book import CountedJob, JobBook, OnProgress

Stage = Literal["reading", "embedding", "writing"]
Build = Callable[[OnProgress, threading.Event], IndexInfo]
"""Builds, tells the steps done and the steps in all, and stops once the event is set."""


class Building(CountedJob[IndexInfo]):
    """One build. Stopped, it puts nothing in place and keeps what was embedded."""

    def __init__(self, name: str, build: Build) -> None:
        super().__init__(f"workbench-index-{name}", build)
        self.name = name

    @property
    def share(self) -> float:
        """How much of it is done, from 0 to 1. Cheap; from any thread."""
        done, total = self.progress
        return done / total if total else 0.0

    @property
    def stage(self) -> Stage:
        """What is being done: documents read and cut, chunks embedded, or chunks written."""
        done, total = self.progress
        if not total:
            return "reading"
        return "embedding" if done < total // 2 else "writing"

    @property
    def chunks(self) -> tuple[int, int]:
        """How many chunks have been through this stage, and how many there are; (0, 0) while documents are read."""
        done, total = self.progress
        chunks = total // 2
        if not chunks or done == total:
            return chunks, chunks
        return done % chunks, chunks


under_way: JobBook[Building] = JobBook()
"""This process's builds, by project and name of the index."""
