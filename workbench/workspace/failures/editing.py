"""What experts do to failure modes: add, rename, merge, split, retire, sort notes, and take the last step back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from workbench.domain.failure_mode import (
    Assignment,
    EditAction,
    FailureMode,
    ModeEdit,
    ModeQuestion,
    NoteGroup,
    NoteKey,
)
from workbench.errors import InputError, NotAllowedError
from workbench.stats.numbers import counted
from workbench.store import failure_modes, reviews
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.failures.mode_book import ModeBook, clean_description
from workbench.workspace.failures.notes import fingerprint, told

T = TypeVar("T")


@dataclass(frozen=True)
class ModeEditing:
    """Every change is one step, kept with who made it and when; what was before stays in the history."""

    context: Context

    def add(self, name: str, description: str = "") -> FailureMode:
        """A new mode without notes. Raises InputError where another has the name."""

        def change(session: Session, book: ModeBook) -> FailureMode:
            mode = book.begin(name, description)
            self.step(session, "added", f"added {mode.name!r}", modes=[mode])
            return mode

        return self._change(change)

    def change(self, mode: str, *, name: str | None = None, description: str | None = None) -> FailureMode:
        """Another name or description; what is None stays. Reviewers' tags of the old name still mean this mode."""

        def change(session: Session, book: ModeBook) -> FailureMode:
            old = book.find(mode)
            new = replace(
                old,
                name=old.name if name is None else book.free_name(name, old.id),
                description=old.description if description is None else clean_description(description),
            )
            if new == old:
                return old
            said = f"renamed {old.name!r} to {new.name!r}" if new.name != old.name else f"described {old.name!r}"
            self.step(session, "changed", said, modes=[new])
            return new

        return self._change(change)

    def merge(self, mode: str, into: str) -> FailureMode:
        """One mode out of two: its notes, and further tags of its name, go to the other."""

        def change(session: Session, book: ModeBook) -> FailureMode:
            old, target = book.find(mode), book.find(into)
            if old.id == target.id:
                raise InputError(f"{old.name!r} cannot be merged into itself.", hint="Choose another failure mode.")
            # The other one is written too: it may have begun by a tag and not be stored yet.
            merged = replace(old, state="merged", into=target.id)
            self.step(session, "merged", f"merged {old.name!r} into {target.name!r}", modes=[merged, target])
            return target

        return self._change(change)

    def retire(self, mode: str) -> FailureMode:
        """Take a mode out of use: its notes are unsorted again, and it is not counted any more."""

        def change(session: Session, book: ModeBook) -> FailureMode:
            retired = replace(book.find(mode), state="retired")
            self.step(session, "retired", f"retired {retired.name!r}", modes=[retired])
            return retired

        return self._change(change)

    def restore(self, mode: str) -> FailureMode:
        """Bring a retired or merged mode back, by its id, with the notes that it had."""

        def change(session: Session, book: ModeBook) -> FailureMode:
            old = book.by_id.get(mode)
            if old is None or old.state == "in use":
                raise InputError("This failure mode is in use, or was never there.", hint="Look at the list of modes.")
            restored = replace(old, name=book.free_name(old.name, old.id), state="in use", into=None)
            self.step(session, "restored", f"restored {restored.name!r}", modes=[restored])
            return restored

        return self._change(change)

    def move(self, notes: Sequence[NoteKey], to: str | None) -> int:
        """Sort notes into a mode, and out of those they were in; None leaves them unsorted. Returns how many."""

        def change(session: Session, book: ModeBook) -> int:
            mode = None if to is None else book.find(to)
            given = _assigned(session, notes, () if mode is None else (mode.id,))
            said = (
                f"took {counted(len(given), 'note')} out"
                if mode is None
                else f"moved {counted(len(given), 'note')} to {mode.name!r}"
            )
            self.step(session, "moved", said, modes=[] if mode is None else [mode], assignments=given)
            return len(given)

        return self._change(change)

    def split(self, notes: Sequence[NoteKey], name: str, description: str = "") -> FailureMode:
        """A new mode of some notes, which leave those they were in."""

        def change(session: Session, book: ModeBook) -> FailureMode:
            mode = book.begin(name, description)
            given = _assigned(session, notes, (mode.id,))
            self.step(
                session,
                "split",
                f"made {mode.name!r} of {counted(len(given), 'note')}",
                modes=[mode],
                assignments=given,
            )
            return mode

        return self._change(change)

    def accept(self, groups: Sequence[NoteGroup]) -> list[FailureMode]:
        """Make modes of proposed groups, as the expert left them, in one step.

        A group whose mode is there, by id or by name, joins it.
        """
        self.context.require("reviewer", "sort failures")
        if not groups:
            raise InputError("No group is chosen.", hint="Choose at least one, or sort the notes by hand.")

        def change(session: Session, book: ModeBook) -> list[FailureMode]:
            modes: list[FailureMode] = []
            given: list[Assignment] = []
            for group in groups:
                mode = self._mode_for(book, group)
                book = book.with_modes([mode])
                modes.append(mode)
                given += _assigned(session, group.notes, (mode.id,))
            named = ", ".join(repr(mode.name) for mode in modes)
            self.step(
                session,
                "accepted",
                f"sorted {counted(len(given), 'note')} into {named}",
                modes=modes,
                assignments=given,
            )
            return modes

        return self._change(change)

    def dismiss(self, scope: str) -> None:
        """Put a proposal away."""
        self._change(lambda session, _: self.step(session, "dismissed", "put proposed groups away", scope=scope))

    def step(
        self,
        session: Session,
        action: EditAction,
        summary: str,
        *,
        modes: Sequence[FailureMode] = (),
        assignments: Sequence[Assignment] = (),
        question: ModeQuestion | None = None,
        undoes: int | None = None,
        scope: str | None = None,
        detail: Mapping[str, str] | None = None,
    ) -> int:
        """Store a step and record it in the audit log, with further detail, in the transaction of the session."""
        ctx = self.context
        number = failure_modes.add_step(
            session,
            action,
            summary,
            by=ctx.actor.name,
            at=ctx.clock.now(),
            modes=modes,
            assignments=assignments,
            question=question,
            undoes=undoes,
            scope=scope,
        )
        recorded: dict[str, Any] = {"summary": summary, **(detail or {})}
        ctx.record(session, f"failure modes: {action}", f"step {number}", **recorded)
        return number

    def last_step(self, session: Session) -> ModeEdit | None:
        """The newest step that counts."""
        steps = failure_modes.steps(session)
        undone = {step.undoes for step in steps}
        return next((s for s in reversed(steps) if s.undoes is None and s.number not in undone), None)

    def require_own(self, step: ModeEdit) -> None:
        """Refuse to take back what somebody else did."""
        if step.made_by != self.context.actor.name:
            raise NotAllowedError(
                f"The last change is by {step.made_by}, who {step.summary}.",
                hint="Ask them to undo it, or change it by hand.",
            )

    def _mode_for(self, book: ModeBook, group: NoteGroup) -> FailureMode:
        known = book.current(group.mode) if group.mode is not None else None
        if known is not None:
            return known
        named = book.tagged(group.name)
        return named if named is not None and named.id in book.by_id else book.begin(group.name, group.description)

    def _change(self, change: Callable[[Session, ModeBook], T]) -> T:
        self.context.require("reviewer", "sort failures")
        return self.context.write(lambda session: change(session, ModeBook.read(session)))


def _assigned(session: Session, notes: Iterable[NoteKey], modes: tuple[str, ...]) -> list[Assignment]:
    """Assignments of notes as they stand. Raises InputError for a note that is not there any more, and for none."""
    found: list[Assignment] = []
    said_of: dict[str, Any] = {}
    for trial, reviewer in dict.fromkeys(notes):
        if trial not in said_of:
            given = reviews.history(session, trial)
            of_run = reviews.of_run(session, given[0].run) if given else []
            said_of |= {one: told(r for r in of_run if r.trial_id == one) for one in {r.trial_id for r in of_run}}
        review = said_of.get(trial, {}).get(reviewer)
        if review is None:
            raise InputError("A note is not there any more: its verdict was changed.", hint="Look at the notes again.")
        found.append(Assignment(trial, review.run, reviewer, modes, fingerprint(review)))
    if not found:
        raise InputError("No note is chosen.", hint="Choose at least one.")
    return found
