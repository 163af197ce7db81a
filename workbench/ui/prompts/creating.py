"""New prompts: from a starting point, or from a file."""

from __future__ import annotations

import streamlit as st

from workbench.errors import InputError, WorkbenchError
from workbench.ui.components import address
from workbench.ui.components.allowed import for_role
from workbench.ui.prompts import keeping
from workbench.ui.prompts.bringing import files_taken, import_form
from workbench.ui.shell import show_error
from workbench.workspace import Workbench
from workbench.workspace.prompts.drafting import STARTING_POINTS, require_name


def first_prompt(wb: Workbench) -> None:
    """What to do when there is no prompt yet."""
    st.markdown("There is no prompt yet. Write the first one here, or bring a file that you have.")
    left, right = st.columns(2, border=True)
    with left:
        st.subheader("Write a prompt", anchor=False)
        _new_form(wb, "first")
    with right:
        st.subheader("Bring a prompt file", anchor=False)
        import_form(wb, "first")


def new_prompt(wb: Workbench) -> None:
    """A button that opens the form for a new prompt."""
    with st.popover("New", icon=":material/add:", key="prompts-new"):
        _new_form(wb, "more")


def import_prompt(wb: Workbench) -> None:
    """A button that opens the form for a prompt file."""
    with st.popover("Import", icon=":material/upload_file:", key=f"prompts-import-{files_taken('more')}"):
        import_form(wb, "more")


def _new_form(wb: Workbench, key: str) -> None:
    with st.form(f"new-prompt-{key}", border=False):
        name = st.text_input("Name", placeholder="support-answer", key=f"new-prompt-name-{key}").strip()
        start = st.selectbox("Start from", list(STARTING_POINTS), key=f"new-prompt-start-{key}")
        may = for_role(wb, "engineer", "write a prompt")
        wanted = st.form_submit_button("Start writing", type="primary", icon=":material/edit_note:", **may)
    if not wanted:
        return
    try:
        require_new(wb, name)
    except WorkbenchError as error:
        show_error(error)
        return
    choice = keeping.begin(wb, name, STARTING_POINTS[start], None)
    address.write("prompt", name)
    address.write("c1", choice)
    st.rerun()


def require_new(wb: Workbench, name: str) -> None:
    """Raise InputError unless a new prompt can be called so."""
    require_name(name)
    if wb.prompts.versions(name):
        raise InputError(f"There is a prompt {name!r} already.", hint="Choose it above and edit a version of it.")
