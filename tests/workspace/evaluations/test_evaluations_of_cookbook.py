"""An evaluation on questions made by others says what a count by hand says."""

from __future__ import annotations

from statistics import fmean

import pytest

from tests.support.projects import jsonl
from tests.support.real_data import cookbook_rows, real_data, write_cookbook_documents
from workbench.domain.prompt import RetrievalSettings
from workbench.workspace.evaluations.plan import Grid

SEARCHES = ("hybrid", "dense", "bm25")
KS = (3, 5)


@pytest.fixture
def rows():
    return cookbook_rows(real_data("cookbook-rag"))


@pytest.fixture
def cookbook(wb, rows):
    """The documentation as index `docs`, its 42 questions as golden set `questions`."""
    write_cookbook_documents(real_data("cookbook-rag"), wb.root / "docs")
    wb.build_index("docs", wb.root / "docs")
    (wb.root / "questions.jsonl").write_text(jsonl(rows), encoding="utf-8")
    wb.datasets.add(wb.root / "questions.jsonl", name="questions")
    return wb


def _filled(text, places):
    return sum(not text[at].isspace() for at in places)


def _ranks(texts, gold, hits):
    """For each gold document the first rank by which half of its characters were shown, None without one."""
    ranks = []
    for name in gold:
        whole, shown, rank = _filled(texts[name], range(len(texts[name]))), set(), None
        for hit in hits:
            if hit.chunk.document == name:
                shown |= set(range(hit.chunk.start, hit.chunk.end))
            if rank is None and 2 * _filled(texts[name], shown) >= whole:
                rank = hit.rank
        ranks.append(rank)
    return ranks


def test_every_figure_of_every_setting_is_what_counting_by_hand_gives(cookbook, rows):
    evaluation = cookbook.evaluations.carry_out(
        cookbook.evaluations.plan("docs", "questions", Grid(searches=SEARCHES, ks=KS))
    )
    texts = {document.name: document.text for document in cookbook.indexes.documents(cookbook.indexes.get("docs"))}

    assert (evaluation.info.asked, evaluation.info.unknown_spans, len(evaluation.figures)) == (42, (), 6)
    for figures in evaluation.figures:
        way, k = figures.setting.way, figures.setting.k
        recall, precision, hit_rate, mrr = [], [], [], []
        for row in rows:
            hits = cookbook.indexes.query("docs", row["inputs"]["question"], RetrievalSettings("docs", k, way.search))
            gold = set(row["relevant"])
            ranks = [rank for rank in _ranks(texts, gold, hits) if rank is not None]
            recall.append(len(ranks) / len(gold))
            precision.append(sum(hit.chunk.document in gold for hit in hits) / len(hits))
            hit_rate.append(bool(ranks))
            mrr.append(1 / min(ranks) if ranks else 0)
        counted = {"recall": recall, "precision": precision, "hit": hit_rate, "mrr": mrr}
        for name, values in counted.items():
            assert figures.metrics[name].mean == pytest.approx(fmean(values)), (figures.setting.label, name)
            assert figures.metrics[name].n == 42
