"""Releases: approve a version on evidence, put it into environments, export it, prove the files unchanged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.artifacts.export import Exported
from workbench.artifacts.git import Committed, top_of
from workbench.artifacts.layout import folder
from workbench.artifacts.verify import verify
from workbench.domain.environment import ENVIRONMENTS, Environment, EnvironmentStep, pointers
from workbench.domain.prompt_version import PromptVersion
from workbench.domain.release import Difference, Release
from workbench.errors import InputError
from workbench.hashing import content_hash, short
from workbench.store import audit, earlier, environments, releases
from workbench.store.session import Session
from workbench.workspace.context import Context, parse_reference
from workbench.workspace.prompts.prompts import Prompts, Saved
from workbench.workspace.releases.approving import Approval, Signing
from workbench.workspace.releases.comparing import ReleaseComparison, compare_releases
from workbench.workspace.releases.drift import drift
from workbench.workspace.releases.environments import Move, named, standing
from workbench.workspace.releases.exporting import ExportOptions, Exports
from workbench.workspace.releases.lapses import lapses
from workbench.workspace.releases.people import require_approver_of
from workbench.workspace.releases.requests import Request, requests
from workbench.workspace.releases.review_material import ReviewMaterial, review_material
from workbench.workspace.releases.states import VersionState, of_prompt
from workbench.workspace.releases.taking_back import take_back


@dataclass(frozen=True)
class Releases:
    """The project's releases. A version is named `NAME@N`, or `NAME` for the newest."""

    context: Context

    def request(
        self, reference: str, *, changelog: str = "", run: str | None = None, gate: str | None = None
    ) -> Request:
        """Ask for the approval of a version; without a changelog, its own is taken.

        `run` and `gate` say what it is to be approved on. Raises InputError where it waits or is approved already.
        """
        return self._approval(reference).request(changelog, run, gate)

    def withdraw(self, reference: str, *, reason: str = "") -> PromptVersion:
        """Ask no longer for the approval of a version, and return it; it can be asked for again.

        Raises InputError where no request waits, and NotAllowedError for a request of somebody else.
        """
        approval = self._approval(reference)
        approval.withdraw(reason)
        return approval.version

    def approve(
        self,
        reference: str,
        *,
        run: str | None = None,
        gate: str | None = None,
        note: str = "",
        override: str = "",
        without_run: str = "",
    ) -> Release | None:
        """Approve a version on the evidence of a run: the named one, that of the request, or the newest with answers.

        None is returned while `[people] sign_offs` wants more people. Where `[people] approvers` is set, only they may,
        and nobody their own version; elsewhere an author's own approval is recorded as self-approved. Raises
        NotAllowedError, also for a gate that does not pass unless `override` says why all the same, and InputError for
        a version that is approved already, that no run shows unless `without_run` says why, or whose run is not what
        the project holds any more.
        """
        return self._approval(reference).sign(Signing(run, gate, note, override, without_run))

    def reject(self, reference: str, *, reason: str) -> Request:
        """Send a version back to who asked for its approval."""
        return self._approval(reference).reject(reason)

    def requests(self, prompt: str | None = None) -> Sequence[Request]:
        """How far approvals are, of a prompt or of all: those that wait first."""
        return self.context.read(lambda s: requests(self.context, s, prompt))

    def review_material(self, reference: str, *, run: str | None = None, gate: str | None = None) -> ReviewMaterial:
        """What a reviewer looks at: what changed, the evidence, and the gate; of a request, what it names."""
        return review_material(self.context, Prompts(self.context).get(reference), run=run, gate=gate)

    def list(self, prompt: str | None = None) -> Sequence[Release]:
        """All releases of a prompt, oldest first, or the newest of every prompt."""
        if prompt is None:
            return self.context.read(releases.latest)
        return self.context.read(lambda s: releases.of_prompt(s, prompt))

    def lapses(self, release: Release) -> Sequence[str]:
        """What a release's approval rests on that is not what it was, in words; empty while the approval holds."""
        return self.context.read(lambda s: lapses(self.context, s, release))

    def states(self, prompt: str) -> Sequence[VersionState]:
        """How far each version of a prompt has come, newest first."""
        return self.context.read(lambda s: of_prompt(self.context, s, prompt))

    def revision(self, prompt: str) -> str:
        """A text that changes when anything is stored, or set up, that the states of a prompt's versions show. Cheap."""
        settings = short(content_hash(repr(self.context.settings)))

        def query(session: Session) -> str:
            return f"{prompt}-{audit.head(session)[1]}-{earlier.revision(session)}-{settings}"

        return self.context.read(query)

    def check_approver(self, reference: str) -> None:
        """Raises NotAllowedError when the actor may not approve this version, and says who may."""
        require_approver_of(self.context, Prompts(self.context).get(reference))

    def promote(self, reference: str, *, to: str | None = None, reason: str = "") -> EnvironmentStep:
        """Put a release into the next environment, or into `to` when it may go there: a step at a time.

        Into production only an approver does. Raises NotAllowedError once the approval lapsed.
        """
        release = self._find(reference)
        return Move(self.context, release.prompt, reason).promote(release, None if to is None else named(to))

    def rollback(self, prompt: str, *, environment: str = ENVIRONMENTS[-1], reason: str = "") -> EnvironmentStep:
        """Put back at once what stood in an environment before."""
        return Move(self.context, prompt, reason).rollback(named(environment))

    def environments(self, prompt: str) -> Mapping[Environment, Release | None]:
        """The release that stands in each environment."""
        made = {release.version: release for release in self.list(prompt)}
        steps = self.history(prompt)
        return {name: None if at is None else made.get(at) for name, at in pointers(steps).items()}

    def standing(self, prompt: str, environment: str) -> Release | None:
        """The release that stands in one environment; None where none does. Cheap."""
        place = named(environment)
        return self.context.read(lambda s: standing(s, prompt, place))

    def history(self, prompt: str) -> Sequence[EnvironmentStep]:
        """What was put into the environments of a prompt, oldest first."""
        return self.context.read(lambda s: environments.steps(s, prompt))

    def compare(self, prompt: str, before: str, after: str) -> ReleaseComparison:
        """Two releases of a prompt by their own versions, such as 1.0.0 and 1.1.0: what changed, and the figures."""
        return compare_releases(self.context, prompt, before, after)

    def export(self, reference: str, directory: Path, options: ExportOptions | None = None) -> Exported:
        """Write a release into a repository folder. The same release and steps give the same bytes.

        `NAME` alone is the newest release. Raises InputError when it is not approved, NotAllowedError once its
        approval lapsed, and IntegrityError when the folder holds what was not exported from here.
        """
        return Exports(self.context).write(self._find(reference), directory, options or ExportOptions())

    def export_environments(self, prompt: str, directory: Path, *, replace: bool = False) -> Exported:
        """Write only where the releases of a prompt stand, as after a rollback, into a folder that holds them."""
        return Exports(self.context).write_environments(prompt, directory, replace=replace)

    def commit(
        self, reference: str, directory: Path, options: ExportOptions | None = None, *, branch: str | None = None
    ) -> Committed:
        """As `export`, but as a commit on a branch of its own: the work tree, the index and what is checked out stay."""
        return Exports(self.context).commit(self._find(reference), directory, options or ExportOptions(), branch)

    def repository_of(self, directory: Path) -> Path | None:
        """The top of the git repository that a folder is in, where `commit` puts files on a branch; None without one."""
        return top_of(directory.expanduser().resolve())

    def archive(self, reference: str) -> bytes:
        """An approved version's files as a zip, to take along. The same release gives the same bytes."""
        return Exports(self.context).packed(self._find(reference))

    def drift(self, directory: Path) -> Sequence[Difference]:
        """What of the exported files in a folder is not as this project has it, and which side is ahead."""
        return drift(self.context, directory.expanduser().resolve())

    def differences(self, prompt: str, directory: Path) -> Sequence[Difference]:
        """As `drift`, of one prompt. Raises InputError when it is not exported there."""
        directory = directory.expanduser().resolve()
        if not (directory / folder(prompt)).is_dir():
            raise InputError(f"{prompt} is not exported in {directory}.", hint="Export it there first.")
        return [one for one in self.drift(directory) if f"{one.path}/".startswith(f"{folder(prompt)}/")]

    def take_back(self, path: Path) -> Saved:
        """Save an exported prompt file that was edited in the repository as a new version, not yet approved."""
        return take_back(self.context, path)

    def _approval(self, reference: str) -> Approval:
        return Approval(self.context, Prompts(self.context).get(reference))

    def _find(self, reference: str) -> Release:
        """The newest release of `NAME@N`, or of `NAME`."""
        prompt, number = parse_reference(reference)
        found = [release for release in self.list(prompt) if number is None or release.number == number]
        if not found:
            raise InputError(
                f"{reference!r} is not approved, so it is no release.",
                hint=f"Approve it first: `workbench release approve {reference}`.",
            )
        return found[-1]


def verify_export(directory: Path) -> Sequence[Difference]:
    """What in an exported folder is not as it was exported; empty when all is. Needs no project."""
    return verify(directory)
