"""A store that a newer version of the program has written: this one neither reads nor changes it."""

from __future__ import annotations

import streamlit as st

from workbench import __version__
from workbench.errors import StoreTooNewError
from workbench.ui.components.text import plain


def show(error: StoreTooNewError) -> None:
    """Say what is the matter, and that nothing was touched."""
    st.title("This project belongs to a newer version", anchor=False)
    st.error(plain(error.message), icon=":material/update:")
    st.write(plain(error.hint or ""))
    st.caption(f"This is version {plain(__version__)}. Start the newer one and load this page again.")
