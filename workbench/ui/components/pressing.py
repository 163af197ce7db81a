"""Buttons that are pressed once: they show at once that they were heard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import streamlit as st

_HEARD = "pressing-heard"


def once(label: str, doing: str, *, icon: str, key: str, prominent: bool = False, **how: Any) -> bool:
    """A button. When it is pressed, it says what is being done and cannot be pressed again in this drawing.

    When that ends with an error, `offer_again` gives it back. `how` are further options of a button, such as those of
    `allowed.for_role`.
    """
    place = st.empty()
    kind: Literal["primary", "secondary"] = "primary" if prominent else "secondary"
    pressed_again = st.session_state.pop(_again(key), False)
    heard = place.button(label, icon=icon, key=key, type=kind, **how) or pressed_again
    if heard:
        place.button(doing, icon=icon, key=f"{key}-pressed", disabled=True)
        st.session_state[_HEARD] = lambda: place.button(
            label, icon=icon, key=f"{key}-offered", type=kind, on_click=_press_again, args=(key,)
        )
    return bool(heard)


def pressed(doing: str, *, icon: str, key: str) -> None:
    """The button after it was pressed, as `once` leaves it, in a later drawing."""
    st.empty().button(doing, icon=icon, key=f"{key}-pressed", disabled=True)


def begin() -> None:
    """Begin a drawing, in which nothing was pressed yet."""
    st.session_state.pop(_HEARD, None)


def offer_again() -> None:
    """Give the button that was pressed in this drawing back, since what it does came to nothing."""
    offer: Callable[[], object] | None = st.session_state.pop(_HEARD, None)
    if offer is not None:
        offer()


def _press_again(key: str) -> None:
    st.session_state[_again(key)] = True


def _again(key: str) -> str:
    return f"{key}-again"
