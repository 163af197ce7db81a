"""Asking a model to put experts' critiques into a few rules for a judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.domain.lessons import MOST_RULES, WorkedExample
from workbench.domain.model import CompletionRequest
from workbench.judging.material import FENCES, fenced
from workbench.judging.rubric import request_of
from workbench.judging.verdicts import CODE_FIELD, last_verdict, request_code

MOST_CRITIQUES = 60
"""Critiques that are shown at once: what the experts say again and again is in any sixty of them."""
LONGEST_RULE = 400
INSTRUCTIONS = f"""\
Experts judged answers of an assistant and said why. Another model will judge further answers in their place. Put what \
the experts look at into at most {MOST_RULES} rules for it.

Their judgements follow in the user's message, {FENCES}. Each says what the question was, what was answered, whether the \
experts passed or failed it, why, and whether the judging model had said the opposite.

A rule is one sentence that says what passes or fails, and can be decided by looking at a question, an answer and its \
sources. It is about answers in general and names no question of those shown. Do not make up rules that no judgement \
shows. Fewer rules are better. What the judging model got wrong comes first.

Reply with one JSON object and nothing else:
{{"{CODE_FIELD}": "<code>", "rules": ["...", ...]}}
`code` repeats the code of this request."""
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {CODE_FIELD: {"type": "string"}, "rules": {"type": "array", "items": {"type": "string"}}},
    "required": [CODE_FIELD, "rules"],
    "additionalProperties": False,
}


def distilling_request(
    examples: Sequence[WorkedExample], *, parameters: Mapping[str, Any], timeout_s: float
) -> CompletionRequest:
    """What asks for rules from judgements, the first ones if there are too many."""
    parts = _parts(examples)
    return request_of(INSTRUCTIONS, fenced(_code(parts), parts), SCHEMA, parameters=parameters, timeout_s=timeout_s)


def read_rules(text: str, examples: Sequence[WorkedExample]) -> tuple[str, ...] | None:
    """The rules that a model's text gives; None when it cannot be read."""
    reply = last_verdict(text, _code(_parts(examples)))
    rules = reply.get("rules") if isinstance(reply, Mapping) else None
    if not isinstance(rules, list) or not all(isinstance(rule, str) for rule in rules):
        return None
    return tidy_rules(rules)


def tidy_rules(rules: Sequence[str]) -> tuple[str, ...]:
    """One line each, without empty and double ones, and not more than a judge can keep in mind."""
    lines = (" ".join(rule.split()).removeprefix("- ")[:LONGEST_RULE] for rule in rules)
    return tuple(dict.fromkeys(line for line in lines if line))[:MOST_RULES]


def _parts(examples: Sequence[WorkedExample]) -> list[tuple[str, str]]:
    return [(f"JUDGEMENT {number}", _told(one)) for number, one in enumerate(examples[:MOST_CRITIQUES], 1)]


def _told(one: WorkedExample) -> str:
    judge = "\nThe judging model had said the opposite." if one.mistake else ""
    why = one.critique or "(not said)"
    return f"Question: {one.question}\nAnswer: {one.answer}\nThe experts say: {one.verdict}\nWhy: {why}{judge}"


def _code(parts: Sequence[tuple[str, str]]) -> str:
    return request_code("distilling", parts)
