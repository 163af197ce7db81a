"""The audit log: who did what, and whether the log is whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.artifacts.seals import seals
from workbench.domain.audit import AuditEntry, Seal
from workbench.domain.release import Release
from workbench.errors import InputError
from workbench.store import audit, environments, releases
from workbench.store.session import Session
from workbench.workspace.context import Context


@dataclass(frozen=True)
class Audit:
    """The project's audit log."""

    context: Context

    def list(self, limit: int | None = None) -> Sequence[AuditEntry]:
        """The newest entries, oldest first; all without a limit."""
        return self.context.read(lambda s: audit.entries(s, limit))

    def verify(self, *directories: Path) -> Sequence[str]:
        """What is wrong with the log, in words; empty when it is intact.

        The chain shows an entry that was changed, removed or moved. That its end was cut off, or all of it written
        anew, shows in what was sealed elsewhere: releases, promotions and exports in the store, and the files in every
        folder that was exported to. Of the folders named here every file counts; of the others those of releases that
        this project made. Raises InputError for a named folder in which nothing is sealed: it would prove nothing.
        """
        named = [seal for directory in directories for seal in _sealed_in(directory)]

        def query(session: Session) -> tuple[list[str], Mapping[int, str], list[Seal], set[Path], set[tuple[str, str]]]:
            made = releases.every(session)
            exported = releases.exports(session)
            recorded = [*_of_releases(made), *_of_steps(session), *_of_exports(exported)]
            folders = {Path(one.directory) for one in exported}
            known = {(one.prompt, one.version) for one in made} | {(one.prompt, one.version) for one in exported}
            return audit.verify(session), audit.hashes(session), recorded, folders, known

        problems, hashes, recorded, folders, known = self.context.read(query)
        folders.add(self.context.root / self.context.settings.export.directory)
        found = [seal for folder in sorted(folders) for seal in seals(folder) if (seal.prompt, seal.version) in known]
        return [*problems, *_broken(hashes, [*recorded, *named, *found])]


def _sealed_in(directory: Path) -> Sequence[Seal]:
    found = list(seals(directory))
    if not found:
        raise InputError(
            f"{directory} holds no exported release to hold the log against.",
            hint="Name the folder that was exported to: it has prompts/NAME in it.",
        )
    return found


def _broken(hashes: Mapping[int, str], sealed: Iterable[Seal]) -> Iterator[str]:
    """What is not in the log any more though it was sealed, once for each place of the log."""
    told: set[tuple[int, str]] = set()
    for seal in sealed:
        if hashes.get(seal.length) == seal.head or (seal.length, seal.head) in told:
            continue
        told.add((seal.length, seal.head))
        last = max(hashes, default=0)
        what = f"{seal.place} ({seal.prompt} {seal.version})"
        if last < seal.length:
            yield f"The log ends at entry {last}, and had {seal.length} when {what} was sealed: its end was cut off."
        else:
            yield f"Entry {seal.length} is not the one that {what} was sealed by: the log was written anew."


def _of_releases(made: Sequence[Release]) -> Iterator[Seal]:
    for release in made:
        evidence = release.evidence
        if evidence.audit_length:
            yield Seal(evidence.audit_length, evidence.audit_head, release.prompt, release.version, "the approval")


def _of_steps(session: Session) -> Iterator[Seal]:
    for step in environments.steps(session):
        if step.audit_length:
            place = f"the step to {step.environment}"
            yield Seal(step.audit_length, step.audit_head, step.prompt, step.version, place)


def _of_exports(exported: Sequence[releases.Export]) -> Iterator[Seal]:
    for one in exported:
        if one.audit_length and one.audit_head:
            yield Seal(one.audit_length, one.audit_head, one.prompt, one.version, f"the export to {one.directory}")
