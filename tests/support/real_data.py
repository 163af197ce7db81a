"""Real data made by others, read from the folder that WORKBENCH_TEST_DATA names; nothing of it is kept here."""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

VARIABLE = "WORKBENCH_TEST_DATA"
SCHEME = "https://"

_ENTRY = re.compile(r"^([\w.\-]+\.pdf#page=\d+):", re.MULTILINE)
"""What opens a source in a recorded context: `Name.pdf#page=4:`."""
_CITED = re.compile(r"\[([^\[\]]+)\]")
_COUNTED_FROM_0 = re.compile(r"^(.+)-(\d+)\.pdf$")


def real_data(name: str) -> Path:
    """The folder of a data set; skips the test, saying why, where there is none."""
    root = os.environ.get(VARIABLE)
    if not root:
        pytest.skip(f"{VARIABLE} names no folder with data made by others")
    folder = Path(root) / name
    if not folder.is_dir():
        pytest.skip(f"{VARIABLE} names {root}, which has no folder {name}")
    return folder


def json_lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def write_json_lines(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


# cookbook-rag: documentation in pieces that have a web address each, and questions that name such addresses.


def file_of_link(link: str) -> str:
    """A file name for a web address: nothing in it can be a path, and it leads back to the address."""
    return quote(link.removeprefix(SCHEME), safe="") + ".md"


def link_of_file(name: str) -> str:
    return SCHEME + unquote(name.removesuffix(".md"))


def write_cookbook_documents(source: Path, folder: Path) -> None:
    """One Markdown file for each piece of the documentation."""
    folder.mkdir()
    for piece in json.loads((source / "corpus" / "anthropic_docs.json").read_text(encoding="utf-8")):
        text = f"# {piece['chunk_heading']}\n\n{piece['text']}"
        (folder / file_of_link(piece["chunk_link"])).write_text(text, encoding="utf-8")


def cookbook_rows(source: Path) -> list[dict[str, object]]:
    """The questions as rows of a golden set, under their own ids."""
    questions = json.loads((source / "docs_evaluation_dataset.json").read_text(encoding="utf-8"))
    return [
        {
            "id": question["id"],
            "inputs": {"question": question["question"]},
            "expected": question["correct_answer"],
            "relevant": [file_of_link(link) for link in question["correct_chunks"]],
        }
        for question in questions
    ]


# azure-rag-evals: recorded answers with the sources that were shown, questions to answer, and questions to decline.


@dataclass(frozen=True)
class Northwind:
    """The pages of a company's documents as recorded contexts show them, and rows of golden sets about them."""

    pages: dict[str, list[str]]
    """By page, as `Name.pdf#page=4`: its different passages, in order of appearance."""
    questions: list[dict[str, object]]
    recorded: list[dict[str, object]]
    declines: list[dict[str, object]]
    prompts: dict[str, str]
    """By file name without ending: a system message's text."""


def read_northwind(source: Path) -> Northwind:
    """Rows have the keys of the files (`question`, `truth`) and those of golden sets, but no ids."""
    recorded = json_lines(source / "baseline" / "eval_results.jsonl")
    pages = _pages([str(row["context"]) for row in recorded])
    return Northwind(
        pages=pages,
        questions=[_to_answer(row, pages, "question") for row in json_lines(source / "qa.jsonl")],
        recorded=[_to_answer(row, pages, "recorded") for row in recorded],
        # What stands under `truth` in this file is how the questions were made.
        declines=[
            {"question": row["question"], "expect": "refuse", "tags": ["decline"]}
            for row in json_lines(source / "qa_dontknows.jsonl")
        ],
        prompts={path.stem: path.read_text(encoding="utf-8") for path in sorted((source / "prompts").glob("*.txt"))},
    )


def file_of_page(page: str) -> str:
    """The file that holds a page; its name begins with what the source calls the page, number sign and all."""
    return f"{page}.txt"


def write_northwind_documents(northwind: Northwind, folder: Path) -> None:
    """One text file for each page."""
    folder.mkdir()
    for page, passages in northwind.pages.items():
        (folder / file_of_page(page)).write_text("\n\n".join(passages), encoding="utf-8")


def _pages(contexts: list[str]) -> dict[str, list[str]]:
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for context in contexts:
        before, *entries = _ENTRY.split(context)
        assert not before.strip(), f"a context begins without a page: {before[:80]!r}"
        for page, passage in zip(entries[::2], entries[1::2], strict=True):
            found[page][passage.strip()] = None
    return {page: list(passages) for page, passages in found.items()}


def _to_answer(row: dict[str, object], pages: dict[str, list[str]], tag: str) -> dict[str, object]:
    gold = [file_of_page(page) for page in map(_page, _CITED.findall(str(row["truth"]))) if page in pages]
    return {"question": row["question"], "truth": row["truth"], "relevant": gold, "tags": ["answer", tag]}


def _page(citation: str) -> str:
    """A page as contexts call it. Recorded truths call it `Name-3.pdf`, counted from 0."""
    counted = _COUNTED_FROM_0.match(citation)
    return f"{counted[1]}.pdf#page={int(counted[2]) + 1}" if counted else citation
