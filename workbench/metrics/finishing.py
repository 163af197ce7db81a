"""Whether an answer came to its end."""

from __future__ import annotations

from workbench.domain.score import MetricInfo, Scored, ScoreInput, ScoreResult, Unscored
from workbench.metrics.rule import RuleMetric

_CUT_OFF = {"length": "cut off at the token limit", "content_filter": "stopped by the provider's content filter"}


def _finished(given: ScoreInput) -> ScoreResult:
    reason = given.completion.finish_reason
    if reason is None:
        return Unscored("the model did not say why it stopped")
    if reason in _CUT_OFF:
        return Scored(0.0, _CUT_OFF[reason])
    if not given.completion.text.strip() and not given.completion.tool_calls:
        return Scored(0.0, "the answer is empty")
    return Scored(1.0, "came to its end")


FINISHED = RuleMetric(
    MetricInfo(
        name="finished",
        version="1",
        kind="pass_fail",
        direction="higher",
        title="Answers that are complete",
        meaning="Whether the answer came to its own end: not empty, not cut off at the token limit, not stopped by a "
        "filter. Unscored when the model does not say why it stopped.",
    ),
    _finished,
)
