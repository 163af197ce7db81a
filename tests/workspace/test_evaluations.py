"""Evaluating retrieval: a grid of settings measured on golden rows that name their sources."""

from __future__ import annotations

import pytest

from tests.support.projects import jsonl
from workbench.domain.index import IndexSettings
from workbench.workspace.evaluation_plan import Grid

WAIT_S = 60

DOCUMENTS = {
    "loans.md": "# Loans\n\n## Books\n\nBooks are lent for 21 days.\n\n## Films\n\nFilms are lent for 7 days.\n",
    "rooms.md": "# Rooms\n\nReading rooms are booked at the desk.\n",
    "fees.md": "# Fees\n\n## Late\n\nA late book costs 20 cents a day.\n\n## Lost\n\nA lost book is paid in full.\n",
    "cards.md": "# Cards\n\nA card is free for children and valid for two years.\n",
}
ROWS = [
    {"id": "q-1", "inputs": {"question": "How long are books lent?"}, "relevant": ["loans.md#books"]},
    {"id": "q-2", "inputs": {"question": "How long are films lent?"}, "relevant": ["loans.md#films"]},
    {"id": "q-3", "inputs": {"question": "Where are reading rooms booked?"}, "relevant": ["rooms.md"]},
    {"id": "q-4", "inputs": {"question": "What does a late book cost?"}, "relevant": ["fees.md#late"]},
    {"id": "q-5", "inputs": {"question": "What if a book is lost?"}, "relevant": ["fees.md#lost", "fees.md#late"]},
    {"id": "q-6", "inputs": {"question": "Is a card free?"}, "relevant": ["cards.md"]},
    {"id": "q-7", "inputs": {"question": "Who is the director?"}, "expect": "refuse"},
    {"id": "q-8", "inputs": {"question": "When is it open?"}, "relevant": ["hours.md"]},
    {"id": "q-9", "inputs": {"question": "Is it warm?"}, "relevant": ["rooms.md"], "context": ["It is warm."]},
]


@pytest.fixture
def library(wb):
    """A project with an index `library` and a golden set `golden`."""
    folder = wb.root / "documents"
    folder.mkdir()
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    wb.build_index("library", folder)
    (wb.root / "retrieval.jsonl").write_text(jsonl(ROWS))
    wb.datasets.add(wb.root / "retrieval.jsonl", name="golden")
    return wb


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
