"""A version or draft copied into a prompt of its own."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.ui.components import address
from workbench.ui.components.allowed import for_role
from workbench.ui.prompts import keeping
from workbench.ui.prompts.creating import require_new
from workbench.ui.shell import show_error
from workbench.workspace import Workbench
from workbench.workspace.prompts.drafting import DraftFields


def offer(wb: Workbench, fields: DraftFields, origin: str, *, key: str) -> None:
    """Ask for a name and begin a draft of it; `origin` says in its changelog what it was copied from."""
    with st.popover("Fork", icon=":material/fork_right:", key=f"fork-{key}", help="Copies it into a prompt of its own"):
        with st.form(f"fork-form-{key}", border=False):
            name = st.text_input("Name of the new prompt", key=f"fork-name-{key}").strip()
            may = for_role(wb, "engineer", "edit a prompt")
            wanted = st.form_submit_button("Start a new prompt from it", type="primary", **may)
        if not wanted:
            return
        try:
            require_new(wb, name)
        except WorkbenchError as error:
            show_error(error)
            return
        choice = keeping.begin(wb, name, replace(fields, changelog=f"From {origin}."), None)
        address.write("prompt", name)
        address.write("columns", "1")
        address.write("c1", choice)
        st.rerun()
