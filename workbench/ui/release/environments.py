"""Where releases stand: one step on, one click back, and what stood where before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from workbench.domain.environment import ENVIRONMENTS, Environment, EnvironmentStep, before, following
from workbench.domain.release import Release
from workbench.errors import WorkbenchError
from workbench.ui import shell
from workbench.ui.components.allowed import for_role
from workbench.ui.components.run_states import when
from workbench.ui.components.tables import show_table
from workbench.ui.components.text import plain
from workbench.ui.release import serving, undo, watching
from workbench.workspace import Workbench

STEPS_SHOWN = 30


def show(wb: Workbench, prompt: str) -> None:
    """The three environments, then how services fetch what stands there, and the history of the pointers."""
    steps = wb.releases.history(prompt)
    if not steps:
        st.info(
            "Nothing of this prompt was approved yet. An approved version stands in dev at once; from there it goes on "
            "to staging and production, a step at a time.",
            icon=":material/rocket_launch:",
        )
        return
    undo.offer(wb, prompt, steps)
    standing = wb.releases.environments(prompt)
    for name, column in zip(ENVIRONMENTS, st.columns(len(ENVIRONMENTS)), strict=True):
        with column, st.container(border=True, height="stretch", key=f"environment-{name}"):
            _card(wb, name, standing[name], steps)
    _elsewhere(wb, prompt)
    serving.show(wb, prompt)
    watching.show(wb, prompt)
    _history(steps)


def _card(
    wb: Workbench,
    name: Environment,
    stands: Release | None,
    steps: Sequence[EnvironmentStep],
) -> None:
    """One environment: what stands there since when, and the two ways to go."""
    st.subheader(name.capitalize(), anchor=False)
    if stands is None:
        st.markdown("Nothing stands here yet.")
        return
    last = next(step for step in reversed(steps) if step.environment == name)
    st.markdown(f"**{plain(stands.version)}** (v{stands.number})")
    st.caption(
        f"{last.kind.capitalize()} by {plain(last.by)}, {when(last.at)}"
        + (f": {plain(last.reason)}" if last.reason else "")
    )
    problems = wb.releases.lapses(stands)
    if problems:
        st.warning(f"Its approval lapsed: {plain(', '.join(problems))}.", icon=":material/gpp_maybe:")
    _promote(wb, name, stands, steps, lapsed=bool(problems))
    earlier = before(steps, name)
    if earlier is not None and st.button(
        f"Roll back to {plain(earlier)}",
        icon=":material/undo:",
        key=f"rollback-{name}",
        **{"help": "At once; it can be undone.", **_may_roll_back(wb)},
    ):
        move(lambda: wb.releases.rollback(stands.prompt, environment=name))


def _promote(
    wb: Workbench, name: Environment, stands: Release, steps: Sequence[EnvironmentStep], *, lapsed: bool
) -> None:
    to = following(name)
    if to is None or lapsed:
        return
    there = next((step.version for step in reversed(steps) if step.environment == to), None)
    if there == stands.version:
        return
    if st.button(
        f"Promote {plain(stands.version)} to {to}",
        type="primary",
        icon=":material/arrow_forward:",
        key=f"promote-{name}",
        **_may_promote(wb),
    ):
        move(lambda: wb.releases.promote(f"{stands.prompt}@{stands.number}", to=to))


def move(step: Callable[[], EnvironmentStep]) -> None:
    """Carry a step out and draw anew with the offer to undo it; an error is shown where it happened."""
    try:
        made = step()
    except WorkbenchError as error:
        shell.show_error(error)
        return
    undo.remember(made)
    st.rerun()


def _elsewhere(wb: Workbench, prompt: str) -> None:
    """Another release than the one that stands in the environment before, or a step with a reason."""
    made = {f"{prompt}@{release.number}": release for release in wb.releases.list(prompt)}
    with st.expander("Put another release somewhere, or say why", icon=":material/swap_horiz:"):
        with st.form("move-release", border=False):
            left, right = st.columns(2)
            reference = left.selectbox(
                "Release", list(reversed(made)), format_func=lambda name: f"{made[name].version} ({name})"
            )
            to = right.selectbox("Environment", list(ENVIRONMENTS))
            reason = st.text_input("Why", key="move-reason", help="It stands in the history.")
            with st.container(horizontal=True):
                put = st.form_submit_button("Put it there", icon=":material/arrow_forward:", **_may_promote(wb))
                back = st.form_submit_button("Roll this environment back", icon=":material/undo:", **_may_roll_back(wb))
        if put and reference is not None:
            move(lambda: wb.releases.promote(reference, to=to, reason=reason.strip()))
        if back:
            move(lambda: wb.releases.rollback(prompt, environment=to, reason=reason.strip()))


def _may_promote(wb: Workbench) -> dict[str, Any]:
    return for_role(wb, ("approver", "engineer"), "promote")


def _may_roll_back(wb: Workbench) -> dict[str, Any]:
    return for_role(wb, ("approver", "engineer"), "roll back")


def _history(steps: Sequence[EnvironmentStep]) -> None:
    st.subheader("What stood where", anchor=False)
    rows = [
        {
            "When": when(step.at),
            "Environment": step.environment,
            "Release": step.version,
            "How": step.kind,
            "By": step.by,
            "Why": step.reason or "–",
        }
        for step in reversed(steps[-STEPS_SHOWN:])
    ]
    show_table(rows, alt="What was put into the environments, newest first", stacked="pointers")
    if len(steps) > STEPS_SHOWN:
        st.caption(f"The newest {STEPS_SHOWN}. All of them: `workbench release history {plain(steps[0].prompt)}`.")
