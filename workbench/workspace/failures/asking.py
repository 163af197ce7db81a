"""Having a model of the project propose groups of notes: one call, whose most is known before it is made."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from workbench import ceiling
from workbench.domain.failure_mode import NoteGroup, name_key
from workbench.domain.model import Completion, CompletionRequest, ModelSpec, Price
from workbench.errors import InputError
from workbench.judging import note_groups
from workbench.models import registry
from workbench.pricing import answer_cost_usd
from workbench.workspace.context import Context
from workbench.workspace.failures.notes import Material, Note
from workbench.workspace.models import Models
from workbench.workspace.spending.asking_once import AskedOnce, PaidCalls

MOST_ASKED = 300
"""Notes in one request; the others can be grouped afterwards."""
LONGEST_ANSWER = 4_000
"""Tokens, where the model's own parameters set no limit."""


@dataclass(frozen=True)
class GroupingCall:
    """A call that can be made: which notes it is about, and what it costs at most."""

    context: Context
    spec: ModelSpec
    material: Material

    @cached_property
    def notes(self) -> Sequence[Note]:
        """The notes that the model would sort: the first that are in no mode and say something."""
        return [note for note in self.material.unsorted if note.text][:MOST_ASKED]

    @property
    def left(self) -> int:
        """How many further notes would have to wait."""
        return sum(bool(note.text) for note in self.material.unsorted) - len(self.notes)

    @property
    def most_usd(self) -> float | None:
        """The most that it can cost; None when that is not known."""
        return ceiling.most_usd(self.request, self.spec.model, self._price)

    @cached_property
    def request(self) -> CompletionRequest:
        """What would be sent."""
        parameters: dict[str, Any] = dict(self.spec.parameters)
        if ceiling.asked_answer_tokens(parameters) is None:
            parameters["max_tokens"] = LONGEST_ANSWER
        return note_groups.request(self._texts, self._known, parameters)

    def carry_out(self) -> tuple[tuple[NoteGroup, ...], float | None]:
        """Ask, and return the groups with what the answer cost. Blocking.

        Raises UnusableAnswerError where the answer is not what was asked for, BudgetReachedError where the month's
        budget does not allow it, and ProviderError where the model does not answer.
        """
        if not self.notes:
            raise InputError("There is no note to group.", hint="Review some answers first, and say what is wrong.")
        completion = asyncio.run(self._complete())
        proposed = note_groups.read(completion, self._texts, self._known)
        modes = {name_key(mode.name): mode.id for mode in self.material.book.in_use}
        groups = tuple(
            NoteGroup(
                mode.name,
                mode.description,
                tuple(self.notes[at].key for at in mode.notes),
                modes.get(name_key(mode.name)),
            )
            for mode in proposed
        )
        return groups, answer_cost_usd(completion, self._price)

    async def _complete(self) -> Completion:
        completer = Models(self.context).completer(self.spec)
        calls = PaidCalls(self.context)
        asked = AskedOnce("grouping notes", None, self.spec, self._price, self.request)
        try:
            return await calls.ask(asked, lambda: completer.complete(self.request, None))
        finally:
            await completer.aclose()
            await calls.aclose()

    @property
    def _texts(self) -> list[str]:
        return [note.text for note in self.notes]

    @property
    def _known(self) -> list[str]:
        return [mode.name for mode in self.material.book.in_use]

    @property
    def _price(self) -> Price | None:
        return Models(self.context).price(self.spec)


def grouping_call(context: Context, material: Material, model: str) -> GroupingCall:
    """The call that would be made. Raises InputError for a model that extracts and cannot write."""
    spec = Models(context).resolve(model)
    if registry.is_offline(spec):
        raise InputError(
            f"{model!r} extracts sentences and cannot group notes.", hint="Group by words, or name a model that writes."
        )
    return GroupingCall(context, spec, material)
