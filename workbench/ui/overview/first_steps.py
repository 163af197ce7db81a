"""What an empty project shows: three things to bring, each with a sample."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from workbench.ui.components import downloads, places


@dataclass(frozen=True)
class Card:
    """One thing to bring."""

    title: str
    text: str
    place: str
    sample: str
    sample_label: str


CARDS = (
    Card(
        "Bring documents",
        "What answers are looked up in: Markdown, HTML, PDF, Word, tables or text. They are cut up and indexed on this machine.",
        "knowledge",
        "document.md",
        "A sample document",
    ),
    Card(
        "Bring a golden set",
        "15 to 200 questions with what a good answer says, as CSV or JSONL. Every version is asked all of them.",
        "datasets",
        "golden-set.csv",
        "A sample golden set",
    ),
    Card(
        "Write a prompt",
        "Two versions, side by side. A run then says which is better, by how much, and on which questions.",
        "prompts",
        "support.prompt.yaml",
        "A sample prompt",
    ),
)


def show() -> None:
    """Three cards, and where a finished example is."""
    for card, column in zip(CARDS, st.columns(3), strict=True):
        with column, st.container(border=True, height="stretch"):
            st.subheader(card.title, anchor=False)
            st.markdown(card.text)
            places.link(card.place, card.title)
            downloads.sample(card.sample_label, card.sample, key=f"sample-{card.place}")
    st.info(
        "In a terminal, `workbench demo` makes a finished project with documents, a golden set, two prompt versions "
        "and a run, and opens it here. It needs no key and no network.",
        title="Open the example",
        icon=":material/school:",
    )
