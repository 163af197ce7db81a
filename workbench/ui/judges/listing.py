"""All judges of the project, with the models they ask and the version they are at."""

from __future__ import annotations

import streamlit as st

from workbench.ui.components.tables import show_table
from workbench.workspace import Workbench


def show(wb: Workbench) -> None:
    """One row a judge, those with a model first."""
    rows = [
        {
            "Judge": line.name,
            "Version": "not used yet" if line.number is None else f"v{line.number}",
            "Asks": ", ".join(line.models) + (f" x {line.votes}" if line.votes > 1 else "") or "no model yet",
            "What it says": line.meaning.partition(". ")[0].rstrip(".") + ".",
        }
        for line in wb.judges.list()
    ]
    show_table(rows, alt="All judges, with the models they ask and their versions", stacked="judges")
    st.caption('A judge gets its model in workbench\\.toml: `[judges.groundedness]`, `model = "..."`.')
