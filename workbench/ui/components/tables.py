"""Small tables whose cells wrap, in which all text is shown as it is; in a narrow window, rows become cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from workbench.ui.components.text import plain

NARROW = "40rem"
"""Below this width of the place that a table has, a table of more than a few columns is stacked."""


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
        st.html(f"<style>{_stacking(f'.st-key-stacked-{stacked}', list(rows[0]))}</style>")
        st.table(escaped, border="horizontal", hide_index=True, alt=alt)


def _stacking(place: str, heads: Sequence[str]) -> str:
    """Rules that turn rows into cards, each cell behind its column's head."""
    labels = "".join(
        f'{place} td:nth-of-type({position})::before{{content:"{_css_text(head)}"}}'
        for position, head in enumerate(heads, 1)
    )
    return (
        f"{place}{{container-type:inline-size}}@container (max-width:{NARROW}){{"
        f"{place} :is(table,tbody,tr){{display:block;width:100%}}{place} thead{{display:none}}"
        f"{place} td{{display:flex;gap:1rem;width:100%;border:0;padding:.15rem .25rem;overflow-wrap:anywhere}}"
        f"{place} tr{{padding:.5rem 0;border-bottom:1px solid rgba(128,128,128,.3)}}"
        f"{place} td::before{{flex:0 0 9rem;opacity:.7}}{labels}}}"
    )


def _css_text(text: str) -> str:
    """A text for a style sheet's `content`, in which every character that could end it is written by its number."""
    return "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):06x}" for c in text)
