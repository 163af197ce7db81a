"""Golden sets: import, versions, editing, export."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from workbench.domain.dataset import DatasetVersion, Example
from workbench.domain.prompt_version import Draft
from workbench.errors import InputError, NotFoundError
from workbench.formats.attacks import attacks_in, read_attacks
from workbench.formats.dataset_columns import columns_of, recognised
from workbench.formats.dataset_ids import with_ids
from workbench.formats.datasets import read_dataset, write_csv, write_jsonl
from workbench.store import datasets, drafts, runs
from workbench.store.session import Session
from workbench.workspace.context import Context, parse_reference
from workbench.workspace.files import read_bytes
from workbench.workspace.goldens.file_columns import inputs_asked_for, proposed_columns, said, set_name
from workbench.workspace.prompts.prompts import ROWS_SLOT, Saved
from workbench.workspace.shipped import shipped

Form = Literal["rows", "attacks", "planted-attacks"]
"""What a file holds: golden rows, attacks to be asked, or attacks to be planted in a source."""


@dataclass(frozen=True)
class Datasets:
    """The project's golden sets."""

    context: Context

    def add(
        self,
        path: Path,
        *,
        name: str | None = None,
        columns: Mapping[str, str] | None = None,
        form: Form | None = None,
    ) -> Saved:
        """Import JSONL, JSON or CSV as a version. One wrong row and nothing is stored; the error names it.

        Without a name it is called as the file. `columns` says what the file's own columns are, as in
        `{"Ideal answer": "expected", "Query": "question"}`; others are known by their usual names, and the notes of what
        was saved say which.
        Attacks in the JSON of other tools are read too: cases with a system prompt by themselves, texts where `form` says
        whether they are `attacks` that a person asks for or `planted-attacks` of a source.
        """
        called = set_name(path.name) if name is None else name
        return self.add_bytes(read_bytes(path), file=str(path), name=called, columns=columns, form=form)

    def add_red_team(self, *, name: str = "red-team") -> Saved:
        """Import the attacks that travel with the program: sixty rows, ten of them harmless look-alikes."""
        return self.add(shipped("datasets") / "red-team" / "starter.jsonl", name=name)

    def add_bytes(
        self,
        data: bytes,
        *,
        file: str,
        name: str,
        columns: Mapping[str, str] | None = None,
        form: Form | None = None,
    ) -> Saved:
        """Import a file's bytes, such as an upload."""
        examples, read_as = self._read(data, file, columns or {}, form)
        saved = self.save(name, examples, source=Path(file).name)
        return replace(saved, notes=(*said(read_as), *saved.notes))

    def proposed_columns(self, data: bytes, *, file: str) -> Mapping[str, str]:
        """The columns of a file that golden sets do not know by that name, each with what it probably is."""
        return proposed_columns(data, file, self.inputs_asked_for())

    def inputs_asked_for(self) -> Sequence[str]:
        """The inputs that the newest versions of the project's prompts ask for."""
        return self.context.read(inputs_asked_for)

    def _read(
        self, data: bytes, file: str, columns: Mapping[str, str], form: Form | None
    ) -> tuple[tuple[Example, ...], Mapping[str, str]]:
        """The rows, and what columns were read as that nobody had told."""
        attacks = _attacks(data, file, form) if form is not None or not columns else None
        if attacks is not None:
            return attacks, {}
        found = columns_of(data, file)
        read_as = recognised(found, columns, self.inputs_asked_for())
        return read_dataset(file, data, columns={**read_as, **columns}), read_as

    def save(
        self,
        name: str,
        examples: Sequence[Example],
        *,
        source: str = "",
        parent: int | None = None,
        provenance: Mapping[str, Any] | None = None,
    ) -> Saved:
        """Save rows as a version; the same rows in the same order are the version they were.

        `provenance` says in the audit log where they are from.
        """
        ctx = self.context
        return ctx.write(saving_rows(ctx, name, examples, source=source, parent=parent, provenance=provenance))

    def keep(
        self,
        name: str,
        *,
        run: str,
        example_id: str,
        expected: str | None = None,
        provenance: Mapping[str, Any] | None = None,
    ) -> Saved:
        """Add a row of a run, such as a production event that failed, to a golden set, which is begun where it is not.

        The new version's row says in its metadata which run it is from, and whatever `provenance` adds. `expected` is
        what a right answer is, where somebody said so. A question that is there already is not added again, but is given
        that right answer. Raises NotFoundError for a run or row that is not there.
        """

        def query(session: Session) -> tuple[Example, tuple[Example, ...], int | None]:
            rows = {example.id: example for example in runs.plan(session, run).examples}
            if example_id not in rows:
                raise NotFoundError("example", example_id, rows)
            newest = next((version for version in datasets.latest(session) if version.name == name), None)
            if newest is None:
                return rows[example_id], (), None
            return rows[example_id], datasets.examples(session, name, newest.number), newest.number

        row, there, number = self.context.read(query)
        origin = {"from_run": run, "from_example": example_id, **(provenance or {})}
        right = row.expected if expected is None else expected
        known = next((example for example in there if example.inputs == row.inputs), None)
        if known is None:
            kept = replace(row, id="", expected=right, metadata={**row.metadata, **origin})
            rows = with_ids((*there, kept))
        elif expected is None or known.expected == expected:
            version = self.get(f"{name}@{number}")
            return Saved(name, version.number, version.hash, created=False)
        else:
            kept = replace(known, expected=right, metadata={**known.metadata, **origin})
            rows = tuple(kept if example.id == known.id else example for example in there)
        return self.save(name, rows, source=f"row of run {run}", parent=number, provenance=origin)

    def correct(
        self, name: str, seen: Example, corrected: Example, *, provenance: Mapping[str, Any] | None = None
    ) -> Saved:
        """Save a golden set anew with one of its rows corrected; `seen` is the row as the person saw it.

        `provenance` stands in the row's metadata and in the audit log. Raises InputError where somebody else changed or
        removed the row meanwhile, and where the golden set has no such row.
        """
        newest = self.get(name)
        there = self.examples(newest.label)
        now = next((example for example in there if example.id == seen.id), None)
        if now is None:
            raise NotFoundError("example", seen.id, [example.id for example in there])
        if now != seen:
            raise InputError(
                f"{seen.id} was changed in version {newest.number} meanwhile.", hint="Look at it as it is now first."
            )
        if corrected == seen:
            return Saved(name, newest.number, newest.hash, created=False)
        kept = replace(corrected, metadata={**corrected.metadata, **(provenance or {})})
        rows = [kept if example.id == seen.id else example for example in there]
        source = f"v{newest.number}: {seen.id} corrected"
        return self.save(name, rows, source=source, parent=newest.number, provenance=provenance)

    def get(self, reference: str) -> DatasetVersion:
        """`NAME@N`, or `NAME` for the newest version."""
        name, number = parse_reference(reference)
        return self.context.read(lambda s: datasets.get(s, name, number))

    def examples(self, reference: str) -> tuple[Example, ...]:
        """The rows of a version, in order."""
        name, number = parse_reference(reference)

        def query(session: Session) -> tuple[Example, ...]:
            version = datasets.get(session, name, number)
            return datasets.examples(session, version.name, version.number)

        return self.context.read(query)

    def list(self) -> Sequence[DatasetVersion]:
        """The newest version of every golden set, by name."""
        return self.context.read(datasets.latest)

    def versions(self, name: str) -> Sequence[DatasetVersion]:
        """All versions of a golden set, oldest first."""
        return self.context.read(lambda s: datasets.versions(s, name))

    def text(self, reference: str, form: Literal["jsonl", "csv"] = "jsonl", *, for_spreadsheet: bool = False) -> str:
        """A version as a file's text. For a spreadsheet, cells that would run as formulas are made text."""
        rows = self.examples(reference)
        return write_jsonl(rows) if form == "jsonl" else write_csv(rows, for_spreadsheet=for_spreadsheet)

    def keep_draft(self, name: str, cells: Sequence[Mapping[str, Any]], *, base: int) -> Draft:
        """Keep an edited table for the actor; `base` is the version it was. The cells need not be valid yet."""
        self.context.require("engineer", "edit a golden set")
        fields = {"cells": [dict(row) for row in cells]}
        draft = Draft(name, self.context.actor.name, ROWS_SLOT, fields, base, self.context.clock.now())
        self.context.write(lambda s: drafts.put(s, draft))
        return draft

    def draft(self, name: str) -> Draft | None:
        """The actor's edited table of a golden set; its fields hold `cells`."""
        author = self.context.actor.name
        return self.context.read(lambda s: drafts.get(s, name, author, ROWS_SLOT))

    def discard_draft(self, name: str) -> None:
        """Throw the actor's edited table away."""
        self.context.require("engineer", "edit a golden set")
        author = self.context.actor.name
        self.context.write(lambda s: drafts.discard(s, name, author, ROWS_SLOT))


def saving_rows(
    context: Context,
    name: str,
    examples: Sequence[Example],
    *,
    source: str = "",
    parent: int | None = None,
    provenance: Mapping[str, Any] | None = None,
) -> Callable[[Session], Saved]:
    """What saves rows as `Datasets.save` does, in a transaction that may hold more.

    Raises InputError now for a name that cannot be, and without rows.
    """
    context.require("engineer", "save a golden set")
    if not name.strip() or "@" in name:
        raise InputError(f"{name!r} is no name for a golden set.", hint="Use letters, digits, '-' and '_'.")
    if not examples:
        raise InputError(f"The golden set {name!r} has no rows.", hint="Give it at least one.")

    def change(session: Session) -> Saved:
        version, created = datasets.add(
            session,
            name=name,
            examples=examples,
            author=context.actor.name,
            created_at=context.clock.now(),
            source=source,
            parent=parent,
        )
        if created:
            detail = {"hash": version.hash, "rows": version.size, **(provenance or {})}
            context.record(session, "golden set saved", version.label, **detail)
        return Saved(version.name, version.number, version.hash, created)

    return change


def _attacks(data: bytes, file: str, form: Form | None) -> tuple[Example, ...] | None:
    """The rows of a file with other tools' attacks; None for a golden set's own rows."""
    found = attacks_in(data) if form is None else None
    if found == "texts":
        raise InputError(
            f"{file} holds attacks, and does not say who makes them.",
            hint="Add --format attacks where the person asks for them, --format planted-attacks where a source holds them.",
        )
    if form == "planted-attacks":
        return read_attacks(data, file, how="planted")
    return read_attacks(data, file) if found or form == "attacks" else None
