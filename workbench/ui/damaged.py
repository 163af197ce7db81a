"""A store that cannot be read: nothing else can be shown, but the newest copy can be put back."""

from __future__ import annotations

import streamlit as st

from workbench.errors import StoreDamagedError
from workbench.ui.components import notices
from workbench.ui.components.allowed import for_role
from workbench.ui.components.text import plain
from workbench.workspace import Workbench
from workbench.workspace.keeping.restoring import restore


def show(wb: Workbench, error: StoreDamagedError) -> None:
    """Say what is damaged, and offer the newest copy of it."""
    st.title("The store cannot be read", anchor=False)
    st.error(plain(error.message), icon=":material/error:")
    copies = wb.context.store.copies()
    if not copies:
        st.write(plain(error.hint or ""))
        return
    newest = copies[0]
    st.write(
        f"A copy of **{newest.made_at:%Y-%m-%d %H:%M} UTC** was kept. What was stored after that is not in it: an archive "
        "that is newer is better (`workbench restore FILE --replace`). The damaged file is kept beside the copies."
    )
    may = for_role(wb, "engineer", "put a copy of the store back")
    if st.button("Put the copy back", type="primary", icon=":material/settings_backup_restore:", key="put-back", **may):
        wb.context.require("engineer", "put a copy of the store back")
        restore(newest.path, wb.root, replace=True)
        notices.tell("The copy is the store again.", icon=":material/check:")
        st.rerun()
