"""Evaluations of retrieval: plan a grid, carry it out, look at it again, and use the best of it."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from workbench.domain.dataset import DatasetVersion, Example
from workbench.domain.evaluation import EvaluationInfo, Way
from workbench.domain.index import IndexInfo
from workbench.domain.prompt import RetrievalSettings
from workbench.domain.prompt_version import Draft
from workbench.errors import InputError, NotFoundError
from workbench.runner.requests import search_text
from workbench.store import datasets, evaluations, indexes
from workbench.store.session import Session
from workbench.workspace.context import Context, parse_reference
from workbench.workspace.evaluations.asking_questions import Question
from workbench.workspace.evaluations.cost import cost_at_most, require_possible
from workbench.workspace.evaluations.evaluating import EvaluationJob, Work, under_way
from workbench.workspace.evaluations.evaluation import Evaluation, QuestionResult, State, setting_of
from workbench.workspace.evaluations.gold import gold_in
from workbench.workspace.evaluations.plan import NO_GOLD, EvaluationPlan, Grid
from workbench.workspace.job_book import OnProgress
from workbench.workspace.knowledge.building import Building
from workbench.workspace.knowledge.indexes import Indexes
from workbench.workspace.prompts.drafting import fields_from, fields_of
from workbench.workspace.prompts.prompts import Prompts

ID_BYTES = 5
COMPLETE_KEPT = 4
"""Evaluations kept at hand with their figures, which take a moment to compute. A complete one never changes."""
_complete: dict[tuple[str, str], Evaluation] = {}


@dataclass(frozen=True)
class Listed:
    """An evaluation in a list."""

    info: EvaluationInfo
    state: State
    finished: int
    """Settings that have figures."""


@dataclass(frozen=True)
class Adopted:
    """A setting that was taken over."""

    index: IndexInfo
    """Now the newest index of its name."""
    retrieval: RetrievalSettings
    """What a prompt version holds that searches it in the way that was measured."""


@dataclass(frozen=True)
class Evaluations:
    """Measures how well settings of an index find what golden rows name as their sources."""

    context: Context

    def plan(self, index: str, dataset: str, grid: Grid | None = None) -> EvaluationPlan:
        """What evaluating a grid of settings would take. Nothing is stored or asked.

        The documents are those the index was built from, as the store keeps them. Raises InputError for an unknown
        index or golden set, for settings that cannot be and for a grid that is too large; UnavailableError for an
        embedder that is not there.
        """
        ctx = self.context
        ctx.require("engineer", "evaluate an index")
        info, version, rows = ctx.read(lambda s: _given(s, index, dataset))
        settings = (grid or Grid()).settings(info.settings)
        require_possible(ctx, settings)
        cuts = tuple(dict.fromkeys(setting.way.index for setting in settings))
        looked_up = _look_up(ctx, info.fingerprint, rows)
        searchable = [question for question in looked_up if question.gold.spans]
        unknown = tuple((q.example.id, str(span)) for q in looked_up for span in q.gold.missing)
        own_sources = sum(example.context is not None for example in rows)
        planned = EvaluationInfo(
            id=f"e{secrets.token_hex(ID_BYTES)}",
            index=info.name,
            fingerprint=info.fingerprint,
            dataset=version.name,
            dataset_version=version.number,
            settings=settings,
            rows=len(rows),
            without_gold=len(rows) - own_sources - len(looked_up),
            with_own_sources=own_sources,
            not_in_index=len(looked_up) - len(searchable),
            unknown_spans=unknown,
            created_at=ctx.clock.now(),
            created_by=ctx.actor.name,
        )
        return EvaluationPlan(
            info=planned,
            index=info,
            examples=tuple(question.example for question in searchable),
            to_build=tuple(cut for cut in cuts if cut != info.settings),
            cost_usd=cost_at_most(ctx, info, settings, [search_text(q.example.inputs) for q in searchable]),
        )

    def start(self, plan: EvaluationPlan) -> EvaluationJob:
        """Carry a plan out in the background. Raises InputError when no row names a source of the index."""
        ctx = self.context
        ctx.require("engineer", "evaluate an index")
        if not plan.examples:
            raise InputError(
                f"No row of {plan.info.dataset}@{plan.info.dataset_version} names a source that {plan.index.name!r} has.",
                hint=NO_GOLD,
            )

        def change(session: Session) -> None:
            evaluations.add(session, plan.info)
            ctx.record(
                session,
                "retrieval evaluated",
                plan.info.index,
                evaluation=plan.info.id,
                dataset=f"{plan.info.dataset}@{plan.info.dataset_version}",
                settings=len(plan.info.settings),
            )

        ctx.write(change)
        return self.resume(plan.info.id)

    def carry_out(self, plan: EvaluationPlan, *, on_progress: Callable[[float, str], None] | None = None) -> Evaluation:
        """As `start`, waiting for the end. An interrupt stops it and goes on; what was measured is kept."""
        return self.start(plan).watch(on_progress)

    def empty(self, plan: EvaluationPlan) -> Evaluation:
        """A plan as an evaluation of which nothing was measured."""
        return Evaluation(plan.info, (), {example.id: example for example in plan.examples}, "unfinished")

    def resume(self, evaluation: str) -> EvaluationJob:
        """Measure what has no result yet, in the background."""
        ctx = self.context
        ctx.require("engineer", "evaluate an index")

        def query(session: Session) -> tuple[EvaluationInfo, IndexInfo, tuple[Example, ...], frozenset[Way]]:
            info = evaluations.get(session, evaluation)
            index = replace(indexes.by_fingerprint(session, info.fingerprint), name=info.index)
            rows = datasets.examples(session, info.dataset, info.dataset_version)
            return info, index, rows, evaluations.finished(session, evaluation)

        info, index, rows, known = ctx.read(query)
        questions = tuple(question for question in _look_up(ctx, info.fingerprint, rows) if question.gold.spans)
        work = Work(info, index, questions, [way for way in info.ways if way not in known])
        job = EvaluationJob(ctx, work, lambda: self.get(evaluation))
        return under_way.start(str(ctx.root), job.id, job)

    def find(self, evaluation: str) -> EvaluationJob | None:
        """This process's job of an evaluation, ended or not."""
        return under_way.find(str(self.context.root), evaluation)

    def cancel(self, evaluation: str) -> None:
        """Stop an evaluation that goes on in this process. Raises NotFoundError when none does."""
        self.context.require("engineer", "stop an evaluation")
        job = self.find(evaluation)
        if job is None or job.done:
            raise NotFoundError("evaluation under way here", evaluation)
        job.cancel()

    def list(self, index: str | None = None) -> Sequence[Listed]:
        """All evaluations, or those of one index, newest first."""
        found = self.context.read(lambda s: evaluations.listed(s, index))
        return [
            Listed(info, self._state(info, len(known)), sum(setting.way in known for setting in info.settings))
            for info, known in found
        ]

    def get(self, evaluation: str) -> Evaluation:
        """An evaluation, as far as it is stored. Raises NotFoundError."""

        def query(session: Session) -> Evaluation:
            info = evaluations.get(session, evaluation)
            rows = datasets.examples(session, info.dataset, info.dataset_version)
            results = evaluations.results(session, evaluation)
            return Evaluation(info, results, {row.id: row for row in rows}, self._state(info, len(results)))

        place = (str(self.context.root), evaluation)
        complete = _complete.get(place)
        if complete is None:
            complete = self.context.read(query)
            if complete.state == "done":
                _complete[place] = complete
                while len(_complete) > COMPLETE_KEPT:
                    _complete.pop(next(iter(_complete)), None)
        return complete

    def texts(self, evaluation: Evaluation, question: QuestionResult) -> Sequence[str]:
        """The texts of the chunks that a question found in front."""
        stored = self.context.read(lambda s: indexes.documents(s, evaluation.info.fingerprint))
        documents = {document.name: document.text for document in stored}
        return [documents[chunk.document][chunk.start : chunk.end] for chunk in question.front]

    def has_other_documents(self, info: EvaluationInfo) -> bool:
        """Whether the index was built from other documents since it was measured, so that figures may be outdated."""

        def query(session: Session) -> bool:
            now = indexes.get(session, info.index).fingerprint
            if now == info.fingerprint:
                return False
            measured, present = (
                sorted((name, text_hash) for name, text_hash, _ in indexes.document_hashes(session, fingerprint))
                for fingerprint in (info.fingerprint, now)
            )
            return measured != present

        return self.context.read(query)

    def start_adopting(self, evaluation: str, setting: str, *, name: str | None = None) -> Building:
        """Carry out `adopt` in the background, as a build that `Indexes.building` finds by the name of the index."""
        ctx = self.context
        ctx.require("engineer", "use a setting")
        wanted = name or ctx.read(lambda s: evaluations.get(s, evaluation)).index

        def build(report: OnProgress, stop: threading.Event) -> IndexInfo:
            return self.adopt(evaluation, setting, name=wanted, on_progress=report, stop=stop).index

        return Indexes(ctx).start_building(wanted, build)

    def adopt(
        self,
        evaluation: str,
        setting: str,
        *,
        name: str | None = None,
        on_progress: OnProgress | None = None,
        stop: threading.Event | None = None,
    ) -> Adopted:
        """Make a setting's chunking and embedder the newest index of a name, that of the evaluated index by default.

        The documents are those that the evaluated index has now, also where it was built again since it was measured.
        `setting` is its label. What is returned belongs into a prompt version, for instance by `draft`. Once `stop` is
        set, CancelledError ends it, and what was embedded is kept.
        """
        ctx = self.context
        ctx.require("engineer", "use a setting")
        info = ctx.read(lambda s: evaluations.get(s, evaluation))
        chosen = setting_of(info, setting)
        built = Indexes(ctx)
        base = ctx.read(lambda s: indexes.get(s, info.index))
        index = built.build_from(
            name or info.index,
            ctx.read(lambda s: indexes.documents(s, base.fingerprint)),
            chosen.way.index,
            sources=base.sources,
            skipped=base.skipped,
            reading=base.reading,
            on_progress=on_progress,
            stop=stop,
        )
        detail = {"evaluation": evaluation, "setting": chosen.label, "fingerprint": index.fingerprint}
        ctx.write(lambda s: ctx.record(s, "setting adopted", index.name, **detail))
        return Adopted(index, chosen.retrieval(index.name))

    def draft(self, prompt: str, retrieval: RetrievalSettings) -> Draft:
        """A draft of a prompt version (`NAME@N`) that retrieves in this way, kept for the actor.

        A draft of that version that the actor has already is gone on with; the filter stays as it was. Raises
        InputError when the actor has a draft of another version of the prompt.
        """
        prompts = Prompts(self.context)
        version = prompts.get(prompt)
        present = prompts.draft(version.name)
        if present is not None and present.base != version.number:
            raise InputError(
                f"You have an unsaved draft of {version.name!r} that began as another version.",
                hint="Save or discard it first.",
            )
        said = f"Retrieves in a measured way: {retrieval.search}, k={retrieval.k}, index {retrieval.index}"
        fields = replace(fields_of(version), changelog=said) if present is None else fields_from(present.fields)
        changed = replace(
            fields,
            index=retrieval.index,
            k=retrieval.k,
            search=retrieval.search,
            min_score=retrieval.min_score,
            rerank=retrieval.rerank or "",
        )
        return prompts.keep_draft(version.name, changed.kept(), base=version.number)

    def _state(self, info: EvaluationInfo, results: int) -> State:
        if results >= len(info.ways):
            return "done"
        job = self.find(info.id)
        return "unfinished" if job is None or job.done else "running"


def _given(session: Session, index: str, dataset: str) -> tuple[IndexInfo, DatasetVersion, tuple[Example, ...]]:
    info = indexes.get(session, index)
    version = datasets.get(session, *parse_reference(dataset))
    return info, version, datasets.examples(session, version.name, version.number)


def _look_up(context: Context, fingerprint: str, rows: Sequence[Example]) -> list[Question]:
    """The rows that name sources and bring none, with the places that those have in the index."""
    naming = [row for row in rows if row.relevant and row.context is None]
    found = gold_in(context, fingerprint, naming)
    if found is None:
        raise NotFoundError("index with the fingerprint", fingerprint)
    return [Question(row, found[row.id]) for row in naming]
