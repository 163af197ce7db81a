"""A run that ended: what came of it, what to do next, what failed and why."""

from __future__ import annotations

import streamlit as st

from workbench.stats.numbers import counted, duration
from workbench.ui.components import places
from workbench.ui.components.tables import show_table
from workbench.ui.components.text import plain
from workbench.ui.run import actions, raising, stopping
from workbench.ui.run.advice import advice, said
from workbench.workspace import Workbench
from workbench.workspace.runs.runs import RunLine

REASONS_SHOWN = 8


def show(wb: Workbench, line: RunLine) -> None:
    """How it ended and the way on, counts, failures in words, and where to go next."""
    stopping.forget()
    _ending(wb, line)
    _counts(wb, line)
    if line.summary.failed:
        _failures(wb, line.info.id)


def _ending(wb: Workbench, line: RunLine) -> None:
    """What happened, and below it what can be done next."""
    job = wb.runs.job(line.info.id)
    error = job.progress().error if job is not None else ""
    raised_here = False
    if error:
        st.error(plain(error), title="The run broke off", icon=":material/error:")
    elif line.status == "done":
        _done(line)
    elif line.summary.stopped_by == "provider":
        _stopped_lanes(wb, line)
    elif line.summary.stopped_by == "budget":
        raised_here = raising.show(wb, line)
    else:
        _unfinished(line)
    with st.container(horizontal=True, vertical_alignment="center"):
        actions.offer(wb, line, go_on=not raised_here, prominent=True)
        if line.summary.done:
            places.link("compare", "Compare", run=line.info.id)
            places.link("review", "Review the answers", run=line.info.id)


def _done(line: RunLine) -> None:
    settled = line.summary.settled_at
    if settled is not None:
        questions = line.summary.planned // (len(line.info.arms) * line.info.repeats)
        st.success(
            f"Settled after {settled.examples:,} of {questions:,} questions; the rest was not asked.",
            title="Stopped early",
            icon=":material/check_circle:",
        )
    elif line.info.imported_from is not None:
        text = f"Its answers were imported from {line.info.imported_from}, with their scores. Nothing was asked here."
        st.info(plain(text), icon=":material/fact_check:")
    elif line.summary.failed:
        st.warning("Every question was asked; some answers did not come.", icon=":material/warning:")
    else:
        st.success("Every question was answered.", icon=":material/check_circle:")


def _unfinished(line: RunLine) -> None:
    """Stopped by hand, or its process ended."""
    lacking = actions.missing(line)
    what = f"{counted(lacking, 'answer')} to go." if lacking else "Some verdicts of judges are missing."
    if line.status == "cancelled":
        st.warning(f"It was stopped by hand. What was answered is kept. {what}", icon=":material/stop_circle:")
    else:
        text = f"{what} Going on asks for those only; nothing is paid twice."
        st.warning(text, title="The run was interrupted", icon=":material/pause_circle:")


def _stopped_lanes(wb: Workbench, line: RunLine) -> None:
    """Each model whose lane stopped, why, and what to do."""
    lost, unasked = wb.runs.lost(line.info.id), wb.runs.unasked(line.info.id)
    # Without a failed answer it was a judge that failed: a run that may stop early then asks nothing further.
    stopped = (list(unasked) or list(dict.fromkeys(reason.model for reason in lost))) if lost else []
    for model in stopped:
        parts = [f"{counted(unasked[model], 'question')} not asked yet."] if model in unasked else []
        why = next((reason for reason in lost if reason.model == model), None)
        parts += [] if why is None else [advice(why.error)]
        text = plain(" ".join(parts)) + ("" if why is None else f"\n\n{said(why.message)}")
        st.warning(text, title=f"{plain(model)} stopped: its provider failed", icon=":material/pause_circle:")
    if not stopped:
        st.warning(
            "A judge's model failed again and again, so some verdicts are missing. All answers are kept.",
            icon=":material/pause_circle:",
        )


def _counts(wb: Workbench, line: RunLine) -> None:
    summary, spent = line.summary, wb.spending.of_run(line.info.id)
    figures = {
        "Answered": f"{summary.done:,} of {summary.planned:,}",
        "Failed": f"{summary.failed:,}",
        **({} if line.info.imported_from else {"Spent": spent.amount, "Took": duration(1000 * summary.seconds)}),
    }
    with st.container(horizontal=True, gap="medium"):
        for label, figure in figures.items():
            st.metric(label, figure, width="content")
    if summary.cached:
        were = "answer was" if summary.cached == 1 else "answers were"
        st.caption(
            f":material/history: {summary.cached:,} {were} replayed from earlier runs: their times and costs are those "
            "measured then; nothing was spent on them now."
        )


def _failures(wb: Workbench, run: str) -> None:
    reasons = wb.runs.lost(run)
    show_table(
        [
            {
                "Answers": f"{lost.count:,}",
                "Model": lost.model,
                "What happened": lost.message,
                "What to do": advice(lost.error),
            }
            for lost in reasons[:REASONS_SHOWN]
        ],
        alt="Why answers failed, how many for each reason, and what to do",
    )
    if len(reasons) > REASONS_SHOWN:
        st.caption(f"And {len(reasons) - REASONS_SHOWN:,} more reasons: `workbench outputs RUN --jsonl` lists all.")
