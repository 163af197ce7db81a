"""Evaluations being carried out in the background, so that a page only looks on and a closed browser changes nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from workbench.domain.evaluation import EvaluationInfo, QuestionRanking, Way, WayResult
from workbench.domain.index import IndexInfo, IndexSettings
from workbench.domain.protocols import Retriever
from workbench.errors import CancelledError
from workbench.store import evaluations, indexes
from workbench.workspace.context import Context
from workbench.workspace.evaluations.asking_questions import Depths, Fewest, Question, ask_all, fewest_chunks
from workbench.workspace.evaluations.evaluation import Evaluation
from workbench.workspace.evaluations.plan import DEPTH
from workbench.workspace.job_book import JobBook
from workbench.workspace.knowledge.indexes import Indexes

POLL_S = 0.2
INTERRUPT_S = 30.0
"""How long an interrupted caller waits for what was measured to be stored."""


@dataclass(frozen=True)
class Work:
    """What is left to be measured of an evaluation."""

    info: EvaluationInfo
    index: IndexInfo
    questions: tuple[Question, ...]
    ways: Sequence[Way]
    """Those that have no result yet."""


class EvaluationJob:
    """One evaluation, in a thread of its own. What is complete is stored at once."""

    def __init__(self, context: Context, work: Work, read: Callable[[], Evaluation]) -> None:
        """`read` gives the evaluation as it is stored."""
        self.id = work.info.id
        self._context = context
        self._work = work
        self._read = read
        self._stop = threading.Event()
        self._result: Future[None] = Future()
        self._by_index: dict[IndexSettings, list[Way]] = {}
        for way in work.ways:
            self._by_index.setdefault(way.index, []).append(way)
        self._share = 0.0
        self._doing = "Starting"

    @property
    def share(self) -> float:
        """How much of it is done, from 0 to 1. Cheap; from any thread."""
        return self._share

    @property
    def doing(self) -> str:
        """What it is about, in words."""
        return self._doing

    @property
    def done(self) -> bool:
        """Whether it has ended, well or not."""
        return self._result.done()

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop and has not ended yet."""
        return self._stop.is_set() and not self.done

    def cancel(self) -> None:
        """Stop soon, keeping what was measured. Returns at once; `wait` for the end."""
        self._stop.set()

    def wait(self, timeout_s: float | None = None) -> Evaluation:
        """The evaluation, as far as it came when it was stopped. Raises what broke it off; TimeoutError when it takes longer."""
        with suppress(CancelledError):
            self._result.result(timeout_s)
        return self._read()

    def watch(self, on_progress: Callable[[float, str], None] | None) -> Evaluation:
        """Wait for the end, telling how much is done and what is being done. An interrupt stops it and goes on."""
        try:
            while True:
                if on_progress is not None:
                    on_progress(self.share, self.doing)
                try:
                    return self.wait(POLL_S)
                except TimeoutError:
                    if self.done:
                        raise
        except KeyboardInterrupt:
            self.cancel()
            with suppress(TimeoutError):
                self.wait(INTERRUPT_S)
            raise

    def start(self) -> None:
        """Begin. Called once."""
        threading.Thread(target=self._carry_out, name=f"workbench-evaluate-{self.id}", daemon=True).start()

    def _carry_out(self) -> None:
        try:
            for place, (settings, ways) in enumerate(self._by_index.items()):
                self._measure(settings, ways, place)
        except BaseException as error:  # noqa: BLE001 (handed to whoever waits)
            self._result.set_exception(error)
        else:
            self._share = 1.0
            self._result.set_result(None)

    def _measure(self, settings: IndexSettings, ways: Sequence[Way], place: int) -> None:
        """Everything about one chunking and embedding: the index, then one way of searching it after the other."""
        first, width = place / len(self._by_index), 1 / len(self._by_index)
        parts = len(ways) + 1  # a build counts like a search of all questions

        def report(part: int, done: int, total: int) -> None:
            self._share = first + width * (part + done / max(total, 1)) / parts

        self._doing = f"Cutting and embedding: {Way(settings).label.rpartition(' · ')[0]}"
        index = self._index(settings, partial(report, 0))
        retriever = Indexes(self._context).open(index)
        fewest = self._fewest(settings)
        for part, way in enumerate(ways, start=1):
            self._doing = f"Asking {len(self._work.questions):,} questions: {way.label}"
            rankings = self._ask(way, retriever, fewest, partial(report, part))
            self._store(WayResult(way, index.fingerprint, index.chunks, DEPTH, rankings))
        if index.fingerprint not in self._context.read_patiently(indexes.in_use):
            Indexes(self._context).let_go(index)

    def _ask(
        self, way: Way, retriever: Retriever, fewest: Fewest, report: Callable[[int, int], None]
    ) -> tuple[QuestionRanking, ...]:
        questions = self._work.questions
        depths = Depths(tuple(setting.k for setting in self._work.info.settings if setting.way == way), DEPTH)
        return tuple(
            ask_all(
                retriever,
                way,
                questions,
                depths,
                fewest=fewest,
                stop=self._stop,
                on_done=lambda done: report(done, len(questions)),
            )
        )

    def _fewest(self, settings: IndexSettings) -> Fewest:
        """How many chunks of the index that these settings make each gold span takes."""
        questions, fingerprint = self._work.questions, self._work.info.fingerprint
        names = {span.document for question in questions for span in question.gold.spans}
        documents = self._context.read_patiently(lambda s: indexes.documents(s, fingerprint, names))
        built = Indexes(self._context)
        return fewest_chunks(questions, {document.name: built.cut(document, settings) for document in documents})

    def _store(self, result: WayResult) -> None:
        self._context.write_patiently(lambda s: evaluations.add_result(s, self._work.info, result))

    def _index(self, settings: IndexSettings, report: Callable[[int, int], None]) -> IndexInfo:
        if settings == self._work.index.settings:
            return self._work.index
        built, base = Indexes(self._context), self._work.index
        return built.build_apart(base, built.documents(base), settings, on_progress=report, stop=self._stop)


under_way: JobBook[EvaluationJob] = JobBook()
"""This process's evaluations, by project and id."""


def shut_down() -> None:
    """Stop what goes on. Ways that are complete are stored already; the others can be resumed."""
    under_way.shut_down()
