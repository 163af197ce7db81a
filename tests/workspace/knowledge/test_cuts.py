"""What settings make of documents, told before anything is built."""

import pytest

from workbench import Workbench
from workbench.domain.index import IndexSettings
from workbench.errors import InputError
from workbench.text.tokens import count
from workbench.workspace.knowledge import cuts
from workbench.workspace.projects import init


@pytest.fixture
def wb(tmp_path):
    with Workbench.open(init(tmp_path / "shop").directory) as opened:
        yield opened


@pytest.fixture
def documents(wb):
    folder = wb.root / "documents"
    folder.mkdir(exist_ok=True)
    for number in range(6):
        text = " ".join(f"Sentence {sentence} of document {number} says something." for sentence in range(50))
        (folder / f"{number}.md").write_text(f"# Part {number}\n\n{text}\n", encoding="utf-8")
    return wb.indexes.load([folder]).documents


SETTINGS = IndexSettings(chunk_size=60, chunk_overlap=10)


def test_the_chunks_told_are_those_that_are_built(wb, documents):
    told = wb.indexes.cuts(documents, SETTINGS)

    assert (told.complete, told.documents) == (True, 6)
    assert told.chunks == wb.indexes.build_from("shop", documents, SETTINGS).chunks
    assert max(told.sizes) <= 60
    assert told.tokens == sum(
        count(chunk.text) for document in documents for chunk in wb.indexes.cut(document, SETTINGS)
    )


def test_of_many_documents_the_first_stand_for_all(wb, documents, monkeypatch):
    whole = wb.indexes.cuts(documents, SETTINGS)
    monkeypatch.setattr(cuts, "MOST_CHARACTERS", 2 * len(documents[0].text) + 10)

    part = wb.indexes.cuts(documents, SETTINGS)

    assert (part.complete, part.documents, part.of) == (False, 2, 6)
    assert part.chunks == pytest.approx(whole.chunks, rel=0.1)
    assert part.tokens == pytest.approx(whole.tokens, rel=0.1)


def test_settings_that_cannot_work_are_an_error(wb, documents):
    with pytest.raises(InputError, match="overlap"):
        wb.indexes.cuts(documents, IndexSettings(chunk_size=20, chunk_overlap=20))


def test_versions_of_an_index_are_told_newest_first(wb, documents):
    first = wb.indexes.build_from("shop", documents, SETTINGS)
    second = wb.indexes.build_from("shop", documents[1:], SETTINGS)

    assert [info.fingerprint for info in wb.indexes.versions("shop")] == [second.fingerprint, first.fingerprint]
