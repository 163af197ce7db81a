"""Reviews away from the app: a packet to take along, and the answers that came back."""

from __future__ import annotations

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.formats.utf8 import decode
from workbench.ui.components.allowed import for_role
from workbench.ui.components.downloads import download
from workbench.ui.components.text import plain
from workbench.ui.shell import show_error
from workbench.workspace import Workbench
from workbench.workspace.reviews.packets.merging import Keep, PacketImport

_KEEP: dict[str, Keep | None] = {
    "Ask me": None,
    "Keep what is stored (mine)": "mine",
    "Take the file's (theirs)": "theirs",
}


def away(wb: Workbench, run: str) -> None:
    """A folded card with both ways."""
    with st.expander("Review away from the app", icon=":material/outbox:"):
        st.write(
            "A packet is one file with all answers. It opens in any browser, without network, and says nowhere who "
            "wrote what. Its reviewer downloads a file of answers in it and sends that back."
        )
        download(
            "Download a review packet",
            lambda: wb.reviews.packet_page(run),
            f"review-{run}.html",
            key="packet-out",
            **for_role(wb, ("reviewer", "engineer"), "write a review packet"),
        )
        file = st.file_uploader("Answers that came back (.json)", type=["json"], key="packet-in")
        if file is None:
            return
        keep = st.radio("Where the reviewer has another verdict stored", list(_KEEP), key="packet-keep")
        may = for_role(wb, "reviewer", "review answers")
        if st.button("Import answers", type="primary", icon=":material/move_to_inbox:", key="packet-import", **may):
            _bring_in(wb, file.name, file.getvalue(), _KEEP[keep])


def _bring_in(wb: Workbench, name: str, data: bytes, keep: Keep | None) -> None:
    try:
        done = wb.reviews.import_answers(decode(data, name), file=name, keep=keep)
    except WorkbenchError as error:
        show_error(error)
        return
    st.success(_told(done), icon=":material/check:")


def _told(done: PacketImport) -> str:
    said = f"Stored {done.stored:,} verdicts of {plain(done.reviewer)}; {done.unchanged:,} were stored before."
    if done.conflicts:
        said += f" {len(done.conflicts):,} differed from those stored."
    if done.notes_alone:
        said += f" {done.notes_alone:,} notes have no verdict and were left in the file."
    return said
