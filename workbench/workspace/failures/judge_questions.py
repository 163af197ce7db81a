"""A failure mode becomes a yes/no question of a judge, written into `workbench.toml`, and can be taken back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.domain.failure_mode import FailureMode, ModeEdit, ModeQuestion
from workbench.errors import FormatError, InputError
from workbench.hashing import bytes_hash
from workbench.judging import registry
from workbench.settings import Settings, read_settings, settings_of
from workbench.settings.judge_editing import with_question, without_question
from workbench.store import failure_modes
from workbench.store.session import Session
from workbench.whole_files import write_whole
from workbench.workspace.context import Context
from workbench.workspace.failures.editing import ModeEditing
from workbench.workspace.failures.mode_book import ModeBook
from workbench.workspace.files import read_text
from workbench.workspace.projects import PROJECT_FILE

LONGEST_QUESTION = 500
_JUDGE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
_NOT_FOR_NAMES = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class JudgeQuestions:
    """Judges' questions that come from failure modes."""

    context: Context

    def proposed(self, mode: FailureMode) -> str:
        """The question that a mode suggests. Yes is good, as for all judges."""
        detail = " ".join(mode.description.split()).rstrip(".")
        meant = f" ({detail[:1].lower()}{detail[1:]})" if detail else ""
        return f"Is the answer free of this fault: {mode.name}{meant}?"[:LONGEST_QUESTION]

    def proposed_judge(self, mode: FailureMode) -> str:
        """The name of a judge of its own, which can then be calibrated by itself."""
        name = _NOT_FOR_NAMES.sub("-", mode.name.casefold()).strip("-")[:40].strip("-") or "failure"
        taken = {*self._settings.judges, *registry.names()}
        return next(n for n in (name, *(f"{name}-{i}" for i in range(2, 1000))) if n not in taken)

    def proposed_model(self) -> str | None:
        """The model that a judge which begins would ask: that of the judges there are, else the first; None: there is none."""
        settings = self._settings
        used = [model for judge in settings.judges.values() for model in judge.models]
        return next(iter([*used, *settings.models]), None)

    def judges(self) -> Sequence[str]:
        """The judges of workbench.toml that can be asked one question more: those with questions of their own."""
        shipped = registry.names()
        return [
            name
            for name, options in self._settings.judges.items()
            if options.criteria or (name not in shipped and options.rubric is None)
        ]

    def ask(self, mode: str, judge: str | None = None, question: str | None = None) -> ModeQuestion:
        """Write a question into a judge, one of its own unless another is named, in one step that can be undone.

        Raises InputError for a judge whose rubric is shipped or a text, and where the file cannot be edited; then nothing
        is changed.
        """
        ctx = self.context
        ctx.require("engineer", "give a judge a question")

        def change(session: Session) -> ModeQuestion:
            found = ModeBook.read(session).find(mode)
            name = judge or self.proposed_judge(found)
            asked = _clean(question or self.proposed(found))
            began = name not in self._settings.judges
            if not began and name not in self.judges():
                raise InputError(
                    f"The judge {name!r} judges by a rubric of its own.", hint="Choose another, or a new judge."
                )
            if began and (name in registry.names() or not _JUDGE_NAME.fullmatch(name)):
                raise InputError(
                    f"{name!r} cannot be the name of a new judge.", hint="Use letters, digits, '-' and '_'."
                )
            given = ModeQuestion(found.id, name, asked, began)
            before = self._text()
            after = with_question(before, name, asked, self.proposed_model())
            detail = {"judge": name, "question": asked, "file_before": _hash(before), "file": _hash(after)}
            summary = f"made {found.name!r} a question of the judge {name!r}"
            ModeEditing(ctx).step(session, "asked", summary, modes=[found], question=given, detail=detail)
            self._write(after)
            return given

        return ctx.write(change)

    def take_back(self, session: Session, editing: ModeEditing, step: ModeEdit, given: ModeQuestion) -> None:
        """Take the question of a step out of the file again, as that step is undone."""
        ctx = self.context
        ctx.require("engineer", "take a question from a judge")
        before = self._text()
        after = without_question(before, given.judge, given.question, drop_judge=given.began_judge)
        summary = f"undid: {step.summary}"
        detail = {"judge": given.judge, "question": given.question, "file": _hash(after)}
        editing.step(session, "undone", summary, undoes=step.number, detail=detail)
        if after != before:
            self._write(after)

    def all(self) -> Sequence[ModeQuestion]:
        """The questions that are in force: written from here, and still in workbench.toml."""
        judges = self._settings.judges
        stored = self.context.read(failure_modes.questions)
        return [one for one in stored if one.judge in judges and one.question in judges[one.judge].criteria]

    @property
    def _settings(self) -> Settings:
        """As the file says now: it may have been edited since the project was opened."""
        return read_settings(self.context.root / PROJECT_FILE)

    @property
    def _file(self) -> Path:
        # Resolved: where the file is a link, what it leads to is edited, and it stays a link.
        return (self.context.root / PROJECT_FILE).resolve()

    def _text(self) -> str:
        """The file as it is now, line ends as they are."""
        return read_text(self._file)

    def _write(self, text: str) -> None:
        """Put the file in place, once it was read as settings: a wrong one never gets there."""
        try:
            settings_of(text, self._file)
        except FormatError as error:
            raise InputError(
                f"workbench.toml would not be right any more: {error.problem}.", hint="Nothing was changed."
            ) from error
        write_whole(self._file, text.encode("utf-8"))


def _hash(text: str) -> str:
    return bytes_hash(text.encode())


def _clean(question: str) -> str:
    clean = " ".join(question.split())
    if not clean or len(clean) > LONGEST_QUESTION or not clean.isprintable():
        raise InputError(f"A question has 1 to {LONGEST_QUESTION} characters that can be read.")
    return clean
