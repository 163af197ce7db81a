"""Work that goes on in the background: what a page shows under its bar."""

from __future__ import annotations

from typing import Any

import streamlit as st

from workbench.ui.components import pressing
from workbench.workspace.job_book import CountedJob

POLL_S = 0.5
"""How often a page looks how far it is."""
STOP = ":material/stop_circle:"


def offer_stop(job: CountedJob[Any], *, key: str) -> None:
    """A button that stops it, and that nobody need wait here."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if job.stopping:
            pressing.pressed("Stopping…", icon=STOP, key=key)
        elif pressing.once("Stop", "Stopping…", icon=STOP, key=key):
            job.cancel()
        st.caption("You may leave this page; it goes on.")
