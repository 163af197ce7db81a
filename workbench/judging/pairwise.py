"""Asking a model which of two answers to the same question is better, once in each order.

Each order is a request of its own, so that a judge cannot remember what it said. What both say together is decided in
`stats.pairwise`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.domain.model import Completion, CompletionRequest
from workbench.domain.pairs import Said
from workbench.domain.protocols import Completer
from workbench.domain.score import ScoreInput, Unscored
from workbench.errors import InputError, ProviderError
from workbench.hashing import content_hash, short
from workbench.judging.judge import Judge, Juror
from workbench.judging.material import FENCES, fenced, numbered, question_of, sources_of
from workbench.judging.rubric import request_of
from workbench.judging.verdicts import CODE_FIELD, last_verdict, request_code, unreadable

BETTER, TIE = "better", "tie"
_CHOICES = ("1", "2", TIE)

INSTRUCTIONS = """\
You compare two answers to the same question and say which is better in one respect only: {aspect}. Length, and the order \
in which the answers stand, must not count.

The question that was asked, any sources that the writers were shown, any reference answer, and the two answers follow in \
the user's message, {fences}. The sources of an answer, where they differ, are named after it.

{order} Say "tie" only when neither is better in this respect.

Reply with one JSON object and nothing else:
{shape}
`code` repeats the code of this request. `better` is "1", "2" or "tie".
If you cannot write JSON, give your reasons in words and end with this line alone:
VERDICT <code>: <1, 2 or tie>"""

_REASON_FIRST = "Give the reason in one or two short sentences first, then decide."
_VERDICT_FIRST = "Decide first, then give the reason in one or two short sentences."


@dataclass(frozen=True)
class Pair:
    """The answers of two arms to the same row."""

    first: ScoreInput
    second: ScoreInput

    @property
    def swapped(self) -> Pair:
        """The same pair in the other order."""
        return Pair(self.second, self.first)


@dataclass(frozen=True)
class PairVerdict:
    """What one juror said of a pair in both orders."""

    model: str
    said: Said | None
    """With the first answer shown first; None when it could not be read."""
    said_swapped: Said | None
    """With the second answer shown first, by the same names of the answers."""
    reason: str
    raw: str = ""
    """What could not be read, as it was written."""
    completions: tuple[Completion, ...] = ()


@dataclass(frozen=True)
class PairJudge:
    """A judge that compares answers by what its rubric judges."""

    judge: Judge

    def __post_init__(self) -> None:
        if not self.judge.rubric.aspect:
            raise InputError(
                f"The judge {self.judge.name!r} judges sources, not answers, so it cannot compare two answers.",
                hint="Compare by another, such as answer_relevance or correctness.",
            )

    @property
    def content(self) -> Mapping[str, Any]:
        """Everything that can change a verdict."""
        return {**self.judge.content, "pairwise": self.instructions}

    @property
    def version(self) -> str:
        """Hash of everything that can change a verdict."""
        return short(content_hash(self.content))

    @property
    def instructions(self) -> str:
        """What every request tells the judge."""
        first = self.judge.reasons_first
        fields = ('"reason": "why", "better": "1"') if first else ('"better": "1", "reason": "why"')
        return INSTRUCTIONS.format(
            aspect=self.judge.rubric.aspect,
            fences=FENCES,
            order=_REASON_FIRST if first else _VERDICT_FIRST,
            shape=f'{{"{CODE_FIELD}": "<code>", {fields}}}',
        )

    @property
    def schema(self) -> Mapping[str, Any]:
        """JSON schema of the reply; the same for every request."""
        decided: Mapping[str, Any] = {BETTER: {"type": "string", "enum": list(_CHOICES)}}
        reasoned: Mapping[str, Any] = {"reason": {"type": "string"}}
        parts = {**reasoned, **decided} if self.judge.reasons_first else {**decided, **reasoned}
        return {
            "type": "object",
            "properties": {CODE_FIELD: {"type": "string"}, **parts},
            "required": [CODE_FIELD, *parts],
            "additionalProperties": False,
        }

    def request(self, pair: Pair, juror: Juror) -> CompletionRequest:
        """What asks about a pair in the order in which it stands."""
        return request_of(
            self.instructions,
            fenced(self.code_of(pair), _parts(pair)),
            self.schema,
            parameters=juror.parameters,
            timeout_s=self.judge.timeout_s,
        )

    def code_of(self, pair: Pair) -> str:
        """The code of the request about a pair in this order."""
        return request_code("pairwise", self.judge.rubric.aspect, _parts(pair))

    def read(self, text: str, pair: Pair) -> tuple[Said, str] | Unscored:
        """Which one is better, by its place in the pair as it was shown, and why."""
        verdict = last_verdict(text, self.code_of(pair))
        written: Mapping[str, Any] = verdict if isinstance(verdict, Mapping) else {BETTER: verdict}
        decided, reason = written.get(BETTER), written.get("reason")
        named: Mapping[str, Said] = {"1": "first", "2": "second", TIE: "tie"}
        said = named.get(decided.strip("\"'").lower()) if isinstance(decided, str) else None
        if said is None:
            return unreadable(text, verdict)
        return said, reason if isinstance(reason, str) else ""

    async def compare(self, pair: Pair, juror: Juror, completer: Completer) -> PairVerdict:
        """Ask one model in both orders, one after the other. Equal answers are a tie without asking."""
        if pair.first.completion.text == pair.second.completion.text and _sources(pair)[0] == _sources(pair)[1]:
            return PairVerdict(juror.alias, "tie", "tie", "the answers are equal")
        shown, swapped = [await self._ask(order, juror, completer) for order in (pair, pair.swapped)]
        said_swapped = _mapped_back(swapped.said)
        return PairVerdict(
            juror.alias,
            shown.said,
            said_swapped,
            reason=f"as they stand: {_worded(shown.said, shown.why)}; swapped: {_worded(said_swapped, swapped.why)}",
            raw="\n\n".join(filter(None, (shown.raw, swapped.raw))),
            completions=tuple(one.completion for one in (shown, swapped) if one.completion is not None),
        )

    async def _ask(self, pair: Pair, juror: Juror, completer: Completer) -> _Answer:
        try:
            completion = await completer.complete(self.request(pair, juror))
        except ProviderError as error:
            return _Answer(None, f"the judge did not answer: {error}")
        read = self.read(completion.text, pair)
        if isinstance(read, Unscored):
            return _Answer(None, read.reason, read.raw, completion)
        return _Answer(*read, completion=completion)


@dataclass(frozen=True)
class _Answer:
    """A juror's answer to one order, by the places in which the answers were shown."""

    said: Said | None
    why: str
    raw: str = ""
    completion: Completion | None = None


def _sources(pair: Pair) -> tuple[list[str], list[str]]:
    return sources_of(pair.first), sources_of(pair.second)


def _mapped_back(said: Said | None) -> Said | None:
    """A verdict on the swapped pair, by the names of the pair as it was."""
    other: Mapping[Said, Said] = {"first": "second", "second": "first", "tie": "tie"}
    return None if said is None else other[said]


def _worded(said: Said | None, why: str) -> str:
    return f"{said or 'no verdict'}{f' ({why})' if why else ''}"


def _parts(pair: Pair) -> list[tuple[str, str]]:
    """What is shown. Sources that both answers had stand once; else each answer's stand behind it."""
    first, second = _sources(pair)
    parts = [("QUESTION", question_of(pair.first))]
    parts += numbered("SOURCE", first) if first == second else []
    if pair.first.example.expected:
        parts.append(("REFERENCE ANSWER", pair.first.example.expected))
    for number, (given, sources) in enumerate(((pair.first, first), (pair.second, second)), 1):
        parts.append((f"ANSWER {number}", given.completion.text))
        parts += numbered(f"SOURCE OF ANSWER {number}, NUMBER", sources) if first != second else []
    return parts
