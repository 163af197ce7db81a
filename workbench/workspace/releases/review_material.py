"""What somebody looks at who is asked to approve a version: the change, the evidence, and the gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.domain.approval import pending
from workbench.domain.prompt_version import PromptVersion
from workbench.domain.release import Release
from workbench.domain.run import RunInfo
from workbench.store import approvals, releases
from workbench.store.session import Session
from workbench.workspace.comparison.comparing import Comparisons
from workbench.workspace.context import Context
from workbench.workspace.prompts.prompts import Prompts
from workbench.workspace.releases.basis import find_basis
from workbench.workspace.releases.gating import Gated, gated
from workbench.workspace.releases.requests import Request, request_of


@dataclass(frozen=True)
class ReviewMaterial:
    """Everything that an approval would rest on."""

    version: PromptVersion
    request: Request | None
    """None where nobody asked for the approval."""
    released: Release | None
    """The newest release of another version, which this one would follow."""
    diff: str
    """What changed since that release; empty without one."""
    run: str | None
    """None where no run shows what the version does."""
    sentences: Sequence[str]
    """How the version compares with the other arms of the run."""
    gate: Gated | None

    @property
    def figures(self) -> Sequence[Mapping[str, Any]]:
        """Per model what it answered and its scores: mean, low, high, n."""
        arms: Sequence[Mapping[str, Any]] = (
            [] if self.gate is None else self.gate.document.get("evaluation", {}).get("arms", [])
        )
        return arms

    def as_json(self) -> dict[str, Any]:
        """The document that `workbench release show --json` prints."""
        result = None if self.gate is None else self.gate.result
        return {
            "name": self.version.name,
            "version": self.version.number,
            "author": self.version.author,
            "request": None if self.request is None else self.request.as_json(),
            "follows": None if self.released is None else self.released.version,
            "diff": self.diff,
            "run": self.run,
            "sentences": list(self.sentences),
            "figures": [dict(arm) for arm in self.figures],
            "gate": None if result is None else result.as_json(),
        }


def review_material(
    context: Context, version: PromptVersion, *, run: str | None = None, gate: str | None = None
) -> ReviewMaterial:
    """What there is to look at.

    A request says which run and gate; otherwise they are those named, the newest run, and the project's gate.
    """

    def query(session: Session) -> tuple[Request | None, RunInfo | None, str | None, Release | None]:
        steps = pending(approvals.steps(session, version.name, version.number))
        on = next((step.run for step in steps if step.run is not None), run)
        by = next((step.gate for step in steps if step.gate is not None), gate)
        others = [one for one in releases.of_prompt(session, version.name) if one.number != version.number]
        basis = find_basis(context, session, version, on)
        return request_of(context, session, version), basis, by, others[-1] if others else None

    request, basis, by, released = context.read(query)
    before = None if released is None else f"{released.prompt}@{released.number}"
    return ReviewMaterial(
        version=version,
        request=request,
        released=released,
        diff="" if before is None else Prompts(context).diff(before, version.label),
        run=None if basis is None else basis.id,
        sentences=[] if basis is None else _sentences(context, version, basis.id),
        gate=None if basis is None else gated(context, version, basis, by),
    )


def _sentences(context: Context, version: PromptVersion, run: str) -> list[str]:
    comparison = Comparisons(context).of_run(run)
    return [
        pair.sentence
        for pair in comparison.pairs
        if pair.metric == comparison.headline
        and any(arm.startswith(f"{version.label}:") for arm in (pair.arm, pair.baseline))
    ]
