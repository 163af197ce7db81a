"""How far each version of a prompt has come: written, run, asked for, approved, exported, or fallen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.domain.environment import Environment, pointers
from workbench.domain.prompt_version import PromptVersion
from workbench.domain.release import Release
from workbench.domain.run import RunInfo
from workbench.store import environments, prompts, releases, runs
from workbench.store.releases import Export
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.releases.requests import Request, request_after, steps_by_version

Stage = Literal["written", "run", "requested", "rejected", "approved", "lapsed", "exported"]
RUNS_SEARCHED = 200


@dataclass(frozen=True)
class VersionState:
    """One version with what was done to it."""

    version: PromptVersion
    runs: Sequence[RunInfo]
    """Runs that asked it, newest first."""
    release: Release | None
    exports: Sequence[Export]
    """Where its files were written, oldest first."""

    request: Request | None = None
    """How far its approval is; None while nobody asked for it."""
    environments: Sequence[Environment] = ()
    """Where its release stands."""

    @property
    def stage(self) -> Stage:
        """The furthest step; for an approval that waits, was refused or fell, that."""
        if self.request is not None and self.request.state != "approved":
            return "requested" if self.request.state == "waiting" else self.request.state
        if self.release is None:
            return "run" if self.runs else "written"
        return "exported" if self.exports else "approved"


def of_prompt(context: Context, session: Session, prompt: str) -> list[VersionState]:
    """All versions of a prompt, newest first."""
    released = {release.number: release for release in releases.of_prompt(session, prompt)}
    exported = releases.exports(session, prompt)
    steps = steps_by_version(session, prompt)
    recent = runs.latest(session, RUNS_SEARCHED)
    standing = pointers(environments.steps(session, prompt))
    states = []
    for version in reversed(prompts.versions(session, prompt)):
        release = released.get(version.number)
        made = None if release is None else release.version
        written = [export for export in exported if made is not None and export.version == made]
        states.append(
            VersionState(
                version,
                [run for run in recent if asked(run, version)],
                release,
                written,
                request_after(context, session, version, steps.get((prompt, version.number), []), release),
                [name for name, stands in standing.items() if made is not None and stands == made],
            )
        )
    return states


def asked(run: RunInfo, version: PromptVersion) -> bool:
    """Whether a run has an arm of this version. Arms of other tools only have names like versions of the project."""
    return run.imported_from is None and any(label.startswith(f"{version.label}:") for label in run.arms)
