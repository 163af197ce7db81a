"""One document after the other: a list of them, with buttons for the one before and the next."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from workbench.ui.components import address

PLACE = "place"
"""Under which the address holds a place in a document's text."""


def choose_document(names: Sequence[str], where: str) -> str:
    """The document that is looked at; its name stands in the address as `where`.

    A place in the text, which the address may hold too, is forgotten when another document is turned to.
    """
    wanted = address.read(where)
    at = names.index(wanted) if wanted in names else 0
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _turn("Previous", names[at - 1] if at > 0 else None, where, icon=":material/chevron_left:", key="P")
        name = address.pick(f"Document {at + 1:,} of {len(names):,}", list(names), where, forget=[PLACE], width=220)
        following = names[at + 1] if at + 1 < len(names) else None
        _turn("Next", following, where, icon=":material/chevron_right:", key="N")
    return name


def _turn(label: str, to: str | None, where: str, *, icon: str, key: str) -> None:
    st.button(
        label,
        icon=icon,
        key=f"{where}-{label.lower()}",
        disabled=to is None,
        shortcut=key,
        on_click=address.turn_to,
        kwargs={where: to, PLACE: None},
    )
