"""Stored answers being scored again in the background."""

from __future__ import annotations

from workbench.workspace.job_book import CountedJob, JobBook, end

ScoringJob = CountedJob[int]
"""It counts answers, and comes to how many scores were added."""

under_way: JobBook[ScoringJob] = JobBook()
"""This process's, by project and run."""


def shut_down() -> None:
    """Stop what goes on. What was scored is kept."""
    end(under_way.shut_down())
