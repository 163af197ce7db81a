"""Reviews: people go through answers without knowing which prompt or model wrote them."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.domain.dataset import Example
from workbench.domain.review import VERDICTS, Review, Verdict
from workbench.domain.run import RunPlan, TrialOutput
from workbench.errors import FormatError, InputError, NotAllowedError
from workbench.hashing import content_hash
from workbench.metrics.citations import Citation, find_citations
from workbench.store import reviews, runs, trials
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.files import read_text, write_text
from workbench.workspace.review_queue import QueueItem
from workbench.workspace.run_names import find_run

LONGEST_NOTE = 10_000
GUIDELINES_FILE = "guidelines.md"


@dataclass(frozen=True)
class ReviewCase:
    """What a reviewer sees of an answer: no prompt, no model, no score."""

    trial_id: str
    example: Example
    answer: str
    sources: Sequence[tuple[str, str]]
    """Where from, and the text; the first is what [1] cites."""
    citations: Sequence[Citation]
    """Where the answer cites, and which of the sources, counted from 1."""


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
        shuffle = random.Random(content_hash({"run": found, "reviewer": reviewer}))  # noqa: S311 (an order, no secret)
        by_example: dict[str, list[str]] = {}
        for example, trial in sorted(answered):
            by_example.setdefault(example, []).append(trial)
        examples = list(by_example)
        shuffle.shuffle(examples)
        items = []
        for example in examples:
            shuffle.shuffle(by_example[example])
            items += [QueueItem(trial, example, mine.get(trial)) for trial in by_example[example]]
        return items

    def case(self, trial_id: str) -> ReviewCase:
        """One answer with its question and sources."""

        def query(session: Session) -> tuple[TrialOutput | None, RunPlan | None]:
            output = trials.output(session, trial_id)
            return output, None if output is None else runs.plan(session, output.run)

        output, plan = self.context.read(query)
        if output is None or plan is None:
            raise InputError("This answer is not there any more.", hint="Go back to the queue.")
        return _case(output, plan)

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

    def export(self, run: str, path: Path) -> int:
        """Write the queue as JSONL for review elsewhere: fill in `verdict` and `note`, then `import_`."""
        items = self.queue(run)
        by_id = {output.trial_id: output for output in self._outputs(run)}
        plan = self.context.read(lambda s: runs.plan(s, find_run(s, run)))
        lines = []
        for item in items:
            case = _case(by_id[item.trial_id], plan)
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

    def _check_reviewer(self) -> None:
        ctx = self.context
        ctx.require("reviewer", "review answers")
        reviewers = ctx.settings.people.reviewers
        if reviewers and ctx.actor.name not in reviewers:
            raise NotAllowedError(
                f"{ctx.actor.name} is not among the reviewers of this project.",
                hint="They are named in workbench.toml under [people].",
            )


def _case(output: TrialOutput, plan: RunPlan) -> ReviewCase:
    return ReviewCase(
        trial_id=output.trial_id,
        example=next(example for example in plan.examples if example.id == output.example_id),
        answer=output.completion.text,
        sources=[(found.chunk.source, found.chunk.text) for found in output.retrieved],
        citations=_citations(output, plan),
    )


def _citations(output: TrialOutput, plan: RunPlan) -> Sequence[Citation]:
    """None where the prompt's citation pattern cannot be used: the answer is still there to be judged."""
    arm = next(arm for arm in plan.arms if arm.label == output.arm)
    try:
        return find_citations(output.completion.text, arm.prompt.content.policy.citations, output.retrieved)
    except InputError:
        return ()


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
