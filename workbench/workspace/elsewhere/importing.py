"""Results that another tool produced become a run like any other: to compare, to judge again, to review."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePath

from workbench.domain.dataset import Example
from workbench.domain.imported import IMPORTED_VERSION, Imported, ImportedAnswer, ImportedArm, ImportedResults
from workbench.domain.index import Chunk, RetrievedChunk
from workbench.domain.model import Completion, ModelSpec, Usage
from workbench.domain.pairs import ImportedVerdict
from workbench.domain.prompt import PromptContent
from workbench.domain.prompt_version import PromptVersion
from workbench.domain.review import Review
from workbench.domain.run import VARIANT, Arm, Cell, RunPlan, TrialFailure, TrialOutput
from workbench.domain.score import Score, Scored, Unscored
from workbench.errors import InputError
from workbench.formats.results import pairs
from workbench.formats.results.measures import Wishes, as_wished, infer, renamed, score_names
from workbench.formats.results.pairing import Paired, Placed, pair
from workbench.formats.results.reading import read_results
from workbench.hashing import bytes_hash, content_hash, short
from workbench.store import datasets, pair_verdicts, reviews, runs, scores, trials
from workbench.store.pair_verdicts import StoredPairVerdict
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.files import read_bytes
from workbench.workspace.measures import HUMAN, Measures
from workbench.workspace.runs.names import new_run_id

UNKNOWN_MODEL = "unknown model"
"""Stands in a label where the file does not say which model answered."""
NO_VALUE = "the imported file has no value for it"
NO_ANSWER = "ImportedFailure"
"""Stands as the error of an answer that the other tool did not get either."""
LONGEST_NAME = 60
REQUEST = "imported"
"""Stands as the request's key: nobody knows what was sent, so nothing is ever replayed from it."""
_NOT_IN_LABELS = re.compile(r"[\s:@]+")


@dataclass(frozen=True)
class Options:
    """How files are to be read."""

    tool: str | None = None
    """The format, where the content does not tell."""
    name: str | None = None
    """Of the golden set that the rows become; None derives it from the first file."""
    columns: Mapping[str, str] | None = None
    """What a plain file's own columns are."""
    scores: Sequence[str] = ()
    """What is said of scores, such as `relevance>=4` and `toxicity=lower`."""


@dataclass(frozen=True)
class ImportedRun:
    """What an import came to."""

    run: str
    created: bool
    """False when the same files were imported before, in the same way: then it is that run."""
    tool: str
    dataset: str
    """NAME@N of the golden set that the rows became."""
    notes: tuple[str, ...]


@dataclass(frozen=True)
class ResultsImporter:
    """Stores other tools' results."""

    context: Context

    def files(self, paths: Sequence[Path], options: Options) -> ImportedRun:
        """Import files; those of one evaluation, an arm or several from each. See `contents`."""
        return self.contents([(str(path), read_bytes(path)) for path in paths], options)

    def contents(self, files: Sequence[tuple[str, bytes]], options: Options) -> ImportedRun:
        """Import files given as names and bytes, such as uploads, in one transaction.

        Raises FormatError with the line for what cannot be read, InputError for no file and unknown names; then
        nothing is stored.
        """
        ctx = self.context
        ctx.require("engineer", "import results")
        if not files:
            raise InputError("Name at least one file of results.")
        digest = content_hash({"files": [bytes_hash(data) for _, data in files], "options": options})
        known = ctx.read(lambda s: runs.imported_as(s, digest))
        if known is not None:
            return self._known(known)
        results = read_results(files, tool=options.tool, columns=options.columns)
        wishes = Wishes.of(options.scores, score_names(results))
        measures = Measures(ctx.settings)
        taken = {*measures.metric_names(), *measures.judge_names(), HUMAN.name}
        results = pairs.renamed(renamed(as_wished(results, wishes), taken), measures.judge_names())
        paired = pair(results.arms)
        notes = (*results.notes, *paired.notes)
        names = tuple(PurePath(name).name for name, _ in files)
        imported = Imported(results.tool, names, infer(results, wishes), notes, results.raters)
        name = options.name or ctx.read(lambda s: _set_name(s, PurePath(names[0]).stem, paired.examples))
        plan = _plan(results, paired, imported, name, ctx.clock.now())
        return self._store(plan, paired, results.verdicts, digest)

    def _known(self, run: str) -> ImportedRun:
        plan = self.context.read(lambda s: runs.plan(s, run))
        imported = plan.imported
        assert imported is not None  # noqa: S101 (found by the digest that only imports have)
        dataset = f"{plan.dataset}@{plan.dataset_version}"
        return ImportedRun(run, created=False, tool=imported.tool, dataset=dataset, notes=imported.notes)

    def _store(self, plan: RunPlan, paired: Paired, verdicts: Sequence[ImportedVerdict], digest: str) -> ImportedRun:
        ctx, run = self.context, new_run_id()
        assert plan.imported is not None  # noqa: S101 (made above)
        tool, files, notes = plan.imported.tool, plan.imported.files, plan.imported.notes

        def change(session: Session) -> ImportedRun:
            now = ctx.clock.now()
            source, author = f"{tool}: {', '.join(files)}"[:200], ctx.actor.name
            version, _ = datasets.add(
                session, name=plan.dataset, examples=plan.examples, author=author, created_at=now, source=source
            )
            stored = replace(plan, dataset_version=version.number, dataset_hash=version.hash)
            runs.add(session, run=run, plan=stored, created_at=now, created_by=author, digest=digest)
            runs.add_event(session, run, "finished", now)
            examples = {example.id: example for example in stored.examples}
            for arm, placed in zip(stored.arms, paired.arms, strict=True):
                outcomes, given = _outcomes(run, arm, placed, examples, now)
                trials.append(session, outcomes)
                scores.append(session, given)
                reviews.append_all(session, _reviews(run, arm, placed, examples, now))
            pair_verdicts.append(session, _verdicts(run, stored, paired, verdicts, now))
            arms = [arm.label for arm in stored.arms]
            ctx.record(session, "results imported", run, tool=tool, files=files, arms=arms, dataset=version.label)
            return ImportedRun(run, created=True, tool=tool, dataset=version.label, notes=notes)

        return ctx.write(change)


def _set_name(session: Session, stem: str, examples: Sequence[Example]) -> str:
    """What the golden set is called: after the file, and told apart from sets of other files with the same name.

    Tools call all their files alike; those that have half of their rows in common are versions of one set.
    """
    base = name = f"imported-{stem}".replace("@", "-")
    newest = {version.name: version.number for version in datasets.latest(session)}
    asked, number = {example.asked_hash for example in examples}, 1
    while name in newest:
        there = {example.asked_hash for example in datasets.examples(session, name, newest[name])}
        if 2 * len(there & asked) >= min(len(there), len(asked)):
            break
        number += 1
        name = f"{base}-{number}"
    return name


def _plan(results: ImportedResults, paired: Paired, imported: Imported, name: str, now: datetime) -> RunPlan:
    return RunPlan(
        arms=_arms(results.arms, now),
        dataset=name,
        dataset_version=0,
        dataset_hash="",
        examples=paired.examples,
        repeats=paired.repeats,
        use_cache=False,
        imported=imported,
    )


def _arms(arms: Sequence[ImportedArm], now: datetime) -> tuple[Arm, ...]:
    """The arms with labels that tell them apart. Their prompts stand in the plan alone: nobody can edit or run them."""
    made: list[Arm] = []
    taken: set[tuple[str, str]] = set()
    for arm in arms:
        model = _label_part(arm.model or UNKNOWN_MODEL)
        base = name = _label_part(arm.name) or "answers"
        number = 1
        while (name, model) in taken:
            number += 1
            name = f"{base} ({number})"
        taken.add((name, model))
        content = PromptContent(messages=arm.messages)
        version = PromptVersion(name, 1, content, content.hash, "", now)
        made.append(Arm(version, ModelSpec(alias=model, model=arm.model or UNKNOWN_MODEL), {}, None, None))
    return tuple(made)


def _label_part(text: str) -> str:
    """A name as labels can hold it: one line, without the signs that separate their parts, and not too long."""
    line = _NOT_IN_LABELS.sub(" ", "".join(c if c.isprintable() else " " for c in text)).strip()
    line = line.replace(VARIANT, " + ")
    return line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1].rstrip()}…"


def _outcomes(
    run: str, arm: Arm, placed: Sequence[Placed], examples: Mapping[str, Example], now: datetime
) -> tuple[list[TrialOutput | TrialFailure], list[Score]]:
    """An arm's answers and failures, and the scores that came with them."""
    outcomes: list[TrialOutput | TrialFailure] = []
    given: list[Score] = []
    for one in placed:
        cell = Cell(arm, examples[one.example_id], one.repeat)
        trial, answer = cell.trial_id(run), one.answer
        if answer.text is None:
            outcomes.append(_failure(run, trial, cell, answer, now))
            continue
        outcomes.append(_output(run, trial, cell, answer, now))
        for score in answer.scores:
            result = Unscored(score.reason or NO_VALUE) if score.value is None else Scored(score.value, score.reason)
            given.append(Score(trial, score.name, IMPORTED_VERSION, result, now))
    return outcomes, given


def _reviews(
    run: str, arm: Arm, placed: Sequence[Placed], examples: Mapping[str, Example], now: datetime
) -> list[Review]:
    """What people said of an arm's answers elsewhere."""
    return [
        Review(
            Cell(arm, examples[one.example_id], one.repeat).trial_id(run),
            run,
            said.reviewer,
            said.verdict,
            said.note,
            now,
        )
        for one in placed
        if one.answer.text is not None
        for said in one.answer.reviews
    ]


def _verdicts(
    run: str, plan: RunPlan, paired: Paired, verdicts: Sequence[ImportedVerdict], now: datetime
) -> list[StoredPairVerdict]:
    """What people and judges said of pairs, as the file has it."""
    examples = {placed.answer.identity: placed.example_id for arm in paired.arms for placed in arm}
    return [
        StoredPairVerdict(
            run=run,
            judge=one.rater,
            judge_version=IMPORTED_VERSION,
            first_arm=plan.arms[one.first].label,
            second_arm=plan.arms[one.second].label,
            example_id=examples[one.row],
            repeat=1,
            model=one.rater,
            said=one.said,
            said_swapped=one.said_swapped,
            reason=one.reason,
            raw=one.raw,
            created_at=now,
        )
        for one in verdicts
    ]


def _output(run: str, trial: str, cell: Cell, answer: ImportedAnswer, now: datetime) -> TrialOutput:
    return TrialOutput(
        trial_id=trial,
        run=run,
        arm=cell.arm.label,
        example_id=cell.example.id,
        repeat=cell.repeat,
        cell_hash=cell.hash,
        request_key=REQUEST,
        completion=Completion(
            text=answer.text or "",
            model=cell.arm.model.model,
            finish_reason=None,
            usage=Usage(answer.prompt_tokens, answer.completion_tokens),
            latency_ms=answer.latency_ms,
        ),
        retrieved=_sources(answer.sources),
        retrieval_ms=None,
        cost_usd=answer.cost_usd,
        attempts=1,
        started_at=answer.at or now,
        spent_usd=0.0,  # whatever it cost, this project did not pay it
    )


def _failure(run: str, trial: str, cell: Cell, answer: ImportedAnswer, now: datetime) -> TrialFailure:
    return TrialFailure(
        trial_id=trial,
        run=run,
        arm=cell.arm.label,
        example_id=cell.example.id,
        repeat=cell.repeat,
        cell_hash=cell.hash,
        error=NO_ANSWER,
        message=answer.error or "no answer",
        retryable=False,
        final=True,
        attempt=1,
        started_at=answer.at or now,
        elapsed_ms=answer.latency_ms,
    )


def _sources(texts: Sequence[str]) -> tuple[RetrievedChunk, ...]:
    """What the model was shown, as sources without a document of this project."""
    return tuple(
        RetrievedChunk(
            Chunk(f"imported-{short(content_hash(text))}", f"source {rank}", rank - 1, text, 0, len(text)),
            rank,
            1 / rank,  # nobody knows the score; the order is kept
        )
        for rank, text in enumerate(texts, 1)
    )
