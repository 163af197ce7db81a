"""Indexes over `chroma/minilm`, with a tiny real model in its place."""

from __future__ import annotations

import hashlib
import shutil
import threading

import pytest

from tests.support.projects import open_project
from tests.support.tiny_minilm import archive_bytes, write_archive
from workbench.domain.index import IndexSettings
from workbench.domain.prompt import RetrievalSettings
from workbench.errors import CancelledError, InputError, UnavailableError
from workbench.retrieval import minilm
from workbench.workspace.knowledge import local_embedder

SETTINGS = IndexSettings(embedder="chroma/minilm")
DENSE = RetrievalSettings("library", k=1, search="dense")


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(minilm, "SHA256", hashlib.sha256(archive_bytes()).hexdigest())
    write_archive(tmp_path / "models")
    return tmp_path / "models"


@pytest.fixture
def wb(project, place):
    (project / "documents").mkdir()
    for name in ("books", "films", "rooms"):
        (project / "documents" / f"{name}.md").write_text(f"{name}")
    with open_project(project, environ={minilm.VARIABLE: str(place)}) as opened:
        yield opened


def build(wb, **fields):
    return wb.indexes.build("library", [wb.root / "documents"], SETTINGS, **fields)


def test_it_finds_what_means_nearly_the_same(wb):
    info = build(wb)

    assert wb.indexes.query("library", "novels", DENSE)[0].chunk.document == "books.md"
    assert info.embedder_version == f"chroma/minilm {minilm.version()}"


def test_it_costs_nothing_and_is_listed_as_ready(wb):
    build(wb)

    assert wb.spending.month().spent.usd == 0
    [found] = [one for one in wb.indexes.embedders() if one.name == "chroma/minilm"]
    assert (found.ready, found.download, found.price.input_per_million) == (True, None, 0)


def test_vectors_are_kept_so_that_an_index_is_built_again_without_the_file(wb, place):
    info = build(wb)
    wb.indexes.query("library", "novels", DENSE)
    shutil.rmtree(place)
    shutil.rmtree(wb.context.index_root)

    assert wb.indexes.open(info).fingerprint == info.fingerprint
    assert wb.indexes.query("library", "novels", DENSE)[0].chunk.document == "books.md"
    with open_project(wb.root, environ={minilm.VARIABLE: str(place.parent / "nowhere")}) as elsewhere:
        with pytest.raises(UnavailableError, match="fetch-embedder"):
            elsewhere.indexes.query("library", "another question", DENSE)
        assert elsewhere.indexes.query("library", "rooms", RetrievalSettings("library", search="bm25"))


def test_without_its_file_nothing_is_built_and_nothing_fetched(wb, place):
    shutil.rmtree(place)

    with pytest.raises(UnavailableError, match="needs a file"):
        build(wb)
    assert not place.exists()
    assert wb.indexes.list() == []


def test_its_folder_can_be_configured(wb, place, tmp_path):
    shutil.move(place, tmp_path / "elsewhere")
    with (wb.root / "workbench.toml").open("a") as file:
        file.write(f'\n[embedders.near]\nmodel = "chroma/minilm"\nparameters = {{ folder = "{tmp_path}/elsewhere" }}\n')
    changed = wb.with_settings_of_now()

    changed.indexes.build("library", [wb.root / "documents"], IndexSettings(embedder="near"))
    assert changed.indexes.query("library", "novels", DENSE)[0].chunk.document == "books.md"
    assert {one.name: one.ready for one in changed.indexes.embedders()} == {
        "offline/lexical": True,
        "chroma/minilm": False,
        "near": True,
    }


@pytest.mark.parametrize("parameters", ["{ dimensions = 3 }", "{ folder = 3 }"])
def test_parameters_that_it_does_not_take_are_named(wb, parameters):
    with (wb.root / "workbench.toml").open("a") as file:
        file.write(f'\n[embedders.near]\nmodel = "chroma/minilm"\nparameters = {parameters}\n')
    changed = wb.with_settings_of_now()

    with pytest.raises(InputError, match="takes only 'folder'"):
        changed.indexes.build("library", [wb.root / "documents"], IndexSettings(embedder="near"))
    [listed] = [one for one in changed.indexes.embedders() if one.name == "near"]
    assert not listed.ready
    assert "takes only 'folder'" in listed.note


def test_a_cancelled_build_keeps_what_was_embedded(wb, monkeypatch):
    monkeypatch.setattr(local_embedder, "_BATCH", 1)
    stop = threading.Event()

    def cancel_after_the_first(done, _total):
        if done:
            stop.set()

    with pytest.raises(CancelledError):
        build(wb, on_progress=cancel_after_the_first, stop=stop)
    assert wb.context.read(lambda s: s.row("SELECT count(*) FROM embeddings")) == (1,)
    assert wb.indexes.list() == []
    assert build(wb).chunks == 3
