"""Bringing documents: a folder or files dropped into the browser, or a folder on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.stats.numbers import counted
from workbench.ui import shell
from workbench.ui.components import address, downloads
from workbench.ui.components.allowed import refusal
from workbench.ui.components.text import plain
from workbench.ui.knowledge.dragged_folders import keep_subfolders
from workbench.workspace import Workbench
from workbench.workspace.uploads import FOLDER, proposed_name

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

WAYS = {
    "drop": ":material/folder_open: Drop in a folder",
    "files": ":material/upload_file: Drop in files",
    "path": ":material/hard_drive: A folder on this machine",
}
LARGEST_MB = 100
READ = "Markdown, text, HTML, PDF, Word, and tables (CSV, JSON Lines) are read."

_ROUND = "knowledge-uploads"
_NOT_KEPT = "knowledge-not-kept"
_CHANGED = "knowledge-changed"
"""The name under which documents were replaced or added to in this tab, until that is undone."""


def choose_documents(wb: Workbench) -> str:
    """The folder that the documents are in, as the address has it; empty while none is chosen."""
    folder = address.read("folder") or ""
    dropped = _dropped(wb, folder)
    if dropped is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/folder: Documents dropped in: **{plain(dropped)}**", width="content")
            st.button(
                "Choose others",
                icon=":material/swap_horiz:",
                type="tertiary",
                on_click=address.turn_to,
                kwargs={"folder": None, "from": None, "preview": None},
            )
        _offer_undo(wb, dropped)
        return folder
    way = address.switch(
        "Where are they?", list(WAYS), "from", default="path" if folder else "drop", format_func=WAYS.__getitem__
    )
    if way == "path":
        return address.line(
            "Folder",
            "folder",
            placeholder="documents",
            help="A path on this machine; relative ones start at the project's folder. All documents below it are read.",
        )
    _upload(wb, whole_folder=way == "drop")
    return ""


def brought() -> int:
    """How often documents were brought or taken back in this tab, each time into a folder that was read perhaps."""
    return int(st.session_state.get(_ROUND, 0))


def not_kept(folder: str) -> Sequence[tuple[str, str]]:
    """Files that came through the browser into this folder and were left out."""
    known: dict[str, Sequence[tuple[str, str]]] = st.session_state.get(_NOT_KEPT, {})
    return known.get(folder, ())


def _dropped(wb: Workbench, folder: str) -> str | None:
    """The name that dropped-in documents are kept under, when the folder is one of theirs."""
    name = Path(folder).name
    kept = Path(folder) == (wb.context.state / FOLDER / name).relative_to(wb.root)
    return name if folder and kept and wb.indexes.has_uploads(name) else None


def _offer_undo(wb: Workbench, name: str) -> None:
    """A line that brings the documents back that were there before, once they were replaced or added to."""
    if st.session_state.get(_CHANGED) != name or not wb.indexes.has_uploads_of_before(name):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f":material/sync: What {plain(name)} held before is kept.", width="content")
        if st.button("Undo", icon=":material/undo:", type="tertiary", key="knowledge-take-back"):
            with shell.errors_shown():
                wb.indexes.take_back_uploads(name)
                del st.session_state[_CHANGED]
                st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
                st.rerun()


def _upload(wb: Workbench, *, whole_folder: bool) -> None:
    reason = refusal(wb, "engineer", "bring documents")
    if reason is not None:
        st.info(reason, icon=":material/lock:")
        return
    round_ = st.session_state.get(_ROUND, 0)
    kind = "folder" if whole_folder else "files"
    if whole_folder:
        keep_subfolders()
    files: list[UploadedFile] = st.file_uploader(
        "Drag a folder here, with all its subfolders, or choose one"
        if whole_folder
        else "Drag files here, or choose them",
        accept_multiple_files="directory" if whole_folder else True,
        max_upload_size=LARGEST_MB,
        key=f"knowledge-{kind}-{round_}",
    )
    st.caption(f"{READ} They stay on this machine.")
    downloads.sample("Download a sample document", "document.md", key="sample-document")
    if not files:
        return
    name = proposed_name(file.name for file in files)
    if not wb.indexes.has_uploads(name):
        _keep(wb, files, name, replace=False)
        return
    other = next(free for number in count(2) if not wb.indexes.has_uploads(free := f"{name}-{number}"))
    st.info(f"There are documents named {plain(name)} already.", icon=":material/folder_copy:")
    with st.container(horizontal=True):
        label = "Replace them" if whole_folder else "Add to them"
        if st.button(f"{label}: {counted(len(files), 'file')}", type="primary", icon=":material/sync:"):
            _keep(wb, files, name, replace=whole_folder)
        if st.button(f"Keep both: name these {plain(other)}", icon=":material/create_new_folder:"):
            _keep(wb, files, other, replace=False)


def _keep(wb: Workbench, files: Sequence[UploadedFile], name: str, *, replace: bool) -> None:
    try:
        kept = wb.indexes.keep_uploads(name, [(file.name, file.getvalue()) for file in files], replace=replace)
    except WorkbenchError as error:
        shell.show_error(error)
        return
    folder = kept.folder.relative_to(wb.root).as_posix()
    st.session_state[_NOT_KEPT] = {**st.session_state.get(_NOT_KEPT, {}), folder: kept.left_out}
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.session_state[_CHANGED] = name
    address.turn_to(**{"folder": folder, "from": None, "view": "build", "preview": None})
    st.rerun()
