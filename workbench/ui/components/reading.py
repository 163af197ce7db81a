"""A column as wide as a line that is read with ease, in the middle of the page."""

from __future__ import annotations

from contextlib import AbstractContextManager

import streamlit as st

WIDTH = 760
"""Pixels: about 90 characters a line."""


def reading_width(name: str) -> AbstractContextManager[object]:
    """What is drawn inside stands in the column. `name` tells one column of a page from another."""
    centre = st.container(horizontal_alignment="center", key=f"{name}-centre")
    return centre.container(width=WIDTH, key=f"{name}-column")
