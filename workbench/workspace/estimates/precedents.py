"""Which earlier answers say most of the answers that an arm is going to give.

In this order: those of the same prompt version on the same model and golden set, with the same parameters; those of
the same prompt on that model; those of any prompt on it. Versions and models are compared by content, not by name: an
alias that was pointed at another model says nothing of the new one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.domain.model import ModelSpec
from workbench.domain.run import Arm, RunPlan
from workbench.hashing import plain
from workbench.stats.forecast import LEAST, Range, Spread, total_of_kin, total_of_same
from workbench.store import earlier
from workbench.store.earlier import EarlierAnswers, EarlierArm
from workbench.store.session import Session

Kinship = Literal["version", "prompt", "model"]
"""Answers of the same version to the same golden set; of the same prompt; of the same model."""

ARMS_READ = 10
"""Of the arms of earlier runs that say most, the newest so many."""


@dataclass(frozen=True)
class Precedent:
    """Earlier answers, and how near they are to those asked about."""

    kinship: Kinship
    answers: EarlierAnswers
    at_once: int
    """How many calls were in flight at most when they were given."""

    def each(self, spread: Spread | None, *, examples: int) -> Range | None:
        """An answer's figure on average over further answers to so many examples; None when it is not known."""
        if spread is None:
            return None
        if self.kinship == "version" and spread.examples >= LEAST:
            return total_of_same(spread, count=1, examples=examples)
        return total_of_kin(spread, count=1)


def find_precedents(session: Session, plan: RunPlan) -> dict[str, Precedent]:
    """The best precedent of each arm that has one, by label."""
    known = earlier.arms(session)
    chosen = {arm.label: found for arm in plan.arms if (found := _nearest(known, arm, plan.dataset)) is not None}
    return _read(session, chosen)


def model_precedents(session: Session, specs: Sequence[ModelSpec]) -> dict[str, Precedent]:
    """What is known of models by themselves, whatever they were asked; by alias."""
    known = earlier.arms(session) if specs else []
    chosen: dict[str, tuple[Kinship, list[EarlierArm]]] = {}
    for spec in specs:
        of_model = _of_model(known, spec)
        if of_model:
            chosen[spec.alias] = ("model", of_model[:ARMS_READ])
    return _read(session, chosen)


def _nearest(known: Sequence[EarlierArm], arm: Arm, dataset: str) -> tuple[Kinship, list[EarlierArm]] | None:
    of_model = _of_model(known, arm.model)
    of_prompt = [one for one in of_model if one.prompt == arm.prompt.name]
    same = [
        one
        for one in of_prompt
        if one.prompt_hash == arm.prompt.hash and one.parameters == plain(arm.parameters) and one.dataset == dataset
    ]
    levels: tuple[tuple[Kinship, list[EarlierArm]], ...] = (
        ("version", same),
        ("prompt", of_prompt),
        ("model", of_model),
    )
    for kinship, found in levels:
        if sum(one.answers for one in found) >= LEAST:
            return kinship, found[:ARMS_READ]
    return None


def _of_model(known: Sequence[EarlierArm], spec: ModelSpec) -> list[EarlierArm]:
    return [one for one in known if (one.model, one.api_base) == (spec.model, spec.api_base)]


def _read(session: Session, chosen: Mapping[str, tuple[Kinship, Sequence[EarlierArm]]]) -> dict[str, Precedent]:
    """The figures of the chosen arms. Many arms of a plan share a precedent, which is read once."""
    groups: dict[str, tuple[tuple[str, str], ...]] = {}
    group_of: dict[str, str] = {}
    for name, (_, arms) in chosen.items():
        members = tuple((arm.run, arm.label) for arm in arms)
        group_of[name] = repr(members)
        groups[group_of[name]] = members
    answers = earlier.answers(session, groups)
    return {
        name: Precedent(kinship, answers[group_of[name]], max(arm.at_once for arm in arms))
        for name, (kinship, arms) in chosen.items()
        if group_of[name] in answers
    }
