"""A version as another tool's file, with what that tool has no place for."""

from __future__ import annotations

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.formats.prompts import registry
from workbench.ui import shell
from workbench.ui.components.allowed import for_role
from workbench.ui.components.text import plain
from workbench.workspace import Workbench
from workbench.workspace.files import typed_path
from workbench.workspace.interchange.interchange import WRITTEN

NO_TESTS = "none"


def show(wb: Workbench, prompt: str) -> None:
    """The form; any version may leave, approved or not."""
    versions = [version.label for version in reversed(wb.prompts.versions(prompt))]
    sets = [NO_TESTS, *(version.label for version in wb.datasets.list())]
    with st.expander("For another tool: GitHub Models, Langfuse, Prompty, promptfoo", icon=":material/swap_calls:"):
        with st.form("other-tool", border=False):
            left, right = st.columns(2)
            version = left.selectbox("Version", versions)
            form = right.selectbox("Format", list(WRITTEN), format_func=lambda name: registry.named(name).title)
            dataset = left.selectbox("Golden set that goes along as tests", sets)
            given = right.text_input("Folder", value=str(wb.export_directory), key="other-folder")
            may = for_role(wb, ("engineer", "approver"), "write a prompt for another tool")
            write = st.form_submit_button("Write the file", icon=":material/file_export:", **may)
        if not write:
            return
        try:
            rows = None if dataset == NO_TESTS else dataset
            made = wb.interchange.export(version, typed_path(wb.root, given), form, dataset=rows)
        except WorkbenchError as error:
            shell.show_error(error)
            return
        over = " Another file of that name was written over." if made.replaced else ""
        st.success(f"Wrote {plain(str(made.path))}.{over}", icon=":material/task_alt:")
        if made.losses:
            st.markdown("What it cannot carry:\n\n" + "\n".join(f"- {plain(loss)}" for loss in made.losses))
