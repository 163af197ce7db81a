"""Documents and questions made by others, with where each answer stands, and how well a search finds it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.real_data import cookbook_rows, json_lines, write_cookbook_documents
from workbench.domain.gold import GoldSpan
from workbench.domain.index import Chunk, Document, Section
from workbench.hashing import bytes_hash
from workbench.metrics.gold import found_rank
from workbench.retrieval.documents import load

DEPTH = 50
"""How many chunks are looked at."""

Search = Callable[[str], Sequence[Chunk]]
"""The first chunks for a question, at most `DEPTH`."""


@dataclass(frozen=True)
class Question:
    """A question and what answers it: any one of some documents, or a stretch of one."""

    text: str
    documents: frozenset[str] = frozenset()
    span: GoldSpan | None = None
    answerable: bool = True
    """Whether the source says that the documents hold an answer, and not only the subject."""


@dataclass(frozen=True)
class RealSearch:
    documents: tuple[Document, ...]
    questions: tuple[Question, ...]


def cookbook(source: Path, folder: Path) -> RealSearch:
    """232 pieces of documentation, and questions of which each names one or more of them."""
    write_cookbook_documents(source, folder)
    questions = [
        Question(row["inputs"]["question"], frozenset(row["relevant"]))  # type: ignore[index, arg-type]
        for row in cookbook_rows(source)
    ]
    return RealSearch(load([folder]).documents, tuple(questions))


def clapnq(source: Path) -> RealSearch:
    """Passages of an encyclopaedia, with a question about each: half of them it answers, half of them not."""
    names: dict[tuple[str, str], str] = {}
    questions = []
    for kind in ("answerable", "unanswerable"):
        for row in json_lines(source / f"clapnq_dev_{kind}.jsonl"):
            passages = [(passage["title"], passage["text"]) for passage in row["passages"]]  # type: ignore[attr-defined]
            gold = frozenset(names.setdefault(passage, f"{len(names):03}.md") for passage in passages)
            questions.append(Question(str(row["input"]), gold, answerable=kind == "answerable"))
    documents = [_document(name, f"{title}\n\n{text}", (title,)) for (title, text), name in names.items()]
    return RealSearch(tuple(documents), tuple(questions))


def covid(source: Path, articles: int | None = None) -> RealSearch:
    """Whole scientific articles, and questions of which each is answered by a stretch of a few words in one."""
    documents, questions = [], []
    data = json.loads((source / "200423_covidQA.json").read_text(encoding="utf-8"))["data"]
    for number, article in enumerate(data[:articles]):
        (paragraph,) = article["paragraphs"]
        name, text = f"{number:03}.txt", paragraph["context"]
        documents.append(_document(name, text))
        for asked in paragraph["qas"]:
            answer = asked["answers"][0]
            span = (answer["answer_start"], answer["answer_start"] + len(answer["text"]))
            size = len("".join(text[span[0] : span[1]].split()))
            questions.append(Question(asked["question"], span=GoldSpan(name, name, (span,), size)))
    return RealSearch(tuple(documents), tuple(questions))


def figures(questions: Sequence[Question], search: Search, *, by_chunk: bool = False) -> dict[str, float]:
    """Means over the questions: `recall@3` and the like, `MRR`, and `MRR@3` as the guide of cookbook-rag counts it.

    Documents are ranked by their first chunk, unless it goes `by_chunk`: then k is a number of chunks. Stretches are
    always found among chunks: when these together cover half of it.
    """
    sums: dict[str, float] = {}
    for question in questions:
        for name, value in _of_one(question, search(question.text), by_chunk=by_chunk).items():
            sums[name] = sums.get(name, 0.0) + value / len(questions)
    return sums


def _of_one(question: Question, found: Sequence[Chunk], *, by_chunk: bool) -> Mapping[str, float]:
    if question.span is not None:
        rank = found_rank(question.span, found)
        recalls = {k: float(rank is not None and rank <= k) for k in (1, 3, 5, 10)}
    else:
        named = [chunk.document for chunk in found]
        ranked = named if by_chunk else list(dict.fromkeys(named))
        rank = next((at for at, name in enumerate(ranked, 1) if name in question.documents), None)
        held = len(question.documents)
        recalls = {k: len(question.documents.intersection(ranked[:k])) / held for k in (1, 3, 5, 10)}
    first = 0.0 if rank is None else 1 / rank
    within_three = first if rank is not None and rank <= 3 else 0.0
    return {**{f"recall@{k}": recall for k, recall in recalls.items()}, "MRR": first, "MRR@3": within_three}


def _document(name: str, text: str, headings: tuple[str, ...] = ()) -> Document:
    return Document(name, text, (Section(0, len(text), headings),), bytes_hash(text.encode()))
