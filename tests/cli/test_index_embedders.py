"""`workbench index embedders`, `fetch-embedder`, and builds over embedders that cost or need a file."""

from __future__ import annotations

import hashlib

import pytest

from tests.support.openai_server import OpenAIServer
from tests.support.tiny_minilm import archive_bytes, write_archive
from workbench.retrieval import minilm, minilm_download

TOML = """
[models.paid]
model = "openai/tiny"
api_base = "{api_base}"
price = {{ input_per_million = 1000.0, output_per_million = 0.0 }}

[models.unknown]
model = "openai/tiny"
api_base = "{api_base}"
"""


@pytest.fixture
def server():
    with OpenAIServer() as served:
        yield served


@pytest.fixture
def settings(project, server):
    with (project / "workbench.toml").open("a") as file:
        file.write(TOML.format(api_base=server.api_base))


@pytest.fixture
def place(monkeypatch, tmp_path):
    """Where the file of MiniLM is looked for; a tiny model stands in for it, and nothing is there yet."""
    folder = tmp_path / "models"
    monkeypatch.setenv(minilm.VARIABLE, str(folder))
    monkeypatch.setattr(minilm, "SHA256", hashlib.sha256(archive_bytes()).hexdigest())
    return folder


def test_embedders_are_listed_with_what_they_lack(workbench, place):
    listed = {one["name"]: one for one in workbench("index", "embedders", "--json").json}

    assert listed["offline/lexical"]["ready"]
    assert listed["offline/lexical"]["usd_per_million_tokens"] == 0
    assert not listed["chroma/minilm"]["ready"]
    assert listed["chroma/minilm"]["download"] == minilm.SIZE
    table = workbench("index", "embedders")
    assert "offline/lexical" in table.out
    assert table.code == 0


def test_a_build_says_what_embedding_takes(workbench, project, settings):
    first = workbench("index", "build", "paid", "documents", "--embedder", "paid")
    assert first.code == 0
    assert "1 chunk; about" in first.err
    assert "tokens to embed at a cost of $0.0" in first.err
    again = workbench("index", "build", "paid", "documents", "--embedder", "paid")
    assert "to embed" not in again.err
    (project / "documents" / "new.md").write_text("Something new.")
    unknown = workbench("index", "build", "other", "documents", "--embedder", "unknown")
    assert "at an unknown price" in unknown.err


def test_the_default_embedder_says_nothing_of_cost(workbench):
    assert "to embed" not in workbench("index", "build", "free", "documents").err


def test_an_embedder_that_lacks_its_file_says_how_to_get_it(workbench, place):
    ended = workbench("index", "build", "near", "documents", "--embedder", "chroma/minilm")

    assert ended.code == 2
    assert "fetch-embedder chroma/minilm --yes" in ended.err
    assert not place.exists()


def test_nothing_is_fetched_before_a_person_agrees(workbench, place, monkeypatch):
    monkeypatch.setattr(minilm_download, "address", lambda: pytest.fail("it was asked for"))
    ended = workbench("index", "fetch-embedder", "chroma/minilm")

    assert ended.code == 2
    assert "Add --yes" in ended.err
    assert minilm.SIZE in ended.err
    assert not place.exists()


def test_with_yes_it_is_fetched_and_an_index_can_be_built_and_asked(workbench, place, monkeypatch, tmp_path):
    write_archive(tmp_path / "published")
    monkeypatch.setattr(minilm_download, "address", (tmp_path / "published" / minilm.ARCHIVE).as_uri)

    assert workbench("index", "fetch-embedder", "chroma/minilm", "--yes").code == 0
    assert (place / minilm.ARCHIVE).is_file()
    assert workbench("index", "build", "near", "documents", "--embedder", "chroma/minilm").code == 0
    found = workbench("index", "query", "near", "novels", "--search", "dense", "--json").json
    assert [chunk["document"] for chunk in found["chunks"]] == ["loans.md"]


def test_only_embedders_that_need_a_file_can_be_fetched(workbench):
    assert workbench("index", "fetch-embedder", "offline/lexical", "--yes").code == 2
    assert "no embedder 'nonsense'" in workbench("index", "fetch-embedder", "nonsense", "--yes").err
