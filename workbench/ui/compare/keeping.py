"""An answer that another tool recorded, such as a failing production event, becomes a golden example."""

from __future__ import annotations

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.ui.compare.choices import Choice
from workbench.ui.components import address, places
from workbench.ui.components.allowed import for_role
from workbench.ui.components.text import plain
from workbench.ui.shell import show_error
from workbench.workspace import Workbench
from workbench.workspace.comparison.examples import ExampleChange

NEW_SET = "golden"
"""The golden set that is begun where the project has none of its own."""


def offer(wb: Workbench, choice: Choice, change: ExampleChange) -> None:
    """A button that adds the row to a golden set. Nothing for runs of this project: their rows are in one."""
    run = choice.comparison.run
    if run.imported_from is None:
        return
    own = [version.name for version in wb.datasets.list() if version.name != run.dataset]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = address.pick("Golden set", own or [NEW_SET], "golden", width=240)
        may = for_role(wb, "engineer", "save a golden set")
        if st.button("Add to the golden set", icon=":material/playlist_add:", key="keep-row", **may):
            _keep(wb, name, run.id, change)


def _keep(wb: Workbench, name: str, run: str, change: ExampleChange) -> None:
    try:
        saved = wb.datasets.keep(name, run=run, example_id=change.example.id)
    except WorkbenchError as error:
        show_error(error)
        return
    if not saved.created:
        st.info(f"{plain(name)} has this question already.", icon=":material/check:")
        return
    st.success(
        f"Saved as {plain(name)}, version {saved.version}. Say there what a good answer is.", icon=":material/check:"
    )
    places.link("datasets", f"Open {plain(name)}", set=name)
