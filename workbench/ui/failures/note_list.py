"""The notes of a failure mode, or those that are in none: to read, to sort, and to keep as golden examples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import streamlit as st

from workbench.domain.failure_mode import NoteKey, name_key
from workbench.hashing import content_hash, short
from workbench.stats.numbers import counted
from workbench.ui.components import address
from workbench.ui.components.allowed import for_role
from workbench.ui.components.text import html_text, one_line, plain
from workbench.ui.failures.doing import carry_out
from workbench.ui.failures.mode_card import LONGEST_NAME
from workbench.ui.review.reading import show_case
from workbench.workspace import Workbench
from workbench.workspace.failures.analysis import FailureAnalysis
from workbench.workspace.failures.failures import OWN_SET
from workbench.workspace.failures.notes import Note

NOTES_SHOWN = 50
NOTE_SHOWN = 300
"""Characters of a note in the list; all of it stands above its answer."""
SILENT = "failed without a note"
_GOLDEN_SET = "golden"
"""In the address: the golden set that failing answers go to."""


def show(wb: Workbench, found: FailureAnalysis, notes: Sequence[Note], *, place: str) -> None:
    """Notes with boxes to choose them by, and what to do with the chosen ones. `place` is the mode they are in."""
    if not notes:
        st.caption("No note of this run is in it.")
        return
    step = wb.failures.last_step()
    stamp = f"{place}-{0 if step is None else step.number}"
    shown = notes if address.read("all") else notes[:NOTES_SHOWN]
    keys = {note.key: f"note-{stamp}-{_name(note)}" for note in shown}
    _sort(wb, found, [key for key, box in keys.items() if st.session_state.get(box)], place, stamp)
    st.button(
        "Choose all or none", type="tertiary", on_click=_choose_all, args=(list(keys.values()),), key=f"all-{stamp}"
    )
    for note in shown:
        _line(wb, note, keys[note.key])
    if len(shown) < len(notes):
        st.button(
            f"Show all {len(notes):,}",
            icon=":material/expand_more:",
            type="tertiary",
            key="all-notes",
            on_click=address.turn_to,
            kwargs={"all": "1"},
        )


def golden_set(wb: Workbench) -> None:
    """Where failing answers go that are kept as golden examples."""
    address.pick("Golden examples go to", _golden_sets(wb), _GOLDEN_SET, width=240)


def add_mode(wb: Workbench) -> None:
    """A failure mode that no note is about yet."""
    with (
        st.popover("New failure mode…", icon=":material/add:"),
        st.form("new-mode", border=False, clear_on_submit=True),
    ):
        name = st.text_input("Name", max_chars=LONGEST_NAME, placeholder="Two to six words that say what goes wrong")
        description = st.text_area("What belongs here")
        if st.form_submit_button("Add", type="primary", **_may_sort(wb)):
            carry_out(lambda: f"Added {plain(wb.failures.edit.add(name, description).name)}.")


def _line(wb: Workbench, note: Note, key: str) -> None:
    """One note, to choose, to read in its answer, and to keep."""
    name = _name(note)
    opened = address.read("note") == name
    with st.container(gap=None, border=opened):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.checkbox(plain(one_line(note.text, NOTE_SHOWN)) or f"*{SILENT}*", key=key, width="stretch")
            st.button(
                "Close" if opened else "Read",
                icon=":material/expand_less:" if opened else ":material/article:",
                type="tertiary",
                key=f"read-{name}",
                on_click=address.turn_to,
                kwargs={"note": None if opened else name},
            )
            may = for_role(wb, "engineer", "save a golden set")
            if st.button("Golden example", icon=":material/playlist_add:", type="tertiary", key=f"keep-{name}", **may):
                named = address.read(_GOLDEN_SET)
                carry_out(lambda: _kept(wb, note, named if named in _golden_sets(wb) else OWN_SET))
        asked = f" · {one_line(note.question)}" if note.question else ""
        st.caption(plain(f"{note.example} · {note.reviewer}{asked}"))
        if opened:
            if len(note.text) > NOTE_SHOWN:
                st.html(html_text(note.text))
            show_case(wb.reviews.case(note.trial_id))
            if note.correction:
                st.markdown(f"**A right answer, by {plain(note.reviewer)}:** {plain(note.correction)}")


def _golden_sets(wb: Workbench) -> list[str]:
    return list(dict.fromkeys([OWN_SET, *(version.name for version in wb.datasets.list())]))


def _kept(wb: Workbench, note: Note, dataset: str) -> str:
    saved = wb.failures.keep_example(note.trial_id, reviewer=note.reviewer, dataset=dataset)
    if not saved.created:
        return f"{plain(dataset)} has this question already."
    right = "" if note.correction else " Say there what a good answer is."
    return f"Saved as {plain(saved.name)}, version {saved.version}.{right}"


def _sort(wb: Workbench, found: FailureAnalysis, chosen: Sequence[NoteKey], place: str, stamp: str) -> None:
    modes = {mode.name: mode.id for mode in (*found.modes, *found.unseen) if mode.id != place}
    with st.form(f"sort-{stamp}", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            f"Move the chosen notes ({len(chosen):,}) to",
            list(modes),
            index=None,
            accept_new_options=True,
            placeholder="A failure mode, or type a new name",
            key=f"to-{stamp}",
        )
        kind: Literal["primary", "secondary"] = "primary" if chosen else "secondary"
        moved = st.form_submit_button("Move", type=kind, icon=":material/drive_file_move:", **_may_sort(wb))
        out = any(mode.id == place for mode in found.modes)
        taken = out and st.form_submit_button("Take out", icon=":material/remove:", **_may_sort(wb))
    if moved:
        carry_out(lambda: _moved(wb, found, chosen, name))
    if taken:
        carry_out(lambda: f"Took {counted(wb.failures.edit.move(chosen, None), 'note')} out.")


def _moved(wb: Workbench, found: FailureAnalysis, chosen: Sequence[NoteKey], name: str | None) -> str:
    known = {name_key(mode.name): mode for mode in (*found.modes, *found.unseen)}
    mode = known.get(name_key(name or ""))
    if mode is None:
        made = wb.failures.edit.split(chosen, name or "")
        return f"{plain(made.name)} has {counted(len(chosen), 'note')}."
    count = wb.failures.edit.move(chosen, mode.id)
    return f"Moved {counted(count, 'note')} to {plain(mode.name)}."


def _choose_all(keys: Sequence[str]) -> None:
    """Choose all, or none where all are chosen."""
    every = all(st.session_state.get(key) for key in keys)
    for key in keys:
        st.session_state[key] = not every


def _name(note: Note) -> str:
    """A note's name in the address, which tells nothing."""
    return short(content_hash(note.key))


def _may_sort(wb: Workbench) -> dict[str, Any]:
    return for_role(wb, "reviewer", "sort failures")
