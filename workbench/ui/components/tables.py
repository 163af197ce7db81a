"""Small tables whose cells wrap, in which all text is shown as it is; in a narrow window, rows become cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from workbench.ui.components.text import plain

NARROW, NARROW_OF_FEW = "40rem", "30rem"
"""Below this width of the place that a table has, its rows are stacked; three columns need less."""
FEW_COLUMNS = 3


def show_table(rows: Sequence[Mapping[str, str]], *, alt: str, stacked: str = "") -> None:
    """Rows of a few columns each. Longer tables, and those to choose from, are data frames.

    With `stacked`, a name that no other table of the page has, a row becomes a card of labelled lines where there is
    too little width for a row.
    """
    escaped = [{plain(head): plain(cell) for head, cell in row.items()} for row in rows]
    if not stacked or not rows:
        st.table(escaped, border="horizontal", hide_index=True, alt=alt)
        return
    with st.container(key=f"stacked-{stacked}"):
        st.html(f"<style>{_stacking(f'.st-key-stacked-{stacked}', rows)}</style>")
        st.table(escaped, border="horizontal", hide_index=True, alt=alt)


def _stacking(place: str, rows: Sequence[Mapping[str, str]]) -> str:
    """Rules that turn rows into cards, each cell behind its column's head; empty cells are left out of a card."""
    labels = "".join(
        f'{place} td:nth-of-type({position})::before{{content:"{css_text(head)}"}}'
        for position, head in enumerate(rows[0], 1)
    )
    narrow = NARROW_OF_FEW if len(rows[0]) <= FEW_COLUMNS else NARROW
    empty = "".join(
        f"{place} tbody tr:nth-of-type({line}) td:nth-of-type({position}){{display:none}}"
        for line, row in enumerate(rows, 1)
        for position, cell in enumerate(row.values(), 1)
        if not cell
    )
    return (
        f"{place}{{container-type:inline-size}}@container (max-width:{narrow}){{"
        f"{place} :is(table,tbody,tr){{display:block;width:100%}}{place} thead{{display:none}}"
        f"{place} td{{display:flex;gap:1rem;width:100%;border:0;padding:.15rem .25rem!important;overflow-wrap:anywhere}}"
        f"{place} tr{{padding:.5rem 0;border-bottom:1px solid rgba(128,128,128,.3)}}"
        f"{place} td::before{{flex:0 0 11rem;min-width:0;opacity:.7}}{labels}{empty}}}"
    )


def css_text(text: str) -> str:
    """A text for a style sheet's `content`, in which every character that could end it is written by its number."""
    return "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):06x}" for c in text)
