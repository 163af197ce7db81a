"""Short words about what was just done, for actions after which the page is drawn anew.

A toast shown right before a rerun is often lost: the server drops what the browser has not fetched yet.
"""

from __future__ import annotations

import streamlit as st

_WAITING = "notices-waiting"


def tell(text: str, *, icon: str) -> None:
    """Say it once the page is drawn again. `text` may hold Markdown: names go through `plain`."""
    st.session_state.setdefault(_WAITING, []).append((text, icon))


def show() -> None:
    """Say what waits to be said."""
    for text, icon in st.session_state.pop(_WAITING, []):
        st.toast(text, icon=icon)
