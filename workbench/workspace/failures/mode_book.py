"""All failure modes of a project: found by id, by name, and by names they had before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from workbench.domain.failure_mode import FailureMode, mode_id, name_key
from workbench.errors import InputError, NotFoundError
from workbench.store import failure_modes
from workbench.store.session import Session

LONGEST_NAME = 80
LONGEST_DESCRIPTION = 600


@dataclass(frozen=True)
class ModeBook:
    """The modes as they are at one moment."""

    stored: Sequence[FailureMode]
    names_given: Sequence[tuple[str, str]] = field(default=())
    """Every name that a mode has or had, with its id; the newest last."""

    @classmethod
    def read(cls, session: Session) -> ModeBook:
        """The modes of now, those that began by a reviewer's tag behind those that somebody made."""
        stored, given = failure_modes.modes(session), failure_modes.names_given(session)
        book = cls(stored, given)
        tagged = [book.tagged(name) for name in failure_modes.names_said(session)]
        return book.with_modes([mode for mode in tagged if mode is not None])

    @cached_property
    def by_id(self) -> dict[str, FailureMode]:
        """All of them, merged and retired ones too."""
        return {mode.id: mode for mode in self.stored}

    @cached_property
    def in_use(self) -> list[FailureMode]:
        """Those that notes can be sorted into, in the order in which they began."""
        return [mode for mode in self.stored if mode.state == "in use"]

    def current(self, mode: str) -> FailureMode | None:
        """What a mode is by now: itself, or what it was merged into; None when that is retired or not there."""
        found = self.by_id.get(mode)
        seen: set[str] = set()
        while found is not None and found.state == "merged" and found.into is not None and found.id not in seen:
            seen.add(found.id)
            found = self.by_id.get(found.into)
        return found if found is not None and found.state == "in use" else None

    def tagged(self, tag: str) -> FailureMode | None:
        """The mode that a reviewer means by a tag; one that nobody has named yet begins with it.

        None for a tag whose mode is retired, and for one that says nothing.
        """
        key = name_key(tag)
        if not key:
            return None
        if key in self._by_name:
            return self._by_name[key]
        known = next((mode for name, mode in reversed(self.names_given) if name_key(name) == key), mode_id(tag))
        if known in self.by_id:
            return self.current(known)
        return FailureMode(mode_id(tag), " ".join(tag.split())[:LONGEST_NAME])

    def find(self, text: str) -> FailureMode:
        """A mode in use by its id or its name. Raises NotFoundError, with near names."""
        found = self.current(text) or self._by_name.get(name_key(text))
        if found is None:
            raise NotFoundError("failure mode", text, [mode.name for mode in self.in_use])
        return found

    def begin(self, name: str, description: str = "") -> FailureMode:
        """A mode of a new name. Raises InputError where the name is taken, or none."""
        clean = self.free_name(name)
        number = 1
        while mode_id(clean, number) in self.by_id:
            number += 1
        return FailureMode(mode_id(clean, number), clean, clean_description(description))

    def free_name(self, name: str, mode: str | None = None) -> str:
        """A name as it is kept, unless a mode other than `mode` has it."""
        clean = clean_name(name)
        holder = self._by_name.get(name_key(clean))
        if holder is not None and holder.id != mode:
            raise InputError(
                f"There is a failure mode {holder.name!r} already.", hint="Merge the two, or choose another name."
            )
        return clean

    def with_modes(self, more: Sequence[FailureMode]) -> ModeBook:
        """The book with further modes written into it."""
        new = {mode.id: mode for mode in reversed(more) if mode.id not in self.by_id}
        return ModeBook([*self.stored, *reversed(new.values())], self.names_given) if new else self

    @cached_property
    def _by_name(self) -> dict[str, FailureMode]:
        return {name_key(mode.name): mode for mode in reversed(self.in_use)}


def clean_name(name: str) -> str:
    """A name on one line. Raises InputError where it is empty, too long, or holds what cannot be seen."""
    clean = " ".join(name.split())
    if not clean:
        raise InputError("A failure mode needs a name.", hint="Two or three words that say what goes wrong.")
    if len(clean) > LONGEST_NAME:
        raise InputError(
            f"The name has {len(clean)} characters; at most {LONGEST_NAME} are kept.",
            hint="Put the rest into the description.",
        )
    if not clean.isprintable():
        raise InputError("The name holds characters that cannot be seen.", hint="Type it anew.")
    return clean


def clean_description(description: str) -> str:
    """A description without white space around it. Raises InputError where it is too long."""
    clean = description.strip()
    if len(clean) > LONGEST_DESCRIPTION:
        raise InputError(f"The description has {len(clean)} characters; at most {LONGEST_DESCRIPTION} are kept.")
    return clean
