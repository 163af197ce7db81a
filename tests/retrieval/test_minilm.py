"""`chroma/minilm`: its file found, checked, refused and run; here with a real model of a few words in its place."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from tests.support.tiny_minilm import write_archive
from workbench.errors import IntegrityError, UnavailableError
from workbench.retrieval import minilm


@pytest.fixture
def model(tmp_path):
    return minilm.load(tmp_path / minilm.ARCHIVE, write_archive(tmp_path))


def test_a_text_is_the_mean_of_its_words_at_length_one(model):
    books, both = model.embed(["Books", "books films"])

    assert books.tolist() == [1.0, 0.0, 0.0, 0.0]
    assert both == pytest.approx([math.sqrt(0.5), math.sqrt(0.5), 0.0, 0.0])
    assert both.dtype == np.float32


def test_near_meanings_are_nearer(model):
    books, novels, rooms = model.embed(["books", "novels", "rooms"])

    assert books @ novels > books @ rooms


def test_a_text_has_the_same_vector_whatever_is_embedded_with_it(model):
    texts = ["books", "films rooms books novels", "rooms and something else entirely"]

    together = model.embed(texts)
    assert [one.tobytes() for one in together] == [model.embed([text])[0].tobytes() for text in texts]


def test_long_texts_are_cut_where_the_model_ends(model):
    [long] = model.embed(["books " * 256 + "films " * 100])

    assert long.tolist() == [1.0, 0.0, 0.0, 0.0]


def test_it_is_loaded_once(tmp_path):
    digest = write_archive(tmp_path)

    assert minilm.load(tmp_path / minilm.ARCHIVE, digest) is minilm.load(tmp_path / minilm.ARCHIVE, digest)


def test_without_its_file_the_error_says_what_to_do_and_nothing_is_fetched(tmp_path):
    with pytest.raises(UnavailableError) as raised:
        minilm.load(tmp_path / minilm.ARCHIVE)

    assert "fetch-embedder chroma/minilm --yes" in str(raised.value)
    assert minilm.VARIABLE in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_another_file_in_its_place_is_refused(tmp_path):
    write_archive(tmp_path)

    with pytest.raises(IntegrityError, match="not the model that chroma/minilm stands for"):
        minilm.load(tmp_path / minilm.ARCHIVE)


@pytest.mark.parametrize("member", ["onnx/model.onnx", "onnx/tokenizer.json"])
def test_an_archive_that_lacks_a_part_is_refused(tmp_path, member):
    digest = write_archive(tmp_path, leave_out=member)

    with pytest.raises(IntegrityError, match="lacks"):
        minilm.load(tmp_path / minilm.ARCHIVE, digest)


def test_it_is_looked_for_where_chroma_keeps_it_unless_something_else_is_said(monkeypatch, tmp_path):
    chroma = Path.home() / ".cache" / "chroma" / "onnx_models" / "all-MiniLM-L6-v2" / "onnx.tar.gz"

    assert minilm.archive_place({}) == chroma
    assert minilm.archive_place({minilm.VARIABLE: str(tmp_path)}) == tmp_path / "onnx.tar.gz"
    assert minilm.archive_place({minilm.VARIABLE: "/elsewhere"}, str(tmp_path)) == tmp_path / "onnx.tar.gz"


def test_name_place_and_hash_are_those_of_chroma():
    from chromadb.utils.embedding_functions.onnx_mini_lm_l6_v2 import ONNXMiniLM_L6_V2 as Chromas

    assert minilm.SHA256 == Chromas._MODEL_SHA256
    assert minilm.archive_place({}) == Chromas.DOWNLOAD_PATH / Chromas.ARCHIVE_FILENAME
    assert minilm._MODEL.startswith(Chromas.EXTRACTED_FOLDER_NAME)
