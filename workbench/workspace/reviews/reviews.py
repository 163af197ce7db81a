"""Reviews: people go through answers without knowing which prompt or model wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from workbench.domain.review import Judgement, Review, Verdict
from workbench.errors import InputError
from workbench.hashing import content_hash
from workbench.store import reviews, trials
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.reviews.agreement import Agreement, Disagreement, agreement_in, agreement_on
from workbench.workspace.reviews.case import ReviewCase, cases_of
from workbench.workspace.reviews.guidelines import RubricState, read_guidelines, rubric_of, rubric_state
from workbench.workspace.reviews.ordering import shuffled
from workbench.workspace.reviews.packets.carrying import Packets
from workbench.workspace.reviews.packets.merging import Keep, PacketImport
from workbench.workspace.reviews.queue import QueueItem
from workbench.workspace.reviews.queues import Queues
from workbench.workspace.reviews.storing import check_judgement, check_reviewer, review_of, store_review
from workbench.workspace.reviews.targets import find_target
from workbench.workspace.runs.names import find_run

SETTLING: tuple[Verdict, ...] = ("pass", "fail")


@dataclass(frozen=True)
class Reviews:
    """Reviews of a project's runs."""

    context: Context

    @cached_property
    def queues(self) -> Queues:
        """Queues: which answers people are asked about, by whom, and what for."""
        return Queues(self.context)

    @cached_property
    def _packets(self) -> Packets:
        return Packets(self.context)

    def queue(self, run: str) -> Sequence[QueueItem]:
        """All answers of a run in an order that tells nothing: examples shuffled, then the answers of each.

        The answers of one question stand together, so that it is read once. The order is the reviewer's own and
        stays the same.
        """
        reviewer = self.context.actor.name

        def query(session: Session) -> tuple[str, Sequence[tuple[str, str]], Sequence[Review]]:
            found = find_run(session, run)
            frame = trials.frame(session, found)
            done = frame[frame["status"] == "done"]
            return found, list(zip(done["example_id"], done["trial_id"], strict=True)), reviews.of_run(session, found)

        found, answered, given = self.context.read(query)
        mine = {one.trial_id: one for one in given if one.reviewer == reviewer and not one.gold}
        order = shuffled(answered, content_hash({"run": found, "reviewer": reviewer}))
        return [QueueItem(trial, example, mine.get(trial)) for example, trial in order]

    def case(self, trial_id: str) -> ReviewCase:
        """One answer with its question and sources."""
        return self.context.read(lambda s: cases_of(s, [trial_id]))[trial_id]

    def guidelines(self) -> str | None:
        """The project's `guidelines.md`, which says what passes and what fails; None when there is none."""
        return read_guidelines(self.context.root)

    def rubric(self, run: str) -> RubricState:
        """How many verdicts of a run were given under today's guidelines, and how many under older ones."""
        given = [one for one in self.of_run(run) if not one.gold]
        return rubric_state(given, rubric_of(self.guidelines()))

    def give(self, trial_id: str, verdict: Verdict, *, note: str = "", seconds: float | None = None) -> Review:
        """Append a verdict. An earlier one of the same reviewer stays in the history; the newest counts."""
        said = Judgement(verdict, note, seconds)
        check_judgement(said)
        return self._append(trial_id, said)

    def withdraw(self, trial_id: str) -> Review:
        """Take the reviewer's verdict back; it stays in the history."""
        return self._append(trial_id, None)

    def of_run(self, run: str) -> Sequence[Review]:
        """The newest verdict of every reviewer on every answer of a run, one for each purpose, and what settled them."""
        return self.context.read(lambda s: reviews.of_run(s, find_run(s, run)))

    def agreement(self, target: str) -> Agreement:
        """How far the reviewers of a run, or of a queue, agree with each other, and on which answers they do not."""
        run, queue = self.context.read(lambda s: find_target(s, target))
        return agreement_on(self.context, run) if queue is None else agreement_in(self.context, queue.id)

    def to_adjudicate(self, target: str) -> Sequence[Disagreement]:
        """Answers of a run or a queue that one person passed and another failed, with their notes; unsettled ones first."""
        return sorted(self.agreement(target).disagreements, key=lambda one: one.settled is not None)

    def adjudicate(self, trial_id: str, verdict: Verdict, *, note: str = "") -> Review:
        """Settle an answer on which reviewers disagree: this verdict counts in place of theirs, which stay.

        Raises InputError for `unsure`, and for an answer that nobody has judged.
        """
        check_reviewer(self.context)
        said = Judgement(verdict, note)
        check_judgement(said)
        if verdict not in SETTLING:
            raise InputError("Unsure settles nothing.", hint="Say pass or fail, or leave it open.")
        if not any(one.verdict is not None for one in self._said_of(trial_id)):
            raise InputError("Nobody has judged this answer, so there is nothing to settle.")
        return self._append(trial_id, said, gold=True)

    def unadjudicate(self, trial_id: str) -> None:
        """Open an answer again: reviewers' own verdicts count, whoever settled it. What was settled stays in the history."""
        check_reviewer(self.context)
        for settled in {one.reviewer for one in self._said_of(trial_id) if one.gold}:
            self._append(trial_id, None, gold=True, reviewer=settled)

    def packet_page(self, target: str) -> str:
        """The answers of a run or a queue as one HTML file that works from disk, in an order of its own.

        What it downloads comes back by `import_answers`. The audit log keeps that it was written.
        """
        return self._packets.page(target)

    def packet_sheet(self, target: str) -> str:
        """The same as CSV for spreadsheets: fill in `verdict` and `note`, then `import_sheet`."""
        return self._packets.sheet(target)

    def export(self, target: str, path: Path) -> int:
        """Write the answers of a run or a queue for review elsewhere, and return how many.

        A path that ends in `.html` becomes a review packet: what it downloads comes back by `import_answers`. `.csv`
        becomes a sheet and any other JSONL: fill in `verdict` and `note`, then `import_`.
        """
        return self._packets.export(target, path, self.queue)

    def import_(self, path: Path, *, keep: Keep | None = None) -> int:
        """Read verdicts back from an exported `.csv` or JSONL file; those that say nothing new are left out.

        Returns how many were stored. One wrong line and none is.
        """
        return self._packets.import_(path, keep)

    def import_sheet(
        self, text: str, *, file: str = "the file", reviewer: str | None = None, keep: Keep | None = None
    ) -> PacketImport:
        """Store the verdicts of a filled-in CSV sheet, as `import_answers` does; the actor's unless it says whose."""
        return self._packets.import_sheet(text, file, reviewer, keep)

    def import_answers(
        self, text: str, *, file: str = "the file", reviewer: str | None = None, keep: Keep | None = None
    ) -> PacketImport:
        """Store the verdicts of a file that a review packet downloaded; the same file twice stores nothing new.

        The packet is made again from the stored answers: a file whose hash is another is refused. `reviewer` replaces
        the name in the file. Where that reviewer has another verdict stored, nothing is, until `keep` says whose
        counts: `mine` what is stored, `theirs` what the file says.
        """
        return self._packets.import_answers(text, file, reviewer, keep)

    def _said_of(self, trial_id: str) -> Sequence[Review]:
        return self.context.read(lambda s: reviews.history(s, trial_id))

    def _append(
        self, trial_id: str, said: Judgement | None, *, gold: bool = False, reviewer: str | None = None
    ) -> Review:
        check_reviewer(self.context)
        rubric = rubric_of(self.guidelines())

        def change(session: Session) -> Review:
            case, output = cases_of(session, [trial_id])[trial_id], trials.output(session, trial_id)
            run = "" if output is None else output.run
            review = replace(review_of(self.context, case, run, said, rubric=rubric), gold=gold)
            if reviewer is not None:
                review = replace(review, reviewer=reviewer)
            return store_review(self.context, session, review, **({"settles": True} if gold else {}))

        return self.context.write(change)
