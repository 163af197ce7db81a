"""How far each version of a prompt has come: written, run, approved, exported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.domain.prompt import PromptVersion
from workbench.domain.release import Release
from workbench.domain.run import RunInfo
from workbench.store import prompts, releases, runs
from workbench.store.releases import Export
from workbench.store.session import Session

Stage = Literal["written", "run", "approved", "exported"]
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

    @property
    def stage(self) -> Stage:
        """The furthest step."""
        if self.release is None:
            return "run" if self.runs else "written"
        return "exported" if self.exports else "approved"


def of_prompt(session: Session, prompt: str) -> list[VersionState]:
    """All versions of a prompt, newest first."""
    released = {release.number: release for release in releases.of_prompt(session, prompt)}
    exported = releases.exports(session, prompt)
    recent = runs.latest(session, RUNS_SEARCHED)
    states = []
    for version in reversed(prompts.versions(session, prompt)):
        release = released.get(version.number)
        written = [export for export in exported if release is not None and export.version == release.version]
        states.append(VersionState(version, [run for run in recent if asked(run, version)], release, written))
    return states


def asked(run: RunInfo, version: PromptVersion) -> bool:
    """Whether a run has an arm of this version. Arms of other tools only have names like versions of the project."""
    return run.imported_from is None and any(label.startswith(f"{version.label}:") for label in run.arms)
