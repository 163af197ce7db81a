"""What a run would do, told before it is started."""

from __future__ import annotations

import streamlit as st

from workbench.domain.run import Arm, RunPlan
from workbench.errors import InputError, WorkbenchError
from workbench.stats.numbers import money
from workbench.ui import shell
from workbench.ui.components import address
from workbench.ui.components.text import counted, plain, times_asked
from workbench.workspace import Workbench
from workbench.workspace.planning import RunOptions


def offer(wb: Workbench, options: RunOptions) -> None:
    """Say what will happen and offer to start; say what does not fit together and how to mend it."""
    with st.container(border=True):
        st.markdown("**Before you start**")
        try:
            plan = wb.runs.plan(options)
        except InputError as error:
            shell.show_error(error)
            return
        st.markdown(f"**{plan.size:,} answers**: {plain(_product(plan))}")
        for text in [*_prices(plan), *_judging(wb, plan)]:
            st.markdown(plain(text))
        st.caption(f"Scores: {plain(', '.join(wb.measures.metric(name).info.title for name in plan.metrics))}")
        if st.button("Start", type="primary", icon=":material/play_arrow:"):
            _start(wb, plan)


def _start(wb: Workbench, plan: RunPlan) -> None:
    try:
        job = wb.runs.start(plan)
    except WorkbenchError as error:
        shell.show_error(error)
        return
    address.only(run=job.run)
    st.rerun()


def _product(plan: RunPlan) -> str:
    versions = len({arm.prompt.label for arm in plan.arms})
    models = len({arm.model.alias for arm in plan.arms})
    parts = [counted(versions, "version"), counted(models, "model"), counted(len(plan.examples), "question")]
    text = " x ".join(parts) if versions * models == len(plan.arms) else f"{len(plan.arms)} arms x {parts[-1]}"
    return f"{text}, each {times_asked(plan.repeats)}"


def _prices(plan: RunPlan) -> list[str]:
    arms = {arm.model.alias: arm for arm in plan.arms}
    return [f"{alias}: {_price(arm)}." for alias, arm in arms.items()]


def _price(arm: Arm) -> str:
    if arm.price is None:
        return "price unknown, so the cost of the run cannot be told. Give it a price in workbench.toml"
    if arm.price.input_per_million == arm.price.output_per_million == 0:
        return "costs nothing"
    return (
        f"price known, {money(arm.price.input_per_million)} for a million tokens in and "
        f"{money(arm.price.output_per_million)} for a million out"
    )


def _judging(wb: Workbench, plan: RunPlan) -> list[str]:
    texts = []
    for name in plan.judges:
        if wb.measures.judge(name).model is None:
            texts.append(
                f"{name} needs a model in workbench.toml, under [judges.{name}]. Until then it scores nothing."
            )
        else:
            texts.append(f"{name} gives {plan.size:,} verdicts more, one for each answer.")
    return texts
