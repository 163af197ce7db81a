"""All measures of an output by name: rules, judges, and people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workbench.domain.score import MetricInfo
from workbench.errors import NotFoundError
from workbench.judging import registry as judges
from workbench.metrics import registry as rules

HUMAN = MetricInfo(
    name="human",
    version="1",
    kind="pass_fail",
    direction="higher",
    title="People said pass",
    meaning="Share of reviewed answers that reviewers passed. Answers marked unsure, or not reviewed, do not count.",
)


def all_metrics() -> Sequence[MetricInfo]:
    """What outputs can be scored by, rules first."""
    return [*(rules.metric(name).info for name in rules.names()), *(judges.judge(name).info for name in judges.names())]


def info_of(name: str, version: str | None = None) -> MetricInfo:
    """What a measure means. A stored score's own version is kept where it differs from today's."""
    if name == HUMAN.name:
        return HUMAN
    try:
        info = rules.metric(name).info
    except NotFoundError:
        info = judges.judge(name).info
    return info if version is None or version == info.version else replace(info, version=version)
