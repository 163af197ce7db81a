"""Buttons that are pressed once: they show at once that they were heard."""

from __future__ import annotations

from typing import Any

import streamlit as st


def once(label: str, doing: str, *, icon: str, key: str, prominent: bool = False, **how: Any) -> bool:
    """A button. When it is pressed, it says what is being done and cannot be pressed again in this drawing.

    `how` are further options of a button, such as those of `allowed.for_role`.
    """
    place = st.empty()
    heard = place.button(label, icon=icon, key=key, type="primary" if prominent else "secondary", **how)
    if heard:
        place.button(doing, icon=icon, key=f"{key}-pressed", disabled=True)
    return bool(heard)


def pressed(doing: str, *, icon: str, key: str) -> None:
    """The button after it was pressed, as `once` leaves it, in a later drawing."""
    st.empty().button(doing, icon=icon, key=f"{key}-pressed", disabled=True)
