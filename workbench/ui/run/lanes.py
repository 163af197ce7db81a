"""One model's part of a run that goes on: how far it is, why it waits, and the way on when it stopped."""

from __future__ import annotations

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.ui import shell
from workbench.ui.components import pressing
from workbench.ui.components.allowed import for_role
from workbench.ui.components.text import plain
from workbench.ui.run.advice import advice, said
from workbench.workspace import Workbench
from workbench.workspace.runs.progress import LaneProgress


def show(wb: Workbench, run: str, lane: LaneProgress) -> None:
    """A bar, and below it what holds the model up."""
    if not lane.planned:
        _judging(wb, run, lane)
        return
    answered = lane.done + lane.failed
    text = f"**{plain(lane.model)}** · {plain(' · '.join(_facts(lane)))}"
    st.progress(min(1.0, answered / lane.planned), text=text)
    if lane.missing:
        _held_up(wb, run, lane)


def _judging(wb: Workbench, run: str, lane: LaneProgress) -> None:
    """A model that only judges ask has no answers to count; it is shown when something is to be said of it."""
    if lane.waiting or lane.in_flight:
        st.markdown(f"**{plain(lane.model)}** · judges answers")
        _held_up(wb, run, lane)


def _facts(lane: LaneProgress) -> list[str]:
    facts = [f"{lane.done + lane.failed:,} of {lane.planned:,}"]
    if not lane.missing:
        facts.append("✓ all in")
    if lane.failed:
        facts.append(f"{lane.failed:,} failed")
    if lane.cached:
        facts.append(f"{lane.cached:,} replayed")
    if lane.missing and lane.state == "open" and lane.at_once and not lane.waiting:
        facts.append(_under_way(lane))
    return facts


def _under_way(lane: LaneProgress) -> str:
    fewer = " (fewer than configured, because the provider pushed back)" if lane.at_once < lane.configured else ""
    return f"{lane.in_flight:,} of {lane.at_once:,} at once{fewer}"


def _held_up(wb: Workbench, run: str, lane: LaneProgress) -> None:
    if lane.state == "closed":
        st.error(
            f"{plain(advice(lane.error))} The other models go on; when the run has ended, this one can go on from "
            f"this page.\n\n{said(lane.waiting)}",
            title=f"{plain(lane.model)} is not asked any more",
            icon=":material/block:",
        )
    elif lane.state == "paused":
        st.warning(
            f"{plain(advice(lane.error))} The other models go on.\n\n{said(lane.waiting)}",
            title=f"{plain(lane.model)} pauses: the same error came again and again",
            icon=":material/pause_circle:",
        )
        if pressing.once(
            f"Continue {plain(lane.model)}",
            "Continuing…",
            icon=":material/play_arrow:",
            key=f"continue-{lane.model}",
            **for_role(wb, "engineer", "let a run go on"),
        ):
            _continue(wb, run, lane.model)
    elif lane.waiting:
        st.caption(f":material/hourglass_top: {plain(lane.waiting)}")


def _continue(wb: Workbench, run: str, model: str) -> None:
    try:
        wb.runs.go_on(run, model)
    except WorkbenchError as error:
        shell.show_error(error)
