"""Building an index: where the documents are, how they are cut, a look at the cuts, and the progress."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from workbench.domain.index import IndexSettings
from workbench.errors import InputError, WorkbenchError
from workbench.ui import shell
from workbench.ui.components import address
from workbench.ui.components.text import plain
from workbench.ui.knowledge.chunk_view import chunked
from workbench.ui.knowledge.left_out import show_left_out
from workbench.workspace import Workbench
from workbench.workspace.files import typed_path

if TYPE_CHECKING:
    from workbench.retrieval.documents import Loaded

CHUNKERS: Mapping[str, str] = {
    "headings": "At headings and sentences",
    "sentences": "At sentences",
    "tokens": "By length alone",
}
ENDINGS = ["md", "markdown", "txt", "rst", "html", "htm", "pdf"]
DEFAULTS = IndexSettings()
POLL_S = 0.5
LOOKS_KEPT = 4
FRESH_S = 30
"""How long documents that were read for a preview are not read again."""


def show_build(wb: Workbench) -> None:
    """From documents to an index, with a look at the cuts before anything is built."""
    given = _source(wb)
    settings = _settings()
    if not given:
        return
    try:
        folder = typed_path(wb.root, given)
        loaded = _look(wb, str(folder))
    except InputError as error:
        shell.show_error(error)
        return
    _preview(wb, loaded, settings)
    _start(wb, folder, settings)


def show_progress(wb: Workbench, name: str) -> bool:
    """The progress of a build of this index, or how it ended; true while it goes on."""
    building = wb.indexes.building(name)
    if building is None:
        return False
    if not building.done:
        st.fragment(_watch, run_every=POLL_S, key="building")(wb, name)
        return True
    wb.indexes.put_away(name)
    try:
        info = building.wait()
    except WorkbenchError as error:
        shell.show_error(error)
        return False
    st.success(
        f"The index {plain(name)} is ready: {info.documents:,} documents, {info.chunks:,} chunks.",
        icon=":material/check_circle:",
    )
    return False


def _watch(wb: Workbench, name: str) -> None:
    building = wb.indexes.building(name)
    if building is None or building.done:
        st.rerun()
    else:
        st.progress(building.share, text=f"Building {plain(name)}. You may close this page; it goes on.")


def _source(wb: Workbench) -> str:
    """The folder to index as it was typed, or that of files uploaded just now; empty while there is none."""
    st.subheader("Documents")
    where = address.switch(
        "Where are they?",
        ["folder", "upload"],
        "from",
        format_func={"folder": "In a folder on this machine", "upload": "I upload them"}.__getitem__,
    )
    if where == "upload":
        _upload(wb)
        return ""
    given: str = st.text_input(
        "Folder",
        value=address.read("folder") or "",
        key="knowledge-folder",
        placeholder="documents",
        help="A path on this machine; relative ones start at the project's folder. All documents below it are read.",
    )
    address.write("folder", given or None)
    return given


def _upload(wb: Workbench) -> None:
    with st.form("upload", border=False):
        files = st.file_uploader("Files", ENDINGS, accept_multiple_files=True, key="knowledge-files")
        name = st.text_input("Keep them under the name", value="documents", key="knowledge-upload-name")
        if not st.form_submit_button("Keep these files", type="primary", icon=":material/upload:"):
            return
    try:
        kept = wb.indexes.keep_uploads(name or "", [(file.name, file.getvalue()) for file in files])
    except WorkbenchError as error:
        shell.show_error(error)
        return
    address.write("folder", kept.relative_to(wb.root).as_posix())
    address.write("from", None)
    st.session_state.pop("knowledge-folder", None)
    st.rerun()


def _settings() -> IndexSettings:
    st.subheader("How they are cut")
    chunker, size, overlap = st.columns(3)
    with chunker:
        kind = address.pick("Cut", list(CHUNKERS), "chunker", format_func=CHUNKERS.__getitem__)
    with size:
        most = address.number("Tokens in a chunk, at most", "size", default=DEFAULTS.chunk_size, low=10, high=4000)
    with overlap:
        repeated = address.number(
            "Tokens repeated from the chunk before", "overlap", default=DEFAULTS.chunk_overlap, low=0, high=2000
        )
    return IndexSettings(chunker=kind, chunk_size=most, chunk_overlap=repeated)


@st.cache_data(show_spinner="Reading documents", max_entries=LOOKS_KEPT, ttl=FRESH_S)
def _look(_wb: Workbench, folder: str) -> Loaded:
    return _wb.indexes.load([Path(folder)])


def _preview(wb: Workbench, loaded: Loaded, settings: IndexSettings) -> None:
    count = len(loaded.documents)
    st.write(f"**{count:,} document{'' if count == 1 else 's'}** can be read.")
    show_left_out(loaded.skipped)
    with st.expander("Look at the cuts in one document", icon=":material/content_cut:"):
        documents = {document.name: document for document in loaded.documents}
        name = address.pick("Document", list(documents), "preview")
        chunks = wb.indexes.cut(documents[name], settings)
        st.caption(f"{len(chunks):,} chunks. Dotted text is in two chunks.")
        st.html(chunked(documents[name].text, chunks))


def _start(wb: Workbench, folder: Path, settings: IndexSettings) -> None:
    with st.form("build", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Name of the index", value=folder.name, key="knowledge-name")
        build = st.form_submit_button("Build", type="primary", icon=":material/build:")
    wanted = (name or "").strip()
    if build:
        wb.indexes.start(wanted, [folder], settings)
        st.rerun()
    show_progress(wb, wanted)
