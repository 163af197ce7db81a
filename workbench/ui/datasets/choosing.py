"""Which golden set, which version of it, and what is done with it."""

from __future__ import annotations

from typing import Literal, cast

import streamlit as st

from workbench.domain.dataset import DatasetVersion
from workbench.ui.components import address, downloads, places
from workbench.ui.components.run_states import when
from workbench.ui.components.text import plain
from workbench.ui.datasets.importing import import_set
from workbench.workspace import Workbench

View = Literal["rows", "edit", "changes"]
VIEWS: dict[View, str] = {
    "rows": ":material/table_rows: Rows",
    "edit": ":material/edit: Edit",
    "changes": ":material/difference: What changed",
}


def golden_set(wb: Workbench) -> DatasetVersion | None:
    """The version that is looked at, with the ways to bring another set and to take this one along."""
    names = [version.name for version in wb.datasets.list()]
    if not names:
        return None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = address.pick("Golden set", names, "set", width=320)
        versions = {str(version.number): version for version in reversed(wb.datasets.versions(name))}
        number = address.pick(
            "Version", list(versions), "version", format_func=lambda n: f"v{n} · {versions[n].size:,} rows", width=220
        )
        chosen = versions[number]
        with st.container(horizontal=True, width="content"):
            import_set(wb)
            _take_along(wb, chosen)
    source = f" · from {plain(chosen.source)}" if chosen.source else ""
    st.caption(f"Saved by {plain(chosen.author)}, {when(chosen.created_at)}{source}")
    return chosen


def view() -> View:
    """What is done with the rows."""
    return cast("View", address.switch("View", list(VIEWS), "view", format_func=lambda name: VIEWS[cast("View", name)]))


def _take_along(wb: Workbench, version: DatasetVersion) -> None:
    name, label = f"{version.name}-v{version.number}", version.label
    with st.popover("Download", icon=":material/download:", key="datasets-download"):
        downloads.download("JSON Lines", lambda: wb.datasets.text(label), f"{name}.jsonl", key="take-jsonl")
        downloads.download(
            "CSV, to be read by programs", lambda: wb.datasets.text(label, "csv"), f"{name}.csv", key="take-csv"
        )
        downloads.download(
            "CSV, to be opened in a spreadsheet",
            lambda: wb.datasets.text(label, "csv", for_spreadsheet=True),
            f"{name}-spreadsheet.csv",
            key="take-spreadsheet",
        )
        st.caption("In the one for spreadsheets, cells that would be computed as formulas are made text.")


def run_link(version: DatasetVersion) -> None:
    """The way to a run on this set."""
    places.link("run", "Run prompts on this set", dataset=version.name)
