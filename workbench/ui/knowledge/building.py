"""From documents to an index, in steps: bring them, see the cuts, choose what finds them, build."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from workbench.domain.index import IndexSettings, Reading
from workbench.errors import InputError, WorkbenchError
from workbench.stats.numbers import counted
from workbench.ui import shell
from workbench.ui.components import address
from workbench.ui.components.allowed import for_role
from workbench.ui.components.text import plain
from workbench.ui.knowledge.bringing import brought, choose_documents, not_kept
from workbench.ui.knowledge.cut_preview import show_cuts
from workbench.ui.knowledge.cutting import choose_cuts
from workbench.ui.knowledge.embedder import choose_embedder
from workbench.ui.knowledge.left_out import show_left_out
from workbench.ui.knowledge.progress import show_progress
from workbench.ui.knowledge.which_files import choose_files
from workbench.workspace import Workbench
from workbench.workspace.files import typed_path

if TYPE_CHECKING:
    from workbench.retrieval.documents import Loaded

LOOKS_KEPT = 4
FRESH_S = 30
"""How long documents that were read for a preview are not read again."""


def show_build(wb: Workbench) -> None:
    """All steps on one page; a step appears when the one before is done."""
    name = address.read("building")
    if name and show_progress(wb, name) in {"going on", "ready"}:
        return
    st.subheader("1 · Documents", anchor=False)
    given = choose_documents(wb)
    if not given:
        return
    reading = choose_files()
    with shell.errors_shown():
        folder = typed_path(wb.root, given)
        loaded = _read(wb, str(folder), reading)
        st.markdown(f"**{counted(len(loaded.documents), 'document')}** can be read.")
        show_left_out([*loaded.skipped, *not_kept(given)])
        st.subheader("2 · Cuts", anchor=False)
        st.caption("Documents are cut into chunks. A question finds chunks, and a model is shown those that fit best.")
        settings = choose_cuts()
        show_cuts(wb, loaded.documents, settings)
        st.subheader("3 · How meaning is found", anchor=False)
        chosen = choose_embedder(wb, loaded.documents, settings)
        if chosen is not None:
            st.subheader("4 · Build", anchor=False)
            _offer(wb, folder, chosen, reading)


def _read(wb: Workbench, folder: str, reading: Reading) -> Loaded:
    told = st.empty()
    told.caption("Reading documents…")
    loaded = _loaded(wb, folder, reading, brought())
    told.empty()
    return loaded


@st.cache_data(show_spinner=False, max_entries=LOOKS_KEPT, ttl=FRESH_S)
def _loaded(_wb: Workbench, folder: str, reading: Reading, brought: int) -> Loaded:  # noqa: ARG001 (read anew then)
    return _wb.indexes.load([Path(folder)], reading)


def _offer(wb: Workbench, folder: Path, settings: IndexSettings, reading: Reading) -> None:
    with st.form("build", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Name of the index", value=_proposed(wb, folder), key="knowledge-name", width=360)
        may = for_role(wb, "engineer", "build an index")
        build = st.form_submit_button("Build", type="primary", icon=":material/build:", **may)
    wanted = (name or "").strip()
    taken = {info.name for info in wb.indexes.list()}
    if wanted in taken:
        st.caption(
            f":material/info: There is an index {plain(wanted)}. Building makes a new version of it; runs keep the one "
            "they were made with."
        )
    if not build:
        return
    if not wanted or "@" in wanted:
        shell.show_error(InputError("An index needs a name without @.", hint="Such as handbook."))
        return
    try:
        wb.indexes.start(wanted, [folder], settings, reading)
    except WorkbenchError as error:
        shell.show_error(error)
        return
    address.write("building", wanted)
    st.rerun()


def _proposed(wb: Workbench, folder: Path) -> str:
    """The index that a link or the newest prompts ask for and that is not there; else it is called as its folder."""
    linked = address.read("called")
    if linked and linked not in {info.name for info in wb.indexes.list()}:
        return linked
    return next(iter(wb.indexes.missing()), folder.name)
