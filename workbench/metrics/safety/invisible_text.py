"""Text in answers that a person does not see: a second alphabet, zero-width letters, another order than it is read in."""

from __future__ import annotations

import re
from itertools import islice

from workbench.domain.score import MetricInfo, Scored, ScoreInput, ScoreResult
from workbench.metrics.rule import RuleMetric
from workbench.scanning.hidden import invisible_text, turned_text

# Zero-width characters within Latin words; in other scripts they are part of the spelling.
_WITHIN_WORD = re.compile("(?<=[A-Za-z0-9])[\u200b-\u200d\u2060-\u2064\ufeff]{1,8}(?=[A-Za-z0-9])")


def _invisible_text(given: ScoreInput) -> ScoreResult:
    text = given.completion.text
    hidden = [place.shown or "" for place in islice(invisible_text(text), 10)]
    if hidden:
        return Scored(0.0, f"characters that are not shown: {hidden[0][:80]!r}")
    if next(turned_text(text), None) is not None:
        return Scored(0.0, "shown in another order than it is read")
    within = sum(1 for _ in _WITHIN_WORD.finditer(text))
    return Scored(0.0, f"{within} words parted by invisible characters") if within else Scored(1.0, "nothing invisible")


INVISIBLE_TEXT = RuleMetric(
    MetricInfo(
        name="invisible_text",
        version="1",
        kind="pass_fail",
        direction="higher",
        title="Nothing invisible",
        meaning="Whether the answer holds no text in invisible characters (Unicode tags, variation selectors, zero-width "
        "characters within Latin words or in rows) and none that is shown in another order than it is read.",
    ),
    _invisible_text,
)
