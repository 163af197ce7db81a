"""Evaluating retrieval: a grid of settings measured on golden rows that name their sources."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace

import pytest
from filelock import FileLock

from tests.support.library import fill_library
from tests.support.projects import make_project, open_project
from workbench.domain.actor import Actor
from workbench.domain.dataset import Example
from workbench.domain.index import IndexSettings
from workbench.domain.prompt import RetrievalSettings
from workbench.errors import CancelledError, InputError, NotAllowedError, UnavailableError
from workbench.hashing import short
from workbench.retrieval.retriever import ChromaRetriever
from workbench.workspace.evaluations import evaluating
from workbench.workspace.evaluations.plan import Grid
from workbench.workspace.prompts.drafting import fields_from, fields_of, file_from

WAIT_S = 60


@pytest.fixture(scope="module")
def library_once(tmp_path_factory):
    with open_project(make_project(tmp_path_factory.mktemp("library") / "project")) as opened:
        fill_library(opened)
        opened.context.store.checkpoint()
        return opened.root


@pytest.fixture
def library(library_once, tmp_path):
    """A project with the index `library` and the golden set `golden`."""
    shutil.copytree(library_once, tmp_path / "library")
    with open_project(tmp_path / "library") as opened:
        yield opened


def _evaluated(wb, **grid):
    return wb.evaluations.carry_out(wb.evaluations.plan("library", "golden", Grid(**grid)))


def test_a_grid_is_measured_in_full_and_found_again(library):
    evaluation = _evaluated(library, sizes=(200, 40), overlaps=(10,), searches=("hybrid", "bm25"), ks=(1, 3))

    assert evaluation.state == "done"
    assert len(evaluation.figures) == len(evaluation.info.settings)
    assert library.evaluations.get(evaluation.info.id).figures == evaluation.figures
    (listed,) = library.evaluations.list("library")
    assert (listed.info, listed.state, listed.finished) == (evaluation.info, "done", len(evaluation.figures))


def test_the_baseline_is_the_index_as_it_is(library):
    plan = library.evaluations.plan("library", "golden", Grid(sizes=(40,), overlaps=(5,), searches=("bm25",), ks=(2,)))

    assert plan.settings[0].way.index == library.indexes.get("library").settings
    assert [setting.k for setting in plan.settings] == [2, 2]
    assert plan.to_build == (IndexSettings(chunk_size=40, chunk_overlap=5),)


def test_settings_are_measured_as_runs_would_search(library):
    evaluation = _evaluated(library, searches=("bm25", "dense"), ks=(1, 2, 4))

    for setting in evaluation.settings:
        for question in evaluation.questions(setting.label):
            found = library.indexes.query("library", question.question, setting.retrieval("library"))
            assert [(hit.chunk.start, hit.chunk.document) for hit in found] == [
                (chunk.start, chunk.document) for chunk in question.front
            ]
            assert list(library.evaluations.texts(evaluation, question)) == [hit.chunk.text for hit in found]


def test_rows_without_gold_are_counted_and_left_out(library):
    plan = library.evaluations.plan("library", "golden")

    info = plan.info
    assert (info.rows, info.without_gold, info.with_own_sources, info.not_in_index, info.asked) == (9, 1, 1, 1, 6)
    assert [example.id for example in plan.examples] == ["q-1", "q-2", "q-3", "q-4", "q-5", "q-6"]
    assert info.unknown_spans == (("q-8", "hours.md (no document of the index has that name)"),)
    assert len(plan.notes) == 4


def test_every_question_says_what_was_found_and_where_the_missed_stood(library):
    evaluation = _evaluated(library, searches=("bm25",), ks=(1, 4))
    narrow, wide = (evaluation.questions(setting.label) for setting in evaluation.settings)

    both = next(question for question in narrow if question.example_id == "q-5")
    assert (len(both.found), len(both.missed)) == (1, 1)
    stood = both.missed[0].rank
    assert stood is not None
    assert stood > 1
    assert next(question for question in wide if question.example_id == "q-5").missed == []
    assert [question.scores["recall"] for question in narrow] == sorted(q.scores["recall"] for q in narrow)


def test_a_source_that_no_search_reaches_has_no_rank(wb):
    folder = wb.root / "documents"
    folder.mkdir()
    (folder / "loans.md").write_text("# Loans\n\nBooks are lent.\n")
    (folder / "chess.md").write_text("# Chess\n\nPawns go forward.\n")
    wb.build_index("library", folder)
    wb.add_dataset([Example("q-1", {"question": "books"}, relevant=("chess.md",))], name="golden")

    (question,) = _evaluated(wb, searches=("bm25",)).questions("headings 200/30 · offline/lexical · bm25 · k=4")
    assert [(gold.span, gold.rank) for gold in question.missed] == [("chess.md", None)]


def test_figures_have_intervals_and_settings_are_compared_with_the_baseline(library):
    evaluation = _evaluated(library, searches=("bm25",), ks=(4, 1))
    all_four, one = evaluation.figures

    recall = all_four.metrics["recall"]
    assert (recall.mean, recall.n) == (1.0, 6)
    assert recall.low is not None
    assert recall.low < 1.0 == recall.high
    assert all_four.verdict == "baseline"
    assert one.pairs["recall"].difference == pytest.approx(-1 / 12)
    assert one.verdict.startswith("cannot tell yet")
    assert evaluation.against_baseline("recall") == {one.setting: one.pairs["recall"]}
    assert evaluation.against_baseline("precision")[one.setting].difference > 0


def test_examples_of_one_cluster_do_not_count_as_independent(wb):
    folder = wb.root / "documents"
    folder.mkdir()
    for n in range(12):
        (folder / f"{n}.md").write_text(f"# Item {n}\n\nThing{n} is kept in room{n}.\n")
    wb.build_index("library", folder)
    # Every other cluster names a source that its words do not find first.
    rows = [
        Example(
            f"q-{n}-{copy}",
            {"question": f"thing{n}"},
            relevant=(f"{n}.md" if n % 2 else f"{n + 1}.md",),
            cluster=f"c{n}",
        )
        for n in range(12)
        for copy in range(4)
    ]
    wb.add_dataset(rows, name="golden")
    wb.add_dataset([replace(row, cluster=None) for row in rows], name="alone")

    together = _evaluated(wb, searches=("bm25",), ks=(1,)).figures[0].metrics["recall"]
    plan = wb.evaluations.plan("library", "alone", Grid(searches=("bm25",), ks=(1,)))
    alone = wb.evaluations.carry_out(plan).figures[0].metrics["recall"]

    assert together.mean == alone.mean == 0.5
    assert together.high - together.low > 1.5 * (alone.high - alone.low)


def test_trying_settings_leaves_the_index_as_it_is(library):
    before = library.indexes.list()
    _evaluated(library, sizes=(20,), overlaps=(5,))

    assert library.indexes.list() == before
    assert library.indexes.versions("library") == before


def test_indexes_left_behind_can_be_deleted_and_what_is_used_stays(library):
    evaluation = _evaluated(library, sizes=(20,), overlaps=(5,))
    fingerprints = {result.fingerprint for result in evaluation.results}
    assert len(fingerprints) == 2

    removed = library.indexes.prune()

    used = library.indexes.get("library").fingerprint
    assert set(removed) == {short(fingerprint) for fingerprint in fingerprints - {used}}
    assert library.indexes.query("library", "books")
    assert library.indexes.prune() == []
    again = library.evaluations.get(evaluation.info.id)
    label = again.settings[-1].label
    assert all(library.evaluations.texts(again, question) for question in again.questions(label))


def test_the_best_becomes_the_newest_index_of_a_name_and_a_draft(library):
    evaluation = _evaluated(library, sizes=(20,), overlaps=(5,), searches=("bm25",), ks=(2,))
    chosen = evaluation.settings[1]
    library.indexes.prune()

    adopted = library.evaluations.adopt(evaluation.info.id, chosen.label, name="better")

    assert library.indexes.get("better").settings == chosen.way.index
    assert library.indexes.get("better").fingerprint == evaluation.results[1].fingerprint
    assert adopted.retrieval == RetrievalSettings("better", 2, "bm25")
    assert library.audit.list()[-1].action == "setting adopted"
    assert library.audit.verify() == []
    library.prompts.add(library.root / "plain.prompt.yaml")
    draft = library.evaluations.draft("answer@1", adopted.retrieval)
    file = file_from("answer", fields_from(draft.fields))
    assert (file.content.retrieval, draft.base) == (adopted.retrieval, 1)


def test_adopting_goes_on_in_the_background_and_stopped_puts_nothing_in_place(library):
    evaluation = _evaluated(library, sizes=(20,), overlaps=(5,))
    label = evaluation.settings[1].label
    library.indexes.prune()
    with FileLock(library.root / ".workbench" / "index" / "build.lock"):
        stopped = library.evaluations.start_adopting(evaluation.info.id, label, name="better")
        assert library.indexes.building("better") is stopped
        stopped.cancel()
    with pytest.raises(CancelledError):
        stopped.wait(WAIT_S)
    assert "better" not in {info.name for info in library.indexes.list()}

    ready = library.evaluations.start_adopting(evaluation.info.id, label, name="better").wait(WAIT_S)

    assert library.indexes.get("better").fingerprint == ready.fingerprint
    assert library.audit.list()[-1].action == "setting adopted"


@pytest.mark.parametrize("name", ["library", "better"])
def test_a_setting_is_adopted_for_the_documents_as_they_are_now(library, name):
    evaluation = _evaluated(library, sizes=(20,), overlaps=(5,))
    assert not library.evaluations.has_other_documents(evaluation.info)
    (library.root / "documents" / "loans.md").write_text("# Loans\n\nBooks are lent for 35 days.\n", encoding="utf-8")
    library.build_index("library", library.root / "documents")
    assert library.evaluations.has_other_documents(evaluation.info)

    library.evaluations.adopt(evaluation.info.id, evaluation.settings[1].label, name=name)

    found = library.indexes.query(name, "How many days are books lent?")
    assert library.indexes.get(name).settings == evaluation.settings[1].way.index
    assert "35 days" in " ".join(hit.chunk.text for hit in found)


def test_adopting_a_setting_does_not_make_what_was_measured_look_outdated(library):
    evaluation = _evaluated(library, sizes=(20,), overlaps=(5,))

    library.evaluations.adopt(evaluation.info.id, evaluation.settings[1].label)

    assert library.indexes.get("library").fingerprint != evaluation.info.fingerprint
    assert not library.evaluations.has_other_documents(evaluation.info)


def test_a_draft_that_is_there_is_gone_on_with_and_never_lost(library):
    for name in ("plain", "careful"):
        library.prompts.add(library.root / f"{name}.prompt.yaml")
    fields = replace(
        fields_of(library.prompts.get("answer@2")), refusal="No.", index="old", filter='{"document": "a*"}'
    )
    library.prompts.keep_draft("answer", fields.kept(), base=2)

    draft = library.evaluations.draft("answer@2", RetrievalSettings("library", 7, "dense"))

    now = fields_from(draft.fields)
    assert (now.refusal, now.filter, now.index, now.k) == ("No.", '{"document": "a*"}', "library", 7)
    with pytest.raises(InputError, match="unsaved draft"):
        library.evaluations.draft("answer@1", RetrievalSettings("library", 7, "dense"))
    assert fields_from(library.prompts.draft("answer").fields) == now


@pytest.mark.parametrize(
    "grid",
    [
        Grid(sizes=(20, 200)),
        Grid(overlaps=(300,)),
        Grid(ks=(0,)),
        Grid(ks=(101,)),
        Grid(ks=()),
        Grid(searches=("magic",)),
        Grid(chunkers=("magic",)),
        Grid(embedders=("offline/magic",)),
        Grid(sizes=tuple(range(50, 200)), overlaps=(5,)),
    ],
)
def test_settings_that_cannot_be_are_refused_before_anything_is_stored(library, grid):
    with pytest.raises((InputError, UnavailableError)):
        library.evaluations.plan("library", "golden", grid)
    assert library.evaluations.list() == []


def test_a_golden_set_without_gold_cannot_be_measured(library):
    library.datasets.add(library.root / "golden.jsonl", name="no-gold")
    plan = library.evaluations.plan("library", "no-gold")

    assert (plan.examples, plan.info.without_gold) == ((), 6)
    with pytest.raises(InputError, match="relevant"):
        library.evaluations.start(plan)
    assert library.evaluations.list() == []


def test_only_engineers_evaluate_and_adopt(library):
    evaluation = _evaluated(library)
    chris = library.acting_as(Actor("chris", frozenset({"reviewer"})))

    with pytest.raises(NotAllowedError):
        chris.evaluations.plan("library", "golden")
    with pytest.raises(NotAllowedError):
        chris.evaluations.adopt(evaluation.info.id, evaluation.baseline.label)
    with pytest.raises(NotAllowedError):
        chris.indexes.prune()
    assert chris.evaluations.get(evaluation.info.id).figures == evaluation.figures


def test_a_stopped_evaluation_keeps_what_was_measured_and_goes_on_later(library, monkeypatch):
    plan = library.evaluations.plan("library", "golden", Grid(searches=("hybrid", "dense", "bm25")))
    stopped = threading.Event()

    def stop_after_the_first(retriever, query, settings):
        if settings.search == "dense":
            library.evaluations.cancel(plan.info.id)
            stopped.set()
        return retrieve(retriever, query, settings)

    retrieve = ChromaRetriever.retrieve
    monkeypatch.setattr(ChromaRetriever, "retrieve", stop_after_the_first)
    evaluation = library.evaluations.start(plan).wait(WAIT_S)

    assert stopped.is_set()
    assert (evaluation.state, len(evaluation.figures)) == ("unfinished", 1)
    monkeypatch.undo()
    resumed = library.evaluations.resume(plan.info.id).wait(WAIT_S)
    assert (resumed.state, len(resumed.figures)) == ("done", 3)
    assert resumed.results[0] == evaluation.results[0]


def test_evaluations_end_with_the_process_and_can_go_on_in_the_next(library, monkeypatch):
    plan = library.evaluations.plan("library", "golden", Grid(searches=("dense", "bm25")))
    retrieve = ChromaRetriever.retrieve

    def shut_down_on_the_way(retriever, query, settings):
        if settings.search == "bm25":
            evaluating.shut_down()
        return retrieve(retriever, query, settings)

    monkeypatch.setattr(ChromaRetriever, "retrieve", shut_down_on_the_way)
    evaluation = library.evaluations.start(plan).wait(WAIT_S)

    assert (evaluation.state, library.evaluations.find(plan.info.id)) == ("unfinished", None)
    monkeypatch.undo()
    assert library.evaluations.resume(plan.info.id).wait(WAIT_S).state == "done"


def test_what_breaks_an_evaluation_off_is_told_to_whoever_waits(library, monkeypatch):
    def break_off(*_):
        raise UnavailableError("The reranker is not there.")

    monkeypatch.setattr(ChromaRetriever, "retrieve", break_off)
    job = library.evaluations.start(library.evaluations.plan("library", "golden"))

    with pytest.raises(UnavailableError, match="reranker"):
        job.wait(WAIT_S)
    assert library.evaluations.get(job.id).state == "unfinished"


def test_progress_goes_from_nothing_to_all(library):
    told = []
    plan = library.evaluations.plan("library", "golden", Grid(sizes=(200, 40), overlaps=(5,), ks=(1, 2)))
    library.evaluations.carry_out(plan, on_progress=lambda share, doing: told.append((share, doing)))

    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert library.evaluations.find(plan.info.id).share == 1.0
    assert all(doing for _, doing in told)


KILLED = """
from workbench.retrieval.retriever import ChromaRetriever
from workbench.workspace.evaluations.plan import Grid

retrieve, first = ChromaRetriever.retrieve, threading.Lock()
def slowly(retriever, query, settings):
    if settings.search == "bm25":
        if first.acquire(blocking=False):
            say("second way")
        threading.Event().wait()
    return retrieve(retriever, query, settings)

ChromaRetriever.retrieve = slowly
with open_project(directory) as wb:
    plan = wb.evaluations.plan("library", "golden", Grid(searches=("dense", "bm25")))
    wb.evaluations.carry_out(plan)
"""


def test_a_killed_process_loses_only_the_way_it_was_about(library, process):
    library.close()
    killed = process(KILLED, library.root)
    assert killed.says() == "second way"
    killed.kill()

    (listed,) = library.evaluations.list()
    assert (listed.state, listed.finished) == ("unfinished", 1)
    resumed = library.evaluations.resume(listed.info.id).wait(WAIT_S)
    assert (resumed.state, len(resumed.figures)) == ("done", 2)


def test_a_notebook_shows_every_setting_and_no_markup_of_names(library):
    evaluation = _evaluated(library, ks=(1, 2))
    hostile = replace(evaluation, info=replace(evaluation.info, unknown_spans=(("q-1", "<script>"),)))

    html = hostile._repr_html_()

    assert all(setting.label in html for setting in evaluation.settings)
    assert "<script>" not in html
    assert evaluation.best_words in repr(evaluation)
    assert len(evaluation.frame()) == 12


def test_a_source_too_large_for_k_chunks_is_told_apart_from_a_poor_search(wb):
    folder = wb.root / "documents"
    folder.mkdir()
    words = " ".join(f"Rule {n} says what is owed on day {n}." for n in range(60))
    (folder / "long.md").write_text(f"# Rules\n\n{words}\n")
    (folder / "short.md").write_text("# Rooms\n\nRooms are booked at the desk.\n")
    wb.build_index("library", folder, settings=IndexSettings(chunk_size=100, chunk_overlap=0))
    rows = [
        Example("q-1", {"question": "rules day"}, relevant=("long.md",)),
        Example("q-2", {"question": "rooms"}, relevant=("short.md",)),
    ]
    wb.add_dataset(rows, name="golden")

    evaluation = _evaluated(wb, searches=("bm25",), ks=(1, 5))

    assert [figures.out_of_reach for figures in evaluation.figures] == [1, 0]
    (missed,) = evaluation.questions(evaluation.baseline.label)[0].missed
    assert 1 < missed.fewest <= missed.rank <= 5
    assert evaluation.missed_words(missed, 1) == f"stood at rank {missed.rank}; too large for 1 of these chunks"
    assert any("1 source is too large" in note for note in evaluation.notes)
