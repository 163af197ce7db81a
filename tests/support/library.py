"""A small library to search in: four documents, and questions whose rows name the sources of their answers."""

from __future__ import annotations

from tests.support.projects import jsonl
from workbench import Workbench
from workbench.domain.index import IndexInfo

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


def fill_library(wb: Workbench) -> IndexInfo:
    """Build the index `library` and save the golden set `golden`."""
    folder = wb.root / "documents"
    folder.mkdir()
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    (wb.root / "library.jsonl").write_text(jsonl(ROWS))
    wb.datasets.add(wb.root / "library.jsonl", name="golden")
    return wb.build_index("library", folder)
