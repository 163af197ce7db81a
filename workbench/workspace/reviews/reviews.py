"""Reviews: people go through answers without knowing which prompt or model wrote them."""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.domain.review import VERDICTS, Review, Verdict
from workbench.domain.run import RunPlan, TrialOutput
from workbench.errors import FormatError, InputError, NotAllowedError
from workbench.hashing import content_hash
from workbench.store import reviews, runs, trials
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.files import read_text, write_text
from workbench.workspace.reviews.case import ReviewCase, case_of
from workbench.workspace.reviews.packets.answers import LONGEST_NOTE, PacketAnswer, PacketAnswers, read_answers
from workbench.workspace.reviews.packets.merging import Keep, PacketImport, merge
from workbench.workspace.reviews.packets.packet import Packet, guidelines_hash
from workbench.workspace.reviews.packets.page import packet_html
from workbench.workspace.reviews.queue import QueueItem
from workbench.workspace.runs.names import find_run

GUIDELINES_FILE = "guidelines.md"
PAGES = (".html", ".htm")
SEED_BYTES = 8


@dataclass(frozen=True)
class Reviews:
    """Reviews of a project's runs."""

    context: Context

    def queue(self, run: str) -> Sequence[QueueItem]:
        """All answers of a run in an order that tells nothing: examples shuffled, then the answers of each.

        The answers of one question stand together, so that it is read once. The order is the reviewer's own and
        stays the same.
        """
        reviewer = self.context.actor.name

        def query(session: Session) -> tuple[str, list[tuple[str, str]], list[Review]]:
            found = find_run(session, run)
            frame = trials.frame(session, found)
            done = frame[frame["status"] == "done"]
            return found, list(zip(done["example_id"], done["trial_id"], strict=True)), reviews.of_run(session, found)

        found, answered, given = self.context.read(query)
        mine = {review.trial_id: review for review in given if review.reviewer == reviewer}
        order = _shuffled(answered, content_hash({"run": found, "reviewer": reviewer}))
        return [QueueItem(trial, example, mine.get(trial)) for example, trial in order]

    def case(self, trial_id: str) -> ReviewCase:
        """One answer with its question and sources."""

        def query(session: Session) -> tuple[TrialOutput | None, RunPlan | None]:
            output = trials.output(session, trial_id)
            return output, None if output is None else runs.plan(session, output.run)

        output, plan = self.context.read(query)
        if output is None or plan is None:
            raise InputError("This answer is not there any more.", hint="Go back to the queue.")
        return case_of(output, plan)

    def guidelines(self) -> str | None:
        """The project's `guidelines.md`, which says what passes and what fails; None when there is none."""
        path = self.context.root / GUIDELINES_FILE
        return read_text(path) if path.is_file() else None

    def give(self, trial_id: str, verdict: Verdict, *, note: str = "", seconds: float | None = None) -> Review:
        """Append a verdict. An earlier one of the same reviewer stays in the history; the newest counts."""
        if verdict not in VERDICTS:
            raise InputError(f"{verdict!r} is no verdict.", hint=f"There is {', '.join(VERDICTS)}.")
        return self._append(trial_id, verdict, note, seconds)

    def withdraw(self, trial_id: str) -> Review:
        """Take the reviewer's verdict back; it stays in the history."""
        return self._append(trial_id, None, "", None)

    def of_run(self, run: str) -> Sequence[Review]:
        """The newest verdict of every reviewer on every answer of a run."""
        return self.context.read(lambda s: reviews.of_run(s, find_run(s, run)))

    def packet_page(self, run: str) -> str:
        """The answers of a run as one HTML file that works from disk, in an order of its own.

        What it downloads comes back by `import_answers`. The audit log keeps that it was written.
        """
        return self._packet(run)[1]

    def _packet(self, run: str) -> tuple[Packet, str]:
        outputs = {output.trial_id: output for output in self._outputs(run)}
        if not outputs:
            raise InputError("This run has no answer to review.", hint="Wait for its first answers.")
        found = next(iter(outputs.values())).run
        seed = secrets.token_hex(SEED_BYTES)
        plan = self.context.read(lambda s: runs.plan(s, found))
        order = _shuffled([(output.example_id, output.trial_id) for output in outputs.values()], seed)
        cases = [case_of(outputs[trial], plan) for _, trial in order]
        guidelines = self.guidelines()
        made = Packet(found, seed, guidelines_hash(guidelines), cases)
        detail = {"run": found, "seed": seed, "answers": len(cases)}
        self.context.write(lambda s: self.context.record(s, "review packet exported", made.hash, **detail))
        return made, packet_html(made, guidelines)

    def export(self, run: str, path: Path) -> int:
        """Write the answers of a run for review elsewhere, and return how many.

        A path that ends in `.html` becomes a review packet: what it downloads comes back by `import_answers`. Any
        other becomes JSONL: fill in `verdict` and `note`, then `import_`.
        """
        if path.suffix.lower() in PAGES:
            packet, page = self._packet(run)
            write_text(path, page)
            return len(packet.cases)
        return self._export_lines(run, path)

    def _export_lines(self, run: str, path: Path) -> int:
        items = self.queue(run)
        by_id = {output.trial_id: output for output in self._outputs(run)}
        plan = self.context.read(lambda s: runs.plan(s, find_run(s, run)))
        lines = []
        for item in items:
            case = case_of(by_id[item.trial_id], plan)
            row = {
                "trial_id": case.trial_id,
                "inputs": case.example.inputs,
                "answer": case.answer,
                "sources": [f"[{n}] {source}\n{text}" for n, (source, text) in enumerate(case.sources, 1)],
                "verdict": item.verdict or "",
                "note": "" if item.review is None else item.review.note,
            }
            lines.append(json.dumps(row, ensure_ascii=False))
        write_text(path, "".join(line + "\n" for line in lines))
        return len(lines)

    def import_(self, path: Path) -> int:
        """Read verdicts back from an exported file; those that say nothing new are left out.

        Returns how many were stored. One wrong line and none is.
        """
        ctx = self.context
        self._check_reviewer()
        # Not splitlines(): an answer may hold characters that it takes for the end of a line.
        lines = enumerate(read_text(path).split("\n"), 1)
        rows = [(number, _read_row(line, str(path), number)) for number, line in lines if line.strip()]

        def change(session: Session) -> int:
            stored = 0
            for number, row in rows:
                if row is None:
                    continue
                trial, verdict, note = row
                if trials.output(session, trial) is None:
                    raise FormatError("this answer is not in this project.", file=str(path), line=number)
                said = [review for review in reviews.history(session, trial) if review.reviewer == ctx.actor.name]
                if not said or (said[-1].verdict, said[-1].note) != (verdict, note):
                    self._store(session, trial, verdict, note, None)
                    stored += 1
            return stored

        return ctx.write(change)

    def import_answers(
        self, text: str, *, file: str = "the file", reviewer: str | None = None, keep: Keep | None = None
    ) -> PacketImport:
        """Store the verdicts of a file that a review packet downloaded; the same file twice stores nothing new.

        The packet is made again from the stored answers: a file whose hash is another is refused. `reviewer` replaces
        the name in the file. Where that reviewer has another verdict stored, nothing is, until `keep` says whose
        counts: `mine` what is stored, `theirs` what the file says.
        """
        answers = read_answers(text, file)
        name = reviewer or answers.reviewer
        if not name:
            raise FormatError(
                "it does not say who reviewed.",
                file=file,
                hint="Have the name put in, or import it with `workbench review import FILE --as NAME`.",
            )
        self._check_reviewer(name)
        self._check_packet(answers, file)

        def change(session: Session) -> PacketImport:
            said = {
                answer.item: [old for old in reviews.history(session, answer.item) if old.reviewer == name]
                for answer in answers.answers
            }
            merged = merge(answers, said)
            to_store = merged.to_store(keep)
            for answer in to_store:
                self._bring_in(session, name, answers, answer)
            return PacketImport(name, len(to_store), merged.unchanged, merged.conflicts, merged.notes_alone)

        return self.context.write(change)

    def _check_packet(self, answers: PacketAnswers, file: str) -> None:
        """Refuse answers to anything but what this project would show for the packet's items today."""
        foreign = FormatError(
            "its packet was not written from this project.", file=file, hint="Import it where the packet was exported."
        )
        try:
            outputs = {output.trial_id: output for output in self._outputs(answers.run)}
            plan = self.context.read(lambda s: runs.plan(s, find_run(s, answers.run)))
        except InputError as error:
            raise foreign from error
        if not outputs.keys() >= set(answers.items):
            raise foreign
        cases = [case_of(outputs[item], plan) for item in answers.items]
        if Packet(answers.run, answers.seed, answers.guidelines, cases).hash != answers.packet:
            raise FormatError(
                "the packet it belongs to was changed after it was written.",
                file=file,
                hint="Export the packet again and have it reviewed once more.",
            )

    def _outputs(self, run: str) -> Sequence[TrialOutput]:
        return self.context.read(lambda s: trials.outputs(s, find_run(s, run)))

    def _append(self, trial_id: str, verdict: Verdict | None, note: str, seconds: float | None) -> Review:
        self._check_reviewer()
        if len(note) > LONGEST_NOTE:
            raise InputError(f"The note has {len(note):,} characters; at most {LONGEST_NOTE:,} are kept.")
        return self.context.write(lambda session: self._store(session, trial_id, verdict, note, seconds))

    def _store(
        self, session: Session, trial_id: str, verdict: Verdict | None, note: str, seconds: float | None
    ) -> Review:
        ctx = self.context
        output = trials.output(session, trial_id)
        if output is None:
            raise InputError("This answer is not there any more.", hint="Go back to the queue.")
        review = Review(trial_id, output.run, ctx.actor.name, verdict, note, ctx.clock.now(), seconds)
        reviews.append(session, review)
        ctx.record(session, "answer reviewed", trial_id, verdict=verdict)
        return review

    def _bring_in(self, session: Session, reviewer: str, answers: PacketAnswers, answer: PacketAnswer) -> None:
        """Append an answer of a packet. It counts from now; when it was judged is in the audit log."""
        ctx = self.context
        given = (answer.verdict, answer.note, ctx.clock.now(), answer.seconds)
        reviews.append(session, Review(answer.item, answers.run, reviewer, *given))
        detail = {"reviewer": reviewer, "packet": answers.packet, "judged_at": answer.judged_at}
        ctx.record(session, "answer reviewed", answer.item, verdict=answer.verdict, **detail)

    def _check_reviewer(self, name: str | None = None) -> None:
        """Refuse an actor without the role, and a reviewer (the actor when no other is named) whom nobody invited."""
        ctx = self.context
        ctx.require("reviewer", "review answers")
        reviewers, name = ctx.settings.people.reviewers, name or ctx.actor.name
        if reviewers and name not in reviewers:
            raise NotAllowedError(
                f"{name} is not among the reviewers of this project.",
                hint="They are named in workbench.toml under [people].",
            )


def _shuffled(answered: Iterable[tuple[str, str]], seed: str) -> Sequence[tuple[str, str]]:
    """Example and trial of each answer in the order of a seed: examples shuffled, then the answers of each."""
    shuffle = random.Random(seed)  # noqa: S311 (an order, no secret)
    by_example: dict[str, list[str]] = {}
    for example, trial in sorted(answered):
        by_example.setdefault(example, []).append(trial)
    examples = list(by_example)
    shuffle.shuffle(examples)
    for example in examples:
        shuffle.shuffle(by_example[example])
    return [(example, trial) for example in examples for trial in by_example[example]]


def _read_row(line: str, file: str, number: int) -> tuple[str, Verdict, str] | None:
    """One line of a filled-in file; None where no verdict was given."""
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise FormatError(f"this is not JSON: {error.msg}.", file=file, line=number, column=error.colno) from error
    except RecursionError as error:
        raise FormatError("this is nested too deeply.", file=file, line=number) from error
    if not isinstance(row, dict) or not isinstance(row.get("trial_id"), str):
        raise FormatError("a line is an object with `trial_id`.", file=file, line=number)
    verdict, note = row.get("verdict") or "", row.get("note") or ""
    if verdict == "":
        return None
    if verdict not in VERDICTS:
        raise FormatError(
            f"{verdict!r} is no verdict.", file=file, line=number, column="verdict", hint=f"Use {', '.join(VERDICTS)}."
        )
    if not isinstance(note, str) or len(note) > LONGEST_NOTE:
        raise FormatError("a note is a text, and not a book.", file=file, line=number, column="note")
    return row["trial_id"], verdict, note
