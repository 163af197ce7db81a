"""Releases as files: in a folder, on a branch, or in a zip."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from workbench.artifacts import layout
from workbench.artifacts.checking import checks
from workbench.artifacts.export import Exported, export, files, moving_files, present_in, write
from workbench.artifacts.git import Committed, Repository, branch_name, top_of
from workbench.domain.actor import Role
from workbench.domain.release import Artifact, Release
from workbench.errors import InputError
from workbench.formats.datasets import write_jsonl
from workbench.hashing import bytes_hash
from workbench.store import audit, datasets, environments, prompts, releases
from workbench.store.releases import Export
from workbench.store.session import Session
from workbench.workspace.context import Context, parse_reference
from workbench.workspace.prompts.prompts import file_text
from workbench.workspace.releases.lapses import require_standing

ZIP_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest that a zip file can say: the same release gives the same bytes, whenever it is packed."""
SUBJECT_WIDTH = 72
"""Characters of a commit's first line that tools show."""

EXPORTERS: tuple[Role, ...] = ("engineer", "approver")


@dataclass(frozen=True)
class ExportOptions:
    """What is written beside the release itself."""

    with_dataset: bool = False
    """The golden set that the approval rests on."""
    with_checks: bool = False
    """A script and a workflow that verify the files, and put the gates to them, in CI."""
    replace_environments: bool = False
    """Whether an environments file that says something else is written over."""


@dataclass(frozen=True)
class Exports:
    """Writes releases of the project."""

    context: Context

    def write(self, release: Release, directory: Path, options: ExportOptions) -> Exported:
        """Write a release's files into a folder."""
        self.context.require(EXPORTERS, "export a release")
        directory = directory.expanduser().resolve()
        artifact = self._artifact(release, options)
        exported = export(directory, artifact, replace_environments=options.replace_environments)
        if options.with_checks:
            exported = _with_checks(exported)
        self._record(release, str(directory), exported.files, "release exported")
        return exported

    def write_environments(self, prompt: str, directory: Path, *, replace: bool) -> Exported:
        """Write the environments file alone. Raises InputError for a folder that the prompt was not exported to."""
        self.context.require(EXPORTERS, "export where releases stand")
        directory = directory.expanduser().resolve()
        if not (directory / layout.manifest_path(prompt)).is_file():
            raise InputError(f"{prompt} is not exported in {directory}.", hint="Export a release there first.")
        steps = tuple(self.context.read(lambda s: environments.steps(s, prompt)))
        if not steps:
            raise InputError(f"No release of {prompt} stands in any environment of this project.")
        exported = write(directory, moving_files(prompt, steps, {}, present_in(directory), replace=replace))
        newest = self.context.read(lambda s: releases.get(s, prompt))
        self._record(newest, str(directory), exported.files, "environments exported")
        return exported

    def commit(self, release: Release, directory: Path, options: ExportOptions, branch: str | None) -> Committed:
        """Commit a release's files on a branch of their own."""
        self.context.require(EXPORTERS, "export a release")
        directory = directory.expanduser().resolve()
        repository = Repository.around(directory)
        branch = branch or branch_name(release.prompt, release.version)
        base = repository.base(branch)

        def present(path: str) -> bytes | None:
            return repository.present(base, path)

        artifact = self._artifact(release, options)
        made = files(artifact, present, replace_environments=options.replace_environments)
        if options.with_checks:
            wanted = checks(repository.prefix)
            made |= {path: data for path, data in wanted.scripts.items() if present(path) is None}
            above = {path: data for path, data in wanted.workflows.items() if repository.at_top(base, path) is None}
        else:
            above = {}
        committed = repository.commit(made, above=above, branch=branch, message=_message(release))
        hashes = {path: bytes_hash(data) for path, data in made.items()}
        self._record(
            release, str(directory), hashes, "release committed", branch=committed.branch, commit=committed.commit
        )
        return committed

    def packed(self, release: Release) -> bytes:
        """A release's files as a zip."""
        made = files(self._artifact(release, ExportOptions()), lambda _: None)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
            for path in sorted(made):
                zipped.writestr(zipfile.ZipInfo(path, ZIP_DATE), made[path], zipfile.ZIP_DEFLATED)
        return packed.getvalue()

    def _artifact(self, release: Release, options: ExportOptions) -> Artifact:
        def query(session: Session) -> Artifact:
            require_standing(self.context, session, release)
            artifact = artifact_of(session, release)
            return replace(artifact, dataset_text=_dataset_text(session, release)) if options.with_dataset else artifact

        return self.context.read(query)

    def _record(self, release: Release, directory: str, hashes: Mapping[str, str], action: str, **detail: str) -> None:
        ctx = self.context

        def change(session: Session) -> None:
            ctx.record(session, action, f"{release.prompt} {release.version}", files=hashes, **detail)
            length, head = audit.head(session)
            made = Export(
                release.prompt, release.version, directory, hashes, ctx.clock.now(), ctx.actor.name, length, head
            )
            releases.add_export(session, made)

        ctx.write(change)


def artifact_of(session: Session, release: Release) -> Artifact:
    """What a release's files are made of."""
    version = prompts.get(session, release.prompt, release.number)
    return Artifact(
        release=release,
        prompt_text=file_text(version),
        prompt_hash=version.hash,
        evaluation=release.document.get("evaluation", {}),
        steps=tuple(environments.steps(session, release.prompt)),
    )


def _dataset_text(session: Session, release: Release) -> str:
    label = release.evidence.dataset
    if label is None:
        raise InputError(
            f"{release.prompt} {release.version} was approved without a run, so no golden set belongs to it.",
            hint="Export it without --with-dataset.",
        )
    name, number = parse_reference(label)
    return write_jsonl(datasets.examples(session, name, number or datasets.get(session, name).number))


def _with_checks(exported: Exported) -> Exported:
    """Also the files for CI, those that are not there yet: they are the repository's own from then on."""
    directory = exported.directory
    top = top_of(directory) or directory
    prefix = directory.relative_to(top).as_posix()
    wanted = checks("" if prefix == "." else f"{prefix}/")
    for folder, made in ((directory, wanted.scripts), (top, wanted.workflows)):
        missing = {path: data for path, data in made.items() if not (folder / path).exists()}
        also = write(folder, missing)
        exported = replace(exported, files={**exported.files, **also.files}, written=(*exported.written, *also.written))
    return exported


def _message(release: Release) -> str:
    """A commit's message, from the changelog."""
    first, _, rest = release.changelog.strip().partition("\n")
    subject = f"Release {release.prompt} {release.version}" + (f": {first}" if first else "")
    if len(subject) > SUBJECT_WIDTH:
        subject, rest = f"Release {release.prompt} {release.version}", release.changelog.strip()
    evidence = release.evidence
    facts = [
        f"Approved-by: {', '.join(signed.by for signed in release.approvals)}",
        f"Prompt: {release.prompt}@{release.number} {evidence.prompt_hash}",
        *([f"Evidence: run {evidence.run} on {evidence.dataset}"] if evidence.run else ["Evidence: none"]),
        *([f"Gate: {evidence.gate}, {evidence.gate_outcome}"] if evidence.gate else []),
        *(f"Gate-override: {' '.join(reason.split())}" for reason in release.overrides),
    ]
    return "\n\n".join(part for part in (subject, rest.strip(), "\n".join(facts)) if part) + "\n"
