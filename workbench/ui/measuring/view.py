"""The view of the Knowledge page that measures: a plan, its progress, or what was found."""

from __future__ import annotations

import streamlit as st

from workbench.domain.index import IndexInfo
from workbench.errors import NotFoundError, WorkbenchError
from workbench.ui import shell
from workbench.ui.components import address
from workbench.ui.components.allowed import for_role
from workbench.ui.components.run_states import when
from workbench.ui.components.text import plain
from workbench.ui.measuring import earlier, figures, going_on, no_sources, planning, questions, using, verdict
from workbench.workspace import Workbench
from workbench.workspace.evaluations.evaluation import Evaluation


def show_measure(wb: Workbench, info: IndexInfo) -> None:
    """What the address names: an evaluation, or the plan of a new one."""
    wanted = address.read("evaluation")
    if wanted is not None:
        _show_one(wb, wanted)
        return
    sets = planning.with_sources(wb)
    if sets:
        planning.plan(wb, info, sets)
    else:
        no_sources.explain(wb, info)
    earlier.show(wb, info)


def _show_one(wb: Workbench, wanted: str) -> None:
    try:
        evaluation = wb.evaluations.get(wanted)
    except NotFoundError as error:
        shell.show_error(error)
        address.link("Measure", icon=":material/straighten:", key="measure-new", view="measure")
        return
    _head(evaluation)
    if wb.evaluations.has_other_documents(evaluation.info):
        st.warning(
            "The documents have changed since: this was measured on those of an earlier build. "
            "Measure again before you rely on it; “Use this” takes the documents as they are now.",
            icon=":material/update:",
        )
    if going_on.show(wb, wanted):
        return
    if evaluation.state == "unfinished":
        _unfinished(wb, evaluation)
    if not evaluation.figures:
        return
    verdict.show(evaluation)
    top = st.container()
    st.subheader("All settings", anchor=False)
    chosen = figures.show(evaluation)
    with top:
        using.show(wb, evaluation, chosen)
    st.subheader("Question by question", anchor=False)
    questions.show(wb, evaluation, chosen)
    with st.expander("Details", icon=":material/info:", type="compact"):
        for note in evaluation.notes:
            st.markdown(f"- {plain(note)}")


def _head(evaluation: Evaluation) -> None:
    info = evaluation.info
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Measured {when(info.created_at)} by {plain(info.created_by)}", width="content")
        address.link(
            "Measure other settings",
            icon=":material/arrow_back:",
            key="measure-again",
            index=info.index,
            view="measure",
            set=f"{info.dataset}@{info.dataset_version}",
        )


def _unfinished(wb: Workbench, evaluation: Evaluation) -> None:
    done, planned = len(evaluation.settings), len(evaluation.info.settings)
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/stop_circle: It was stopped: {done:,} of {planned:,} settings are measured.")
        may = for_role(wb, "engineer", "evaluate an index")
        if st.button("Go on", icon=":material/play_arrow:", key="measure-resume", **may):
            try:
                wb.evaluations.resume(evaluation.info.id)
            except WorkbenchError as error:
                shell.show_error(error)
                return
            st.rerun()
