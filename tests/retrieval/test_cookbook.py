"""Retrieval on documentation and questions made by others, as a floor under later changes."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

import pytest

from workbench.domain.index import IndexSettings
from workbench.domain.prompt import RetrievalSettings
from workbench.retrieval.documents import load
from workbench.retrieval.index import build, open_index

# Measured: dense 0.786, bm25 0.794, hybrid 0.770. One question weighs 0.024.
FLOORS = {"dense": 0.76, "bm25": 0.77, "hybrid": 0.745}


@pytest.fixture(scope="module")
def cookbook(tmp_path_factory):
    """The opened index, the questions, and each gold link's document."""
    data = os.environ.get("WORKBENCH_TEST_DATA")
    if not data or not (Path(data) / "cookbook-rag").is_dir():
        pytest.skip("WORKBENCH_TEST_DATA does not name a folder that holds cookbook-rag")
    source = Path(data) / "cookbook-rag"
    docs = tmp_path_factory.mktemp("docs")
    names = {}
    for number, entry in enumerate(json.loads((source / "corpus" / "anthropic_docs.json").read_text("utf-8"))):
        names[entry["chunk_link"]] = name = f"{number:03}.md"
        (docs / name).write_text(f"# {entry['chunk_heading']}\n\n{entry['text']}", encoding="utf-8")
    loaded = load([docs])
    assert (len(loaded.documents), loaded.skipped) == (232, ())
    root = tmp_path_factory.mktemp("index")
    info = build(root, "cookbook", loaded.documents, IndexSettings(), now=datetime.fromisoformat("2026-11-21"))
    questions = json.loads((source / "docs_evaluation_dataset.json").read_text("utf-8"))
    return open_index(root, info), questions, names


@pytest.mark.parametrize("mode", list(FLOORS))
def test_the_first_five_documents_hold_most_of_what_answers_a_question(cookbook, mode):
    retriever, questions, names = cookbook
    assert len(questions) == 42
    recalls = []
    for question in questions:
        hits = retriever.retrieve(question["question"], RetrievalSettings("cookbook", k=50, search=mode))
        first_five = list(dict.fromkeys(hit.chunk.document for hit in hits))[:5]
        gold = {names[link] for link in question["correct_chunks"]}
        recalls.append(len(gold.intersection(first_five)) / len(gold))
    assert sum(recalls) / len(recalls) >= FLOORS[mode]
