"""The columns of the page, each a version to read or a draft to edit."""

from __future__ import annotations

import streamlit as st

from workbench.domain.dataset import Example
from workbench.ui.prompts import choosing, keeping
from workbench.ui.prompts.editor import edit_draft
from workbench.ui.prompts.reading import show_version
from workbench.ui.prompts.shown import Shown, slot_of
from workbench.workspace import Workbench


def show(wb: Workbench, name: str, row: Example | None) -> list[Shown]:
    """Draw all columns. `row` is the example that drafts are checked against."""
    places = choosing.columns(wb, name)
    shown: list[Shown] = []
    chosen: list[str] = []
    for (place, default), column in zip(places, st.columns(len(places), border=True), strict=True):
        with column:
            choice = choosing.choose(wb, name, place, default)
            if choosing.is_open_elsewhere(choice, chosen):
                st.info("This draft is open in a column to the left.", icon=":material/arrow_back:")
            else:
                drawn = _show_one(wb, name, choice, place, row)
                shown += [] if drawn is None else [drawn]
            chosen.append(choice)
    return shown


def _show_one(wb: Workbench, name: str, choice: str, place: str, row: Example | None) -> Shown | None:
    slot = slot_of(choice)
    if slot is None:
        return show_version(wb, wb.prompts.get(f"{name}@{choice}"), place)
    draft = keeping.held(wb, name, slot)
    return None if draft is None else edit_draft(wb, draft, row)
