"""The columns of the page, each a version to read or a draft to edit: the texts, and further down the rest."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from workbench.domain.dataset import Example
from workbench.ui.prompts import choosing, keeping
from workbench.ui.prompts.editor import edit_draft
from workbench.ui.prompts.reading import show_version
from workbench.ui.prompts.shown import Shown, slot_of
from workbench.workspace import Workbench


@dataclass(frozen=True)
class _Column:
    """What was chosen in a column, its place in the address, and where what is not its messages goes."""

    choice: str
    place: str
    rest: DeltaGenerator


def show(wb: Workbench, name: str, row: Example | None, texts: DeltaGenerator, rest: DeltaGenerator) -> list[Shown]:
    """Draw all columns. `row` is the example that drafts are checked against.

    The messages go to `texts`, what else a version or draft has to `rest`: the answers stand between them.
    """
    places = choosing.columns(wb, name)
    above, below = texts.columns(len(places), border=True), rest.columns(len(places), border=True)
    shown: list[Shown] = []
    chosen: list[str] = []
    for (place, default), column, further in zip(places, above, below, strict=True):
        with column:
            choice = choosing.choose(wb, name, place, default)
            if choosing.is_open_elsewhere(choice, chosen):
                st.info("This draft is open in a column to the left.", icon=":material/arrow_back:")
                further.caption("Open in a column to the left.")
            else:
                drawn = _show_one(wb, name, _Column(choice, place, further), row)
                shown += [] if drawn is None else [drawn]
            chosen.append(choice)
    return shown


def _show_one(wb: Workbench, name: str, column: _Column, row: Example | None) -> Shown | None:
    slot = slot_of(column.choice)
    if slot is None:
        return show_version(wb, wb.prompts.get(f"{name}@{column.choice}"), column.place, column.rest)
    draft = keeping.held(wb, name, slot)
    return None if draft is None else edit_draft(wb, draft, row, column.rest)
