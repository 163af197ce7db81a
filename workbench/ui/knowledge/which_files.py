"""Which files below a folder are read, and which column of a table holds the text."""

from __future__ import annotations

import streamlit as st

from workbench.domain.index import Reading
from workbench.ui.components import address


def choose_files() -> Reading:
    """The patterns, as they stand in the address."""
    named = [name for name in ("include", "exclude", "column") if address.read(name)]
    with (
        st.expander("Only some of the files", icon=":material/filter_alt:", expanded=bool(named), type="compact"),
        st.container(horizontal=True),
    ):
        include = address.line(
            "Only files named like",
            "include",
            placeholder="handbook/*.md, *.pdf",
            help="Patterns with commas between them: * stands for any letters. Empty: all files.",
        )
        exclude = address.line("But not like", "exclude", placeholder="drafts/*, *-old.md")
        column = address.line(
            "Text column of tables",
            "column",
            placeholder="found by its name",
            help="The column of CSV and JSON Lines files that holds the text. The other columns can be filtered by.",
        )
    return Reading(include=_patterns(include), exclude=_patterns(exclude), text_column=column or None)


def _patterns(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
