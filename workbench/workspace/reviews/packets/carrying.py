"""Answers that leave the app for review, and verdicts that come back: only on what the project would show today."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.domain.review import Judgement, Purpose, Review
from workbench.domain.review_queue import ReviewQueue
from workbench.errors import FormatError, InputError, NotFoundError
from workbench.store import review_queues, reviews, trials
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.files import read_text, write_text
from workbench.workspace.reviews.case import ReviewCase, cases_of
from workbench.workspace.reviews.guidelines import guidelines_hash, read_guidelines, rubric_of
from workbench.workspace.reviews.ordering import shuffled
from workbench.workspace.reviews.packets.answers import PacketAnswers, read_answers
from workbench.workspace.reviews.packets.lines import read_lines, write_lines
from workbench.workspace.reviews.packets.merging import Keep, PacketImport, merge
from workbench.workspace.reviews.packets.packet import Packet
from workbench.workspace.reviews.packets.page import packet_html
from workbench.workspace.reviews.packets.sheet import read_sheet, row_check, sheet_name, write_sheet
from workbench.workspace.reviews.queue import QueueItem
from workbench.workspace.reviews.storing import check_reviewer, review_of, store_review
from workbench.workspace.reviews.targets import find_target
from workbench.workspace.runs.names import find_run

PAGES = (".html", ".htm")
SHEETS = (".csv",)
SEED_BYTES = 8
FOREIGN = "its packet was not written from this project."


@dataclass(frozen=True)
class Packets:
    """Writes what reviewers take along, and reads what they send back."""

    context: Context

    def page(self, target: str) -> str:
        """The page of a packet of a run or a queue, handed out: the audit log says so."""
        packet, text = self._page(target)
        self._record(packet)
        return text

    def sheet(self, target: str) -> str:
        """The sheet of a packet of a run or a queue, handed out: the audit log says so."""
        packet, text = self._sheet(target)
        self._record(packet)
        return text

    def export(self, target: str, path: Path, lines: Callable[[str], Sequence[QueueItem]]) -> int:
        """Write a file by the ending of its path; `lines` gives the actor's own order of a run's answers.

        The audit log says that answers left once their file is in place.
        """
        ending = path.suffix.lower()
        if ending in (*PAGES, *SHEETS):
            packet, text = self._page(target) if ending in PAGES else self._sheet(target)
            write_text(path, text)
            self._record(packet)
            return len(packet.cases)
        ctx = self.context
        run, queue = ctx.read(lambda s: find_target(s, target))
        if queue is not None:
            raise InputError(
                f"A queue leaves as a packet or a sheet, and not as {str(path)!r}.", hint="Name a .html or a .csv file."
            )
        items = lines(target)
        cases = ctx.read(lambda s: cases_of(s, [item.trial_id for item in items]))
        write_text(path, write_lines([(item, cases[item.trial_id]) for item in items]))
        ctx.write(lambda s: ctx.record(s, "answers exported for review", run, answers=len(items)))
        return len(items)

    def import_(self, path: Path, keep: Keep | None) -> int:
        """Read a filled-in sheet or JSONL file; returns how many verdicts were stored."""
        if path.suffix.lower() in SHEETS:
            return self.import_sheet(read_text(path), str(path), None, keep).stored
        check_reviewer(self.context)
        filled, rubric = read_lines(read_text(path), str(path)), rubric_of(read_guidelines(self.context.root))

        def change(session: Session) -> int:
            stored = 0
            for line, trial, verdict, note in filled:
                output = trials.output(session, trial)
                if output is None:
                    raise FormatError("this answer is not in this project.", file=str(path), line=line)
                said = _said_by(session, self.context.actor.name, trial, "estimate")
                if not said or (said[-1].verdict, said[-1].note) != (verdict, note):
                    case = cases_of(session, [trial])[trial]
                    given = Judgement(verdict, note)
                    store_review(self.context, session, review_of(self.context, case, output.run, given, rubric=rubric))
                    stored += 1
            return stored

        return self.context.write(change)

    def import_answers(self, text: str, file: str, reviewer: str | None, keep: Keep | None) -> PacketImport:
        """Store what a packet's page downloaded."""
        answers = read_answers(text, file)
        name = reviewer or answers.reviewer
        if not name:
            raise FormatError(
                "it does not say who reviewed.",
                file=file,
                hint="Have the name put in, or import it with `workbench review import FILE --as NAME`.",
            )
        check_reviewer(self.context, name)
        cases = self._cases(answers, file)
        shown = [cases[item] for item in answers.items]
        if Packet(answers.run, answers.seed, answers.guidelines, shown, answers.queue).hash != answers.packet:
            raise FormatError(
                "the packet it belongs to was changed after it was written.",
                file=file,
                hint="Export the packet again and have it reviewed once more.",
            )
        return self._store(name, answers, keep, rubric=answers.guidelines or "", cases=cases)

    def import_sheet(self, text: str, file: str, reviewer: str | None, keep: Keep | None) -> PacketImport:
        """Store what was filled into a sheet."""
        sheet = read_sheet(text, file)
        name = reviewer or self.context.actor.name
        check_reviewer(self.context, name)
        try:
            run, queue = self.context.read(lambda s: find_target(s, sheet.target))
        except InputError as error:
            raise FormatError(FOREIGN, file=file, hint="Import it where it was exported.") from error
        answers = PacketAnswers(
            packet=sheet.name,
            run=run,
            seed="",
            guidelines=sheet.rubric,
            items=[row.item for row in sheet.rows],
            reviewer=name,
            answers=[row.answer for row in sheet.rows if row.answer.verdict is not None],
            queue=None if queue is None else queue.id,
        )
        cases = self._cases(answers, file)
        for row in sheet.rows:
            if row.check != row_check(sheet.name, cases[row.item]):
                raise FormatError(
                    "the answer was another when the sheet was written.",
                    file=file,
                    line=row.line,
                    hint="Export the sheet again and have it reviewed once more.",
                )
            row.require_answer(cases[row.item].answer, file)
        return self._store(
            name, answers, keep, rubric=sheet.rubric, cases=cases, notes_alone=sum(row.note_alone for row in sheet.rows)
        )

    def _page(self, target: str) -> tuple[Packet, str]:
        packet = self._packet(target)
        return packet, packet_html(packet, read_guidelines(self.context.root))

    def _sheet(self, target: str) -> tuple[Packet, str]:
        packet = self._packet(target)
        name = sheet_name(packet.queue or packet.run, rubric_of(read_guidelines(self.context.root)))
        return packet, write_sheet(packet.cases, name)

    def _packet(self, target: str) -> Packet:
        self.context.require(("reviewer", "engineer"), "write a review packet")

        def query(session: Session) -> tuple[str, ReviewQueue | None, Sequence[ReviewCase]]:
            run, queue = find_target(session, target)
            if queue is None:
                frame = trials.frame(session, run)
                done = frame[frame["status"] == "done"]
                answered = list(zip(done["example_id"], done["trial_id"], strict=True))
            else:
                places = review_queues.places(session, queue.id)
                answered = [(place.example_id, place.first_trial) for place in places]
            order = [trial for _, trial in shuffled(answered, seed)]
            found = cases_of(session, order)
            return run, queue, [found[trial] for trial in order]

        seed = secrets.token_hex(SEED_BYTES)
        run, queue, cases = self.context.read(query)
        if not cases:
            raise InputError("This run has no answer to review.", hint="Wait for its first answers.")
        if queue is not None and queue.form == "pair":
            raise InputError(
                "A packet holds single answers, and this queue holds pairs.", hint="Have pairs compared in the app."
            )
        guidelines = guidelines_hash(read_guidelines(self.context.root))
        return Packet(run, seed, guidelines, cases, None if queue is None else queue.id)

    def _record(self, packet: Packet) -> None:
        detail = {"run": packet.run, "seed": packet.seed, "answers": len(packet.cases)}
        of_queue = {} if packet.queue is None else {"queue": packet.queue}
        ctx = self.context
        ctx.write(lambda s: ctx.record(s, "review packet exported", packet.hash, **detail, **of_queue))

    def _cases(self, answers: PacketAnswers, file: str) -> dict[str, ReviewCase]:
        """What this project would show of the items today. Refuses items that are not of the run that is named."""
        foreign = FormatError(FOREIGN, file=file, hint="Import it where the packet was exported.")

        def query(session: Session) -> dict[str, ReviewCase]:
            run = find_run(session, answers.run)
            if not trials.answered(session, run) >= set(answers.items):
                raise foreign
            if answers.queue is not None:
                places = review_queues.places(session, review_queues.queue(session, answers.queue).id)
                if not {place.first_trial for place in places} >= set(answers.items):
                    raise foreign
            return cases_of(session, answers.items)

        try:
            return self.context.read(query)
        except NotFoundError as error:
            raise foreign from error

    def _store(
        self,
        reviewer: str,
        answers: PacketAnswers,
        keep: Keep | None,
        *,
        rubric: str,
        cases: dict[str, ReviewCase],
        notes_alone: int = 0,
    ) -> PacketImport:
        ctx = self.context

        def change(session: Session) -> PacketImport:
            queue = None if answers.queue is None else review_queues.queue(session, answers.queue)
            purpose: Purpose = "estimate" if queue is None else queue.purpose
            said = {one.item: _said_by(session, reviewer, one.item, purpose) for one in answers.answers}
            merged = merge(answers, said)
            to_store = merged.to_store(keep)
            for one in to_store:
                # It counts from now; when it was judged is in the audit log.
                review = Review(
                    one.item,
                    answers.run,
                    reviewer,
                    one.verdict,
                    one.note,
                    ctx.clock.now(),
                    one.seconds,
                    purpose=purpose,
                    queue=answers.queue,
                    rubric=rubric,
                    shown=cases[one.item].shown,
                    tags=() if one.verdict is None else one.tags,
                )
                detail = {"reviewer": reviewer, "packet": answers.packet, "judged_at": one.judged_at}
                store_review(ctx, session, review, **detail)
            alone = merged.notes_alone + notes_alone
            return PacketImport(reviewer, len(to_store), merged.unchanged, merged.conflicts, alone)

        return ctx.write(change)


def _said_by(session: Session, reviewer: str, trial: str, purpose: Purpose) -> list[Review]:
    """What a reviewer said of an answer before, for the same purpose."""
    return [
        one
        for one in reviews.history(session, trial)
        if one.reviewer == reviewer and one.purpose == purpose and not one.gold and not one.hidden_repeat
    ]
