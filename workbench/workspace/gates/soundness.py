"""Whether evidence is whole and of one piece: hashes, rows, answers and stored means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import isclose

from workbench.domain.dataset import examples_hash
from workbench.domain.evidence import Figure, Measured, MeasuredArm
from workbench.hashing import content_hash
from workbench.workspace.gates.recomputing import SAME
from workbench.workspace.releases.evidence import figures


def unsound(measured: Measured) -> list[str]:
    """What in the evidence contradicts itself, a sentence each. Judge by evidence only where there is nothing."""
    return [
        *_of_rows(measured),
        *_of_chunks(measured),
        *(said for arm in measured.arms for said in _of_arm(measured, arm)),
    ]


def wrong_means(measured: Measured) -> list[str]:
    """Stored means and intervals that the scores beside them do not give. Nothing else ever looks at them."""
    again = figures(measured)
    found = []
    for label, by_metric in measured.figures.items():
        for name, figure in by_metric.items():
            if not _alike(figure, again.get(label, {}).get(name)):
                found.append(f"The stored mean of {label} by {name} is not what its rows give.")
    return found


def _of_rows(measured: Measured) -> Iterator[str]:
    run = measured.run
    if examples_hash(measured.examples) != run.dataset_hash:
        yield f"The rows are not those of {run.dataset_label}: their hash is another one."
    known = {example.id for example in measured.examples}
    if set(run.examples) - known:
        yield "The run asked rows that the golden set does not have."


def _of_chunks(measured: Measured) -> Iterator[str]:
    wrong = [key for key, chunk in measured.chunks.items() if content_hash(chunk) != key]
    if wrong:
        yield f"{len(wrong)} sources that answers were given with are not what their hash says."


def _of_arm(measured: Measured, arm: MeasuredArm) -> Iterator[str]:
    if (arm.prompt, arm.number) != (measured.prompt, measured.number) or arm.run != measured.run.id:
        yield f"{arm.label} is no arm of {measured.label} in run {measured.run.id}."
    if arm.content is None or arm.content.hash != measured.hash or arm.hash != measured.hash:
        yield f"{arm.label} is not the prompt of that hash."
    places = Counter((trial.example, trial.repeat) for trial in arm.trials)
    twice = [example for (example, _), count in places.items() if count > 1]
    if twice:
        yield f"{arm.label} has more than one answer in place of one: {twice[0]}."
    asked = set(measured.run.examples)
    if any(example not in asked or not 1 <= repeat <= arm.repeats for example, repeat in places):
        yield f"{arm.label} has answers that the run did not ask for."
    if any(bool(trial.failed) == (trial.answer is not None) for trial in arm.trials):
        yield f"{arm.label} lacks answers, or has some where it says that none came."
    if any(one.chunk not in measured.chunks for trial in arm.trials for one in trial.shown):
        yield f"{arm.label} was given sources that the evidence does not have."


def _alike(stored: Figure, computed: Figure | None) -> bool:
    if computed is None or (stored.n, stored.unscored, stored.failed) != (
        computed.n,
        computed.unscored,
        computed.failed,
    ):
        return False
    pairs = [(stored.mean, computed.mean), (stored.low, computed.low), (stored.high, computed.high)]
    return all(
        first is second
        or (first is not None and second is not None and isclose(first, second, rel_tol=SAME, abs_tol=SAME))
        for first, second in pairs
    )
