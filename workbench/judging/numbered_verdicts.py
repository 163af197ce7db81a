"""Replies in which a judge decides about each of several numbered things: the form that is asked for, and reading it.

Strict on purpose: a reply that leaves a thing out, names one twice, or one that is not there, is no verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from workbench.domain.model import CompletionRequest
from workbench.hashing import canonical_json
from workbench.judging.material import FENCES
from workbench.judging.rubric import request_of
from workbench.judging.verdicts import CODE_FIELD

_REASON_FIRST = "Give the reason in one short sentence first, then decide."
_VERDICT_FIRST = "Decide first, then give the reason in one short sentence."


@dataclass(frozen=True)
class NumberedVerdict:
    """What the judge says of one thing."""

    yes: bool
    reason: str
    sources: tuple[int, ...] = ()
    """The sources it names, where the form asks for them."""
    choice: str = ""
    """The word it chose, where the form gives a choice of words."""


@dataclass(frozen=True)
class VerdictForm:
    """The JSON object that a reply is to be."""

    things: str
    """Name of the list, such as `sentences`."""
    thing: str
    """Name of a thing's number, such as `sentence`."""
    flag: str
    """Name of the decision, such as `attributed`."""
    names_sources: bool = False
    """Whether each entry lists the numbers of sources."""
    choices: tuple[str, ...] = ()
    """Words to decide by, the first of which means yes; none for true and false."""
    told: str = ""
    """What a judge is told of it, with places for `fences`, `order` and `shape`."""

    def instructions(self, *, reasons_first: bool) -> str:
        """What every request tells the judge."""
        order, shape = self.order(reasons_first=reasons_first), self.shape(reasons_first=reasons_first)
        return self.told.format(fences=FENCES, order=order, shape=shape)

    def content(self, *, reasons_first: bool) -> Mapping[str, Any]:
        """See `Rubric`: the instructions and the schema of the reply."""
        return {
            "instructions": self.instructions(reasons_first=reasons_first),
            "schema": self.schema(reasons_first=reasons_first),
        }

    def request(
        self, shown: str, *, reasons_first: bool, parameters: Mapping[str, Any], timeout_s: float
    ) -> CompletionRequest:
        """What asks for a reply on the material that is shown."""
        told, schema = self.instructions(reasons_first=reasons_first), self.schema(reasons_first=reasons_first)
        return request_of(told, shown, schema, parameters=parameters, timeout_s=timeout_s)

    def order(self, *, reasons_first: bool) -> str:
        """The sentence that says what comes first."""
        return _REASON_FIRST if reasons_first else _VERDICT_FIRST

    def shape(self, *, reasons_first: bool) -> str:
        """An example of the reply."""
        example = {self.thing: 1, "reason": "why", "sources": [1], self.flag: self.choices[0] if self.choices else True}
        # Keys in the order in which they are to be written, which canonical JSON would sort away.
        order = self._fields(reasons_first=reasons_first)
        fields = ", ".join(f"{canonical_json(name)}: {canonical_json(example[name])}" for name in order)
        return f'{{"{CODE_FIELD}": "<code>", "{self.things}": [{{{fields}}}, ...]}}'

    def schema(self, *, reasons_first: bool) -> Mapping[str, Any]:
        """JSON schema of the reply; the same for every request, as `groundedness.schema` says."""
        types: Mapping[str, Mapping[str, Any]] = {
            self.thing: {"type": "integer"},
            "reason": {"type": "string"},
            "sources": {"type": "array", "items": {"type": "integer"}},
            self.flag: {"type": "string", "enum": list(self.choices)} if self.choices else {"type": "boolean"},
        }
        fields = self._fields(reasons_first=reasons_first)
        entry = {
            "type": "object",
            "properties": {name: types[name] for name in fields},
            "required": list(fields),
            "additionalProperties": False,
        }
        return {
            "type": "object",
            "properties": {CODE_FIELD: {"type": "string"}, self.things: {"type": "array", "items": entry}},
            "required": [CODE_FIELD, self.things],
            "additionalProperties": False,
        }

    def read(self, reply: Mapping[str, Any], count: int) -> list[NumberedVerdict] | None:
        """The verdicts on things 1 to `count`, in their order; None unless each has exactly one."""
        entries = reply.get(self.things)
        if not isinstance(entries, list) or len(entries) != count:
            return None
        found: dict[int, NumberedVerdict] = {}
        for entry in entries:
            verdict = self._verdict(entry)
            if verdict is None or not _is_number(entry.get(self.thing)):
                return None
            found[entry[self.thing]] = verdict
        return [found[number] for number in range(1, count + 1)] if set(found) == set(range(1, count + 1)) else None

    def verdicts(self, reply: Mapping[str, Any] | str | None, count: int) -> list[NumberedVerdict] | None:
        """As `read`, of what `last_verdict` found: an object, or a line that lists the things with yes."""
        if isinstance(reply, str):
            return of_numbers(reply, count)
        return None if reply is None else self.read(reply, count)

    def _verdict(self, entry: Any) -> NumberedVerdict | None:
        decided = entry.get(self.flag) if isinstance(entry, dict) else None
        if not (decided in self.choices if self.choices else isinstance(decided, bool)):
            return None
        sources = entry.get("sources") if self.names_sources else []
        if not isinstance(sources, list) or not all(map(_is_number, sources)):
            return None
        reason = entry.get("reason")
        said = reason if isinstance(reason, str) else ""
        if isinstance(decided, bool):
            return NumberedVerdict(decided, said, tuple(sources))
        return NumberedVerdict(decided == self.choices[0], said, tuple(sources), str(decided))

    def _fields(self, *, reasons_first: bool) -> tuple[str, ...]:
        reasons = ("reason", "sources") if self.names_sources else ("reason",)
        return (self.thing, *reasons, self.flag) if reasons_first else (self.thing, self.flag, *reasons)


def of_numbers(line: str, count: int) -> list[NumberedVerdict] | None:
    """The verdicts of a line that lists the things with yes, such as `1, 3` or `none`; None when it says else."""
    if line.casefold() == "none":
        return [NumberedVerdict(yes=False, reason="")] * count
    parts = [part.strip() for part in line.split(",")]
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        return None
    listed = set(map(int, parts))
    if not listed <= set(range(1, count + 1)):
        return None
    return [NumberedVerdict(yes=number in listed, reason="") for number in range(1, count + 1)]


def checked(verdict: NumberedVerdict, sources: int) -> NumberedVerdict:
    """The verdict, unless it is a yes that names no source that exists: nobody could look that up."""
    if verdict.yes and not any(1 <= number <= sources for number in verdict.sources):
        return replace(verdict, yes=False, reason="the judge names no source that was shown")
    return verdict


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
