"""Carrying out what was pressed: done and said after the page is drawn anew, or what stands against it, where it was pressed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.ui.components import notices
from workbench.ui.shell import show_error


def carry_out(what: Callable[[], str]) -> None:
    """Do it. `what` returns what to say of it, in which names went through `plain`."""
    try:
        said = what()
    except WorkbenchError as error:
        show_error(error)
        return
    notices.tell(said, icon=":material/check:")
    st.rerun()
