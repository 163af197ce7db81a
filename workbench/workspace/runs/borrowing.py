"""Chunks that an arm of an earlier run was shown, shown again: so that a prompt's and retrieval's effects are told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbench.domain.dataset import Example
from workbench.domain.index import RetrievedChunk
from workbench.domain.prompt import RetrievalSettings
from workbench.domain.run import Arm, ChunksOf, RunPlan
from workbench.errors import InputError
from workbench.models.registry import is_own_code
from workbench.store import runs, trials
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.runs.names import find_arm, find_run, rows_in_words


@dataclass(frozen=True)
class Lender:
    """An arm of an earlier run, whose chunks may be shown again."""

    chunks: ChunksOf
    """Where the chunks were first shown: an arm that borrowed them itself passes on whose they are."""
    retrieval: RetrievalSettings | None
    """How they were found; None where a model of the user's own brought them."""
    index_fingerprint: str | None
    run: str
    arm: str
    repeats: int
    dataset_hash: str
    asked: Mapping[str, Example]
    """Its rows, by id."""

    def require(self, examples: Sequence[Example], repeats: int) -> None:
        """Raise InputError where an example or a repeat was never asked of it, or other than now."""
        if repeats > self.repeats:
            times = "once" if self.repeats == 1 else f"{self.repeats} times"
            raise InputError(
                f"Run {self.run} asked each question {times}, so there are no chunks for repeat {self.repeats + 1}.",
                hint=f"Ask at most {times}.",
            )
        asking = [example for example in examples if example.context is None]
        strange = [example.id for example in asking if example.id not in self.asked]
        if strange:
            raise InputError(
                f"Run {self.run} did not ask {rows_in_words(strange)}, so there are no chunks to show again.",
                hint="Choose the golden set of that run, or rows that it asked.",
            )
        edited = [example.id for example in asking if not _asks_alike(example, self.asked[example.id])]
        if edited:
            raise InputError(
                f"Run {self.run} asked something else in {rows_in_words(edited)}: chunks found for another question would be shown.",
                hint="Choose the version of the golden set that was asked then.",
            )


def find_lenders(session: Session, texts: Sequence[str]) -> list[Lender]:
    """The arms that `RUN:ARM` name, or the first arm of `RUN`, each once.

    Raises NotFoundError for what is not there, InputError for an arm without chunks.
    """
    plans: dict[str, RunPlan] = {}
    found: dict[ChunksOf, Lender] = {}
    for text in texts:
        name, _, wanted = text.partition(":")
        run = find_run(session, name)
        if run not in plans:
            plans[run] = runs.plan(session, run)
        lender = _lender(run, _named(plans[run], wanted), plans[run])
        found[lender.chunks] = lender
    return list(found.values())


def _named(plan: RunPlan, wanted: str) -> Arm:
    """The arm that a text means, the first where it is empty."""
    arms = {arm.label: arm for arm in plan.arms}
    return arms[find_arm(list(arms), wanted)] if wanted else plan.arms[0]


def _lender(run: str, arm: Arm, plan: RunPlan) -> Lender:
    if not _had_chunks(arm):
        raise InputError(
            f"{arm.label} searched no index in run {run}, so there are no chunks to show again.",
            hint="Name an arm that was shown sources.",
        )
    return Lender(
        chunks=arm.borrowed or ChunksOf(run, arm.label),
        retrieval=arm.retrieval,
        index_fingerprint=arm.index_fingerprint,
        run=run,
        arm=arm.label,
        repeats=plan.repeats,
        dataset_hash=plan.dataset_hash,
        asked={example.id: example for example in plan.examples},
    )


def _had_chunks(arm: Arm) -> bool:
    return arm.retrieval is not None or arm.borrowed is not None or is_own_code(arm.model)


@dataclass(frozen=True)
class StoredChunks:
    """What an arm of an earlier run was shown, read from the store as it is asked for."""

    context: Context
    chunks: ChunksOf

    def find(self, asked: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], tuple[RetrievedChunk, ...]]:
        """See `ShownChunks`."""
        examples = list(dict.fromkeys(example for example, _ in asked))
        of = self.chunks
        return self.context.read_patiently(lambda s: trials.shown(s, of.run, of.arm, examples))


def _asks_alike(one: Example, other: Example) -> bool:
    return (one.inputs, one.history) == (other.inputs, other.history)
