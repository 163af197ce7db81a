"""One failure mode: its name, what it means, and what can be made of it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from workbench.domain.failure_mode import FailureMode
from workbench.ui.components import address, places
from workbench.ui.components.allowed import for_role
from workbench.ui.components.text import plain
from workbench.ui.failures.doing import carry_out
from workbench.workspace import Workbench
from workbench.workspace.failures.analysis import FailureAnalysis

LONGEST_NAME = 80


def show(wb: Workbench, found: FailureAnalysis, mode: FailureMode) -> None:
    """The mode with its buttons."""
    with st.container(border=True, key="failure-mode"):
        st.markdown(f"**{plain(mode.name)}**" + (f"  \n{plain(mode.description)}" if mode.description else ""))
        asked = [one for one in found.questions if one.mode == mode.id]
        for one in asked:
            st.markdown(f":material/gavel: The judge {plain(one.judge)} asks: {plain(one.question)}")
            places.link("judges", f"Open {plain(one.judge)}", judge=one.judge)
        with st.container(horizontal=True):
            if not asked:
                _one_click(wb, mode)
            with st.popover("Judge question…" if not asked else "Another question…", icon=":material/gavel:"):
                _question(wb, mode)
            with st.popover("Rename…", icon=":material/edit:"):
                _rename(wb, mode)
            others = [other for other in (*found.modes, *found.unseen) if other.id != mode.id]
            if others:
                with st.popover("Merge…", icon=":material/merge:"):
                    _merge(wb, mode, others)
            how = {"help": "Its notes are not sorted any more, and it is not counted.", **_may_sort(wb)}
            if st.button("Retire", icon=":material/archive:", key=f"retire-{mode.id}", **how):
                carry_out(lambda: f"Retired {plain(wb.failures.edit.retire(mode.id).name)}.")


def _one_click(wb: Workbench, mode: FailureMode) -> None:
    questions = wb.failures.questions
    told = (
        f"Adds the judge {plain(questions.proposed_judge(mode))} to workbench\\.toml, which asks: "
        f"{plain(questions.proposed(mode))}"
    )
    how = {"help": told, **_may_ask(wb)}
    if st.button("Make it a judge", icon=":material/gavel:", type="primary", key=f"ask-{mode.id}", **how):
        carry_out(lambda: _asked(wb, mode, None, None))


def _asked(wb: Workbench, mode: FailureMode, judge: str | None, question: str | None) -> str:
    given = wb.failures.questions.ask(mode.id, judge, question)
    return f"The judge {plain(given.judge)} asks it from now on. Undo takes it out of workbench\\.toml again."


def _question(wb: Workbench, mode: FailureMode) -> None:
    questions = wb.failures.questions
    own = questions.proposed_judge(mode)
    with st.form(f"question-{mode.id}", border=False):
        question = st.text_area("Question, answered with yes where all is well", questions.proposed(mode))
        judge = st.selectbox(
            "Judge",
            [own, *questions.judges()],
            format_func=lambda name: f"{name} (new)" if name == own else name,
            help="A judge with one question can be checked against people by itself.",
        )
        model = questions.proposed_model()
        st.caption(
            plain(f"A new judge asks the model {model!r}.")
            if model
            else "A new judge has no model yet: name one in workbench\\.toml\\."
        )
        if st.form_submit_button("Write it into workbench.toml", type="primary", **_may_ask(wb)):
            carry_out(lambda: _asked(wb, mode, judge, question))


def _rename(wb: Workbench, mode: FailureMode) -> None:
    with st.form(f"rename-{mode.id}", border=False):
        name = st.text_input("Name", mode.name, max_chars=LONGEST_NAME)
        description = st.text_area("What belongs here", mode.description)
        if st.form_submit_button("Save", type="primary", **_may_sort(wb)):
            carry_out(
                lambda: f"Saved {plain(wb.failures.edit.change(mode.id, name=name, description=description).name)}."
            )


def _merge(wb: Workbench, mode: FailureMode, others: list[FailureMode]) -> None:
    names = {other.id: other.name for other in others}
    with st.form(f"merge-{mode.id}", border=False):
        into = st.selectbox("Into", list(names), format_func=address.told_apart(list(names), names.__getitem__))
        if st.form_submit_button("Merge", type="primary", **_may_sort(wb)):
            carry_out(lambda: _merged(wb, mode, into))


def _may_ask(wb: Workbench) -> dict[str, Any]:
    return for_role(wb, "engineer", "give a judge a question")


def _may_sort(wb: Workbench) -> dict[str, Any]:
    return for_role(wb, "reviewer", "sort failures")


def _merged(wb: Workbench, mode: FailureMode, into: str) -> str:
    target = wb.failures.edit.merge(mode.id, into)
    address.write("mode", target.id)
    return f"{plain(mode.name)} is part of {plain(target.name)} now."
