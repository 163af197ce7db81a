"""The view from top to bottom: whose notes, how often what goes wrong, and the notes themselves."""

from __future__ import annotations

import streamlit as st

from workbench.ui import state
from workbench.ui.components import address
from workbench.ui.components.text import plain
from workbench.ui.failures import choosing, figures, mode_card, note_list, nothing, proposed
from workbench.ui.failures.doing import carry_out
from workbench.workspace import Workbench
from workbench.workspace.failures.analysis import FailureAnalysis

UNSORTED = "unsorted"


def what_goes_wrong(wb: Workbench) -> None:
    """The failure modes of the run in the address; what is looked at is in the address too."""
    st.subheader("What goes wrong", anchor=False)
    runs = choosing.pick_runs(wb)
    if not runs:
        nothing.no_run()
        return
    found = state.failure_analysis(wb, runs)
    if not found.notes:
        nothing.no_notes(found)
        return
    st.markdown("  \n".join(plain(sentence) for sentence in found.sentences))
    _undo(wb)
    if found.modes:
        figures.show(found)
    _notes(wb, found)


def _notes(wb: Workbench, found: FailureAnalysis) -> None:
    counts = {mode.id: len(found.notes_of(mode.id)) for mode in (*found.modes, *found.unseen)}
    titles = {mode.id: plain(mode.name) for mode in (*found.modes, *found.unseen)}
    options = [*([UNSORTED] if found.unsorted else []), *titles]

    def label(option: str) -> str:
        if option == UNSORTED:
            return f"Not sorted yet · {len(found.unsorted):,}"
        return f"{titles[option]} · {counts[option]:,}"

    st.subheader("The notes", anchor=False)
    chosen = address.switch("Failure mode", options, "mode", forget=("note",), format_func=label)
    if chosen == UNSORTED:
        proposed.show(wb, found)
        notes = found.unsorted
    else:
        mode_card.show(wb, found, next(mode for mode in (*found.modes, *found.unseen) if mode.id == chosen))
        notes = found.notes_of(chosen)
    note_list.show(wb, found, notes, place=chosen)
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        note_list.add_mode(wb)
        note_list.golden_set(wb)


def _undo(wb: Workbench) -> None:
    """The last step, where it is this person's to take back."""
    step = wb.failures.last_step()
    if step is None or step.made_by != wb.context.actor.name:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"You {plain(step.summary)}.")
        if st.button("Undo", icon=":material/undo:", type="tertiary", key="failures-undo"):
            carry_out(lambda: f"Taken back: {plain(wb.failures.undo().summary)}.")
