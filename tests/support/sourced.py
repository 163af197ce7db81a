"""A project whose prompts show sources: two versions, two indexes of the same documents, five questions."""

from __future__ import annotations

from dataclasses import replace

from tests.support.projects import jsonl
from workbench import Workbench
from workbench.domain.index import IndexSettings
from workbench.domain.prompt import Message, PromptContent, PromptFile, RetrievalSettings

LARGE, SMALL = "handbook", "handbook-small"
V1, V2 = "desk@1:one", "desk@2:one"
TOPICS = {
    "leave": "Everybody has 30 days of leave a year. Days that are left are carried over until March.",
    "travel": "Trains are booked in second class. Flights need the consent of the head of the department.",
    "illness": "A note from a doctor is needed from the fourth day on. Report an illness before nine in the morning.",
    "laptops": "A laptop is replaced after four years. Lost laptops are reported to the service desk at once.",
    "visitors": "Visitors sign in at the gate. They are never left alone in the building.",
}


def fill(wb: Workbench) -> None:
    """Store the documents' indexes, `desk@1`, `desk@2` and `golden@1`, whose rows say which source holds the answer."""
    text = "# Handbook\n\n" + "\n\n".join(f"## {topic.capitalize()}\n\n{said}" for topic, said in TOPICS.items()) + "\n"
    (wb.root / "documents").mkdir(exist_ok=True)
    (wb.root / "documents" / "handbook.md").write_text(text)
    (wb.root / "documents" / "canteen.md").write_text("# Canteen\n\nThe rule about lunch: it is served from noon on.\n")
    for name, chunker, size in ((LARGE, "headings", 40), (SMALL, "sentences", 12)):
        wb.build_index(name, wb.root / "documents", settings=IndexSettings("offline/lexical", chunker, size, 0))
    for system in ("Answer from the sources.", "Answer from the sources in one sentence."):
        wb.prompts.save(PromptFile("desk", a_prompt(system)))
    rows = [
        {
            "id": f"q-{topic}",
            "inputs": {"question": f"What is the rule about {topic}?"},
            "relevant": [f"handbook.md#{topic}"],
            "checks": [{"type": "icontains", "value": said.split()[0]}],
        }
        for topic, said in TOPICS.items()
    ]
    (wb.root / "sourced.jsonl").write_text(jsonl(rows))
    wb.datasets.add(wb.root / "sourced.jsonl", name="golden")


def a_prompt(system: str, **fields: object) -> PromptContent:
    """A prompt that shows two sources."""
    made = PromptContent(
        messages=(Message("system", system), Message("user", "{{context}}\n\n{{question}}")),
        variables=("context", "question"),
        retrieval=RetrievalSettings(index=LARGE, k=2),
    )
    return replace(made, **fields)


def a_bare_prompt() -> PromptContent:
    """A prompt without a place for sources."""
    return PromptContent(messages=(Message("user", "{{question}}"),), variables=("question",))
