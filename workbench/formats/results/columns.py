"""What the columns of a plain file are, by the names that people and tools usually give them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from workbench.errors import FormatError, suggestion

ROLES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "example_id", "row_id", "test_id", "case_id", "question_id", "qid", "test_case_id"),
    "inputs": ("inputs", "vars", "variables"),
    "question": (
        "question",
        "query",
        "user_input",
        "input",
        "instruction",
        "user_query",
        "user_question",
        "user_message",
        "request",
    ),
    "expected": (
        "expected",
        "expected_output",
        "expected_answer",
        "ideal",
        "ideal_answer",
        "reference",
        "reference_answer",
        "ground_truth",
        "ground_truths",
        "truth",
        "gold",
        "gold_answer",
        "correct_answer",
    ),
    "output": (
        "output",
        "answer",
        "response",
        "actual_output",
        "completion",
        "prediction",
        "model_output",
        "generated_answer",
        "generated_text",
        "model_response",
    ),
    "error": ("error", "exception", "error_message"),
    "context": (
        "context",
        "contexts",
        "retrieved_contexts",
        "retrieval_context",
        "sources",
        "documents",
        "retrieved_documents",
        "retrieved_chunks",
    ),
    "prompt": ("prompt", "prompt_template", "system_prompt", "template", "prompt_text"),
    "prompt_name": ("prompt_name",),
    "prompt_version": ("prompt_version",),
    "model": ("model", "model_name", "model_id", "provider", "llm"),
    "arm": ("arm", "variant", "experiment", "experiment_name", "configuration", "system"),
    "repeat": ("repeat", "repetition", "epoch", "trial", "iteration"),
    "latency_ms": ("latency_ms", "total_latency_ms", "response_time_ms", "duration_ms", "elapsed_ms", "latencyms"),
    "latency_s": ("latency_s", "latency_seconds", "latency_sec", "duration_s", "duration_seconds", "elapsed_s"),
    "latency": ("latency", "duration", "response_time", "elapsed", "elapsed_time"),
    "cost_usd": ("cost_usd", "cost", "total_cost", "price_usd", "usd"),
    "prompt_tokens": ("prompt_tokens", "input_tokens"),
    "completion_tokens": ("completion_tokens", "output_tokens"),
    "timestamp": ("timestamp", "created_at", "time", "date", "datetime", "started_at"),
    "tags": ("tags",),
    "scores": ("scores", "metrics", "evaluations"),
    "metadata": ("metadata",),
}
"""What a column can be, each with its usual names, compared without case, blanks and dots."""

IGNORED = frozenset(
    {
        *("index", "unnamed_0", "row", "row_number", "seed", "temperature", "top_p", "max_tokens", "total_tokens"),
        *("ttft_ms", "retrieval_latency_ms", "cache_hit", "citation_count", "rag_chunks_used", "tenant_id"),
        *("groundedness_score", "safety_pass", "use_case", "request_id", "session_id", "trace_id", "user_id"),
    }
)
"""Kept as metadata whatever they hold: settings, keys, and what our own events say a second time."""
FEEDBACK = frozenset(
    {"feedback", "user_feedback", "thumbs", "thumb", "rating", "user_rating", "stars", "human_feedback"}
)
"""What users of an application said of its answer."""

SCORE = "score."
INPUT = "inputs."
METADATA = "metadata."
VERDICT = "verdict."
"""Followed by a person's name: what that person said of the answer, passed or failed."""
NOTE = "note."
"""Followed by a person's name: why."""
_BY_PERSON = (VERDICT, NOTE)
SKIP = "skip"
REASON = "reason."
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_REASON_ENDINGS = ("_reason", "_reasoning", "_explanation", "_comment", "_rationale")


def plain_name(name: str) -> str:
    """`Ideal answer`, `idealAnswer` and `ideal.answer` as `ideal_answer`."""
    return _NOT_WORD.sub("_", _CAMEL.sub("_", name.strip()).lower()).strip("_")


@dataclass(frozen=True)
class Columns:
    """What each column of a file is read as: a role, or one that names what it is, such as `score.relevance`."""

    roles: Mapping[str, str]
    """By role, the column. Several columns of one kind have roles such as `inputs.country` and `inputs.question`."""

    def of(self, role: str) -> str | None:
        """The column that has a role, or None."""
        return self.roles.get(role)

    def below(self, prefix: str) -> Mapping[str, str]:
        """The columns whose role begins so, by what follows: the name of the score or input."""
        return {role.removeprefix(prefix): column for role, column in self.roles.items() if role.startswith(prefix)}


def guess(names: Sequence[str], scores: Collection[str], given: Mapping[str, str], file: str | None = None) -> Columns:
    """What the columns are. `scores` are those that hold nothing but numbers or truth values; `given` comes first.

    Raises FormatError for a given column that the file does not have, or a role that is not known.
    """
    roles: dict[str, str] = {}
    for column, role in given.items():
        if column not in names:
            hint = suggestion(column, names)
            raise FormatError(f"there is no column {column!r}.", file=file, hint=hint)
        roles.setdefault(_role_given(role, column, file), column)
    taken = set(given)
    free = _by_plain_name(column for column in names if column not in taken)
    for role, usual in ROLES.items():
        for name in usual if role not in roles else ():
            found = free.get(name)
            if found is not None:
                roles[role] = found
                taken.add(found)
                break
    _question_from_prompt(roles, given)
    by_plain_name = _by_plain_name(names)
    for column in names:
        if column not in taken and column:
            roles[_role_of_rest(column, by_plain_name, scores)] = column
    return Columns({role: column for role, column in roles.items() if role != SKIP})


def _by_plain_name(names: Iterable[str]) -> dict[str, str]:
    """The columns by their plain names; of several the first."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(plain_name(name), name)
    return found


def _role_given(role: str, column: str, file: str | None) -> str:
    if role == "score":
        return SCORE + column
    if role in ROLES or role == SKIP or role.startswith((SCORE, INPUT, METADATA, *_BY_PERSON)):
        return role
    hint = f"A column can be {', '.join(ROLES)}, score, skip, inputs.NAME, metadata.NAME, or of a person verdict.NAME and note.NAME."
    raise FormatError(f"{role!r} is nothing that the column {column!r} can be.", file=file, hint=hint)


def _question_from_prompt(roles: dict[str, str], given: Mapping[str, str]) -> None:
    """Where nothing else was asked, what is called the prompt is the question."""
    asked = {"question", "inputs"} & roles.keys() or any(role.startswith(INPUT) for role in roles)
    if not asked and "prompt" in roles and roles["prompt"] not in given:
        roles["question"] = roles.pop("prompt")


def _role_of_rest(column: str, by_plain_name: Mapping[str, str], scores: Collection[str]) -> str:
    name = plain_name(column)
    if column.startswith((INPUT, METADATA, *_BY_PERSON)):
        return column
    if name not in IGNORED and (column in scores or name in FEEDBACK):
        return SCORE + column
    for ending in _REASON_ENDINGS:
        about = by_plain_name.get(name.removesuffix(ending)) if name.endswith(ending) else None
        if about in scores:
            return f"{REASON}{about}"
    return METADATA + column
