"""What a run would ask, cost and take, told before it is started."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from workbench.domain.run import RunPlan
from workbench.errors import InputError, NotFoundError, WorkbenchError
from workbench.stats.numbers import counted
from workbench.ui import shell
from workbench.ui.components import address, places
from workbench.ui.components.allowed import for_role
from workbench.ui.components.text import plain, times_asked
from workbench.ui.run import estimated, pressed, probe
from workbench.workspace import Workbench
from workbench.workspace.runs.planning import RunOptions


def offer(wb: Workbench, options: RunOptions, *, on_started: Callable[[str], None] | None = None) -> None:
    """Say what will happen and offer to start; say what does not fit together and how to mend it.

    `on_started` is called with the run's id, where another page than the run's own asks.
    """
    try:
        plan = wb.runs.plan(options)
    except InputError as error:
        with st.container(border=True):
            st.markdown("**Before you start**")
            shell.show_error(error)
            if isinstance(error, NotFoundError) and error.kind == "index":
                places.link("knowledge", f"Build the index {plain(error.name)}", view="build", called=error.name)
        return
    offer_plan(wb, plan, options, on_started=on_started)


def offer_plan(
    wb: Workbench,
    plan: RunPlan,
    options: RunOptions | None = None,
    *,
    on_started: Callable[[str], None] | None = None,
) -> None:
    """As `offer`, for a plan that is made already; with the options it came from, a probe of it is offered."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown("**Before you start**", width="content")
            # Above the estimate: what arrives there would move the button away from under a press.
            may = for_role(wb, "engineer", "start a run")
            wanted = repr(replace(plan, examples=()))
            st.button(
                "Start",
                type="primary",
                icon=":material/play_arrow:",
                key="run-start",
                on_click=pressed.note,
                args=(wanted, address.choices()),
                **may,
            )
        wb.models.warm_up(arm.model for arm in plan.arms)
        st.caption(plain(_product(plan)))
        asked_for = pressed.take(wanted)
        if asked_for:
            _start(wb, plan, on_started)
        elif asked_for is not None:
            st.warning("Not started: what would be asked changed just then. Look at it, and press Start again.")
        if probe.goes_on(wb):
            probe.show_progress(wb)
        else:
            probe.show_end(wb)
            # Rendering prompts and searching the index takes a moment: the page does not wait for it.
            st.fragment(estimated.show, parallel=True, key="run-estimate")(wb, options, plan)
        st.caption(f"Scores: {plain(', '.join(wb.measures.metric(name).info.title for name in plan.metrics))}")
        if plan.stop_early is not None:
            decides = wb.measures.by_name(plan.stop_early.metric).title
            st.caption(plain(f"May stop early: looked at after 25%, 50% and 75% of the questions, by {decides}."))


def _start(wb: Workbench, plan: RunPlan, on_started: Callable[[str], None] | None) -> None:
    try:
        job = wb.runs.start(plan)
    except WorkbenchError as error:
        shell.show_error(error)
        return
    probe.forget()
    if on_started is not None:
        on_started(job.run)
    address.only(run=job.run)
    st.rerun()


def _product(plan: RunPlan) -> str:
    versions = len({arm.prompt.label for arm in plan.arms})
    models = len({arm.model.alias for arm in plan.arms})
    variants = len({arm.variant for arm in plan.arms})
    parts = [counted(versions, "version"), counted(models, "model")]
    parts += [f"{variants:,} ways of finding sources"] if variants > 1 else []
    questions = counted(len(plan.examples), "question")
    whole = versions * models * variants == len(plan.arms)
    asked = " x ".join([*parts, questions]) if whole else f"{len(plan.arms)} arms x {questions}"
    return f"{asked}, each {times_asked(plan.repeats)}"
