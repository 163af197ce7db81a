"""Drafts between the editor and the store: kept as they change, taken over from other tabs, brought back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from workbench.ui.components import address, notices
from workbench.ui.components.text import plain
from workbench.ui.prompts.shown import DRAFT
from workbench.workspace import Workbench
from workbench.workspace.prompts.drafting import DraftFields, fields_from

MOST_COLUMNS = 4
_UNDO = "prompts-discarded"
_REVISIONS = "prompts-revisions"


@dataclass(frozen=True)
class Held:
    """A draft as this tab knows it. With a new revision its widgets start again from the fields."""

    prompt: str
    slot: str
    base: int | None
    fields: DraftFields
    revision: int

    @property
    def key(self) -> str:
        """Begins the keys of the draft's widgets."""
        return f"draft-{self.prompt}-{self.slot}-{self.revision}"


@dataclass(frozen=True)
class _Removed:
    """A part that was taken out of a draft, and how it gets back into what the draft is by then."""

    what: str
    put_back: Callable[[DraftFields], DraftFields]


@dataclass(frozen=True)
class _Discarded:
    prompt: str
    slot: str
    base: int | None
    fields: DraftFields


def held(wb: Workbench, prompt: str, slot: str) -> Held | None:
    """The draft of a slot. What another tab kept since is taken over.

    When something was typed here since, too, both are kept: the other tab's text in a draft of its own.
    """
    stored = wb.prompts.draft(prompt, slot=slot)
    key = _key(prompt, slot)
    mine: Held | None = st.session_state.get(key)
    if stored is None:
        st.session_state.pop(key, None)
        return None
    fields = fields_from(stored.fields)
    typed = st.session_state.pop(f"{key}-typed", False)
    if mine is not None and typed and mine.fields != fields:
        begin(wb, prompt, fields, stored.base)
        notices.tell("Another tab changed this draft meanwhile. Its text is a draft of its own.", icon=":material/tab:")
    elif mine is None or mine.fields != fields:
        mine = Held(prompt, slot, stored.base, fields, _next_revision())
        st.session_state[key] = mine
    return mine


def typed(prompt: str, slot: str) -> None:
    """Note that the person at this tab changed the draft. For `on_change`."""
    st.session_state[f"{_key(prompt, slot)}-typed"] = True


def keep(wb: Workbench, draft: Held, fields: DraftFields, *, redraw: bool = False) -> None:
    """Keep what the editor holds now. With `redraw`, its widgets start again from it."""
    if fields != draft.fields:
        wb.prompts.keep_draft(draft.prompt, fields.kept(), slot=draft.slot, base=draft.base)
        revision = _next_revision() if redraw else draft.revision
        again = Held(draft.prompt, draft.slot, draft.base, fields, revision)
        st.session_state[_key(draft.prompt, draft.slot)] = again
    if redraw:
        st.rerun()


def begin(wb: Workbench, prompt: str, fields: DraftFields, base: int | None) -> str:
    """A new draft in the first free slot; the column's choice that shows it."""
    taken = {draft.slot for draft in wb.prompts.drafts() if draft.prompt == prompt}
    slot = next(str(number) for number in range(1, len(taken) + 2) if str(number) not in taken)
    wb.prompts.keep_draft(prompt, fields.kept(), slot=slot, base=base)
    st.session_state.pop(_removed_key(prompt, slot), None)
    return DRAFT + slot


def removed(draft: Held, what: str, put_back: Callable[[DraftFields], DraftFields]) -> None:
    """Note what was taken out of a draft, so that it can be put back. `what` begins the sentence."""
    st.session_state[_removed_key(draft.prompt, draft.slot)] = _Removed(what, put_back)


def offer_put_back(wb: Workbench, draft: Held, fields: DraftFields) -> None:
    """A line that puts back what was taken out of the draft last. `fields` is what the editor holds now."""
    key = _removed_key(draft.prompt, draft.slot)
    gone: _Removed | None = st.session_state.get(key)
    if gone is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f":material/delete: {gone.what} was removed.", width="content")
        if st.button("Undo", icon=":material/undo:", type="tertiary", key=f"{draft.key}-put-back"):
            del st.session_state[key]
            keep(wb, draft, gone.put_back(fields), redraw=True)


def discard(wb: Workbench, draft: Held) -> None:
    """Throw a draft away, and offer it back."""
    wb.prompts.discard_draft(draft.prompt, slot=draft.slot)
    st.session_state[_UNDO] = _Discarded(draft.prompt, draft.slot, draft.base, draft.fields)
    st.rerun()


def offer_undo(wb: Workbench) -> None:
    """A line that brings the draft back that was discarded last."""
    gone: _Discarded | None = st.session_state.get(_UNDO)
    if gone is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/delete: A draft of {plain(gone.prompt)} was discarded.")
        if st.button("Undo", icon=":material/undo:", key="prompts-undo"):
            del st.session_state[_UNDO]
            choice = begin(wb, gone.prompt, gone.fields, gone.base)
            address.write("prompt", gone.prompt)
            show_in_free_column(choice)
            st.rerun()


def show_in_free_column(choice: str) -> None:
    """Show a version or draft in the last column, beside what is shown; in a second column when there is one only."""
    asked = address.read("columns") or ""
    count = min(max(int(asked), 2), MOST_COLUMNS) if asked.isdecimal() else 2
    address.write("columns", str(count))
    address.write(f"c{count}", choice)


def show_instead(draft: Held, version: int) -> None:
    """Show a version in the columns that showed a draft."""
    for number in range(1, MOST_COLUMNS + 1):
        if address.read(f"c{number}") == DRAFT + draft.slot:
            address.write(f"c{number}", str(version))


def _next_revision() -> int:
    number: int = st.session_state.get(_REVISIONS, 0) + 1
    st.session_state[_REVISIONS] = number
    return number


def _removed_key(prompt: str, slot: str) -> str:
    return f"{_key(prompt, slot)}-removed"


def _key(prompt: str, slot: str) -> str:
    return f"held-{prompt}-{slot}"
