"""Groups of notes to begin with: by shared words, or by a model when the person asks it and knows the cost."""

from __future__ import annotations

from collections import Counter
from typing import Literal

import streamlit as st

from workbench.domain.failure_mode import NoteGroup
from workbench.errors import WorkbenchError
from workbench.stats.numbers import counted, money
from workbench.ui import state
from workbench.ui.components import pressing
from workbench.ui.components.allowed import for_role
from workbench.ui.components.text import one_line, plain
from workbench.ui.failures.doing import carry_out
from workbench.ui.failures.mode_card import LONGEST_NAME
from workbench.workspace import Workbench
from workbench.workspace.failures.analysis import FailureAnalysis
from workbench.workspace.failures.asking import grouping_call

LONGEST_LINE = 200


def show(wb: Workbench, found: FailureAnalysis) -> None:
    """What is proposed, to be edited and accepted; and the two ways to have groups proposed."""
    if found.groups:
        _groups(wb, found)
    elif not found.modes:
        st.write(
            "Have the notes grouped to begin with, or choose some below and move them to a failure mode of your own."
        )
    kind: Literal["primary", "secondary"] = "secondary" if found.groups or found.modes else "primary"
    with st.container(horizontal=True, vertical_alignment="center"):
        may = for_role(wb, "reviewer", "have notes grouped")
        if st.button("Group by words", icon=":material/auto_awesome_mosaic:", key="group-by-words", type=kind, **may):
            carry_out(lambda: _told(len(wb.failures.group_by_words(*found.runs).groups)))
        with st.popover("Group with a model…", icon=":material/psychology:"):
            _with_model(wb, found)


def _with_model(wb: Workbench, found: FailureAnalysis) -> None:
    models = [model.name for model in state.models(wb) if model.ready and not model.name.startswith("offline/")]
    if not models:
        st.caption("No model that writes is ready. Name one in workbench\\.toml, or group by words.")
        return
    model = st.selectbox("Model", models, key="group-model")
    try:
        call = grouping_call(wb.context, found.material, model)
    except WorkbenchError as error:
        st.caption(plain(error.message))
        return
    most = call.most_usd
    cost = (
        "What it costs is not known: the model has no price." if most is None else f"One call, at most {money(most)}."
    )
    later = f" The other {call.left:,} can be grouped afterwards." if call.left else ""
    st.caption(plain(f"The model reads {counted(len(call.notes), 'note')} and proposes groups. {cost}{later}"))
    may = for_role(wb, "reviewer", "have notes grouped")
    if call.notes and pressing.once(
        "Ask the model", "Asking…", icon=":material/psychology:", key="group-with-model", prominent=True, **may
    ):
        carry_out(lambda: _told(len(wb.failures.group_by_model(*found.runs, model=model).groups)))


def _groups(wb: Workbench, found: FailureAnalysis) -> None:
    """One form for all: what is ticked when it is sent becomes a failure mode, under the name that stands there."""
    texts = {note.key: note.text for note in found.notes}
    names = {mode.id: mode.name for mode in found.modes}
    stamp = "" if found.proposal is None else found.proposal.made_at.isoformat()
    with st.form(f"proposed-{stamp}"):
        st.markdown(f"**Proposed groups** {plain(_from(found))}")
        kept: list[NoteGroup] = []
        for number, group in enumerate(found.groups):
            key = f"{stamp}-{group.notes[0]}"
            joins = names.get(group.mode or "")
            wanted = st.checkbox(
                f"{counted(len(group.notes), 'note')}" + (f", to join {plain(joins)}" if joins else ""),
                value=True,
                key=f"group-{key}",
            )
            name = group.name
            if joins is None:
                name = st.text_input(
                    f"Name of group {number + 1}",
                    group.name,
                    max_chars=LONGEST_NAME,
                    key=f"group-name-{key}",
                    label_visibility="collapsed",
                )
            said = Counter(one_line(texts.get(note, ""), LONGEST_LINE) for note in group.notes)
            st.markdown("\n".join(f"- {plain(text)}{f' (×{n:,})' if n > 1 else ''}" for text, n in said.items()))
            if wanted:
                kept.append(NoteGroup(name, group.description, group.notes, group.mode if joins else None))
        with st.container(horizontal=True):
            may = for_role(wb, "reviewer", "sort failures")
            accepted = st.form_submit_button("Accept the ticked groups", type="primary", icon=":material/check:", **may)
            dismissed = st.form_submit_button("Put the proposal away", icon=":material/close:", **may)
    if accepted:
        carry_out(lambda: f"Sorted into {counted(len(wb.failures.edit.accept(kept)), 'failure mode')}.")
    if dismissed:
        carry_out(lambda: _put_away(wb, found))


def _put_away(wb: Workbench, found: FailureAnalysis) -> str:
    wb.failures.dismiss(*found.runs)
    return "Put away. Nothing was sorted."


def _from(found: FailureAnalysis) -> str:
    proposal = found.proposal
    if proposal is None or proposal.by == "words":
        return "by the words that notes share. Nothing is sorted before you accept it."
    cost = "" if proposal.cost_usd is None else f", for {money(proposal.cost_usd)}"
    return f"by {proposal.model}{cost}. Nothing is sorted before you accept it."


def _told(groups: int) -> str:
    if not groups:
        return "No two notes are alike by their words: sort them by hand, or ask a model."
    return f"{counted(groups, 'group')} proposed. Look at them before you accept."
