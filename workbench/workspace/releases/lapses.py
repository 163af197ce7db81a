"""An approval holds as long as everything that it rests on is what it was."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.domain.release import Release
from workbench.errors import NotAllowedError, NotFoundError, WorkbenchError
from workbench.store import datasets, indexes, prompts, runs, trials
from workbench.store.session import Session
from workbench.workspace.context import Context, parse_reference
from workbench.workspace.measures import Measures


def lapses(context: Context, session: Session, release: Release) -> tuple[str, ...]:
    """What an approval rests on that is not what it was, in words; empty while it holds."""
    return tuple(_changed(context, session, release))


def lapsed(problems: tuple[str, ...]) -> str:
    """The state of an approval that fell, in a sentence without a full stop."""
    return f"approval lapsed: {', '.join(problems)}"


def require_standing(context: Context, session: Session, release: Release) -> None:
    """Raise NotAllowedError for a release whose approval fell."""
    problems = lapses(context, session, release)
    if problems:
        label = f"{release.prompt}@{release.number}"
        raise NotAllowedError(
            f"{release.prompt} {release.version}: {lapsed(problems)}.",
            hint=f"Run {label} again and have it approved on that: `workbench release request {label}`.",
        )


def forged(session: Session, release: Release) -> tuple[str, ...]:
    """What never changes and is not what it was, in words: somebody went behind the program's back."""
    return tuple(_forged(session, release))


def _changed(context: Context, session: Session, release: Release) -> Iterator[str]:
    yield from _forged(session, release)
    evidence = release.evidence
    if evidence.dataset is not None:
        yield from _dataset(session, evidence.dataset, evidence.dataset_hash)
    for name, fingerprint in evidence.indexes.items():
        newest = indexes.versions(session, name)
        if not newest or newest[-1].fingerprint != fingerprint:
            yield f"the index {name} changed" if newest else f"the index {name} is gone"
    for name, version in evidence.judges.items():
        if _judge_now(context, session, name) != version:
            yield f"the judge {name} changed"
    if evidence.gate is not None:
        gate = context.settings.gates.get(evidence.gate)
        if gate is None or gate.hash != evidence.gate_hash:
            yield f"the gate {evidence.gate} changed" if gate else f"the gate {evidence.gate} is gone"


def _forged(session: Session, release: Release) -> Iterator[str]:
    evidence, label = release.evidence, f"{release.prompt}@{release.number}"
    try:
        content = prompts.get(session, release.prompt, release.number).content
    except NotFoundError:
        yield f"the prompt version {label} is gone"
    else:
        if content.hash != evidence.prompt_hash:
            yield f"the prompt {label} changed"
    if evidence.run is not None:
        yield from _run(session, evidence.run, label, evidence.run_hash)


def _dataset(session: Session, label: str, digest: str | None) -> Iterator[str]:
    name, _ = parse_reference(label)
    try:
        newest = datasets.get(session, name)
    except NotFoundError:
        yield f"the dataset {name} is gone"
        return
    if newest.hash != digest:
        yield f"the dataset {name} changed"


def _run(session: Session, run: str, label: str, digest: str | None) -> Iterator[str]:
    try:
        info = runs.info(session, run)
    except NotFoundError:
        yield f"the run {run} is gone"
        return
    arms = [arm for arm in info.arms if arm.startswith(f"{label}:")]
    if digest is not None and trials.answers_digest(session, run, arms) != digest:
        yield f"the run {run} changed"


def _judge_now(context: Context, session: Session, name: str) -> str | None:
    """The version of a judge as it is set up now; None where it cannot be set up any more."""
    try:
        return Measures.of(context, session).judge(name).version
    except WorkbenchError:
        return None
