"""Three metrics of your own.

Lay this file beside `workbench.toml`, and name the functions there:

    [metrics.polite]
    kind = "python"
    function = "own_metric:polite"

    [metrics.overlap]
    kind = "python"
    function = "own_metric:overlap"
    scale = "share"                 # pass_fail (the default), share (0 to 1) or number
    title = "Words from the expected answer"

    [metrics.sentences]
    kind = "python"
    function = "own_metric:sentences"
    scale = "number"
    direction = "lower"             # which way is better; "higher" without it
    unit = "sentences"

A function asks for what it needs by the names of its arguments: `answer`, `expected`, `question`, `inputs`, `sources`,
`prompt`, `history`, `tool_calls`, `example_id`, `expect`, `tags`, `metadata`, `latency_ms`, `cost_usd`. It returns True or
False, a number, or None where there is nothing to score; with a reason as `(value, reason)` or as
`{"score": value, "reason": reason}`.

An exception, a value that the scale does not have, and a call that takes longer than `timeout_s` (10 seconds unless the
table says so) leave an answer unscored, with the line; the other scores are kept. After a call that does not return, the
function is not called again until the workbench is started anew. When this file changes, its scores get a new version;
`workbench score latest --metric polite` computes them for answers that are stored.
"""

from __future__ import annotations

import re


def polite(answer: str) -> bool:
    """Whether the answer thanks, asks or wishes."""
    return re.search(r"\b(?:please|thank|welcome|glad)", answer, re.IGNORECASE) is not None


def overlap(answer: str, expected: str | None) -> tuple[float | None, str]:
    """The share of the expected answer's words that the answer has, and those that it lacks."""
    wanted = set(re.findall(r"\w+", (expected or "").lower()))
    if not wanted:
        return None, "the row expects no answer"
    lacking = wanted - set(re.findall(r"\w+", answer.lower()))
    return 1 - len(lacking) / len(wanted), f"lacks {', '.join(sorted(lacking))}" if lacking else "has them all"


def sentences(answer: str) -> int:
    """How many sentences the answer has, about."""
    return len(re.findall(r"[.!?](?:\s|$)", answer))
