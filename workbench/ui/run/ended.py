"""A run that ended: what came of it, what failed and why, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from workbench.domain.run import RunStatus, RunSummary
from workbench.stats.numbers import duration, money
from workbench.ui.components import places
from workbench.ui.components.tables import show_table
from workbench.ui.components.text import plain
from workbench.ui.run import actions
from workbench.workspace import Workbench

ENDINGS: Mapping[str, str] = {
    "budget": "It stopped because the budget was reached.",
    "cancel": "It was stopped by hand. What was answered is kept.",
    "provider": "It stopped because a model's provider failed again and again.",
}
ADVICE: Mapping[str, str] = {
    "RateLimitedError": "The provider wanted fewer requests. Ask again with fewer at once.",
    "OverloadedError": "The provider was overloaded. Ask again later.",
    "ModelTimeoutError": "No answer came in time. Ask again, or allow more time on the command line: --timeout.",
    "ConnectionFailedError": "There was no connection. Check the network, or that the local server is started.",
    "BadResponseError": "The answer was cut off or malformed. Ask again.",
    "AuthenticationError": "The key is missing or wrong. Set it in the environment and restart the app.",
    "UnknownModelError": "The provider does not know this model. Start a new run with another name.",
    "BadRequestError": "The provider refused the request. Look at the parameters of the prompt.",
    "ContextTooLongError": "The prompt is too long for this model. Show it fewer sources, or take a larger model.",
    "ContentFilteredError": "The provider's filter blocked it. Asking again rarely helps; look at the question.",
}
REASONS_SHOWN = 8


def show(wb: Workbench, run: str, status: RunStatus) -> None:
    """Counts, failures in words, and the next steps."""
    summary = wb.runs.summary(run)
    _ending(wb, run, summary, status)
    left, middle, right, last = st.columns(4)
    left.metric("Answered", f"{summary.done:,} of {summary.planned:,}")
    middle.metric("Failed", f"{summary.failed:,}")
    right.metric("Cost", money(summary.cost_usd))
    last.metric("Took", duration(1000 * summary.seconds))
    if summary.failed:
        _failures(wb, run)
    with st.container(horizontal=True, vertical_alignment="center"):
        if summary.done:
            places.link("compare", "Compare", run=run)
            places.link("review", "Review the answers", run=run)
        actions.resume(wb, run, summary)


def _ending(wb: Workbench, run: str, summary: RunSummary, status: RunStatus) -> None:
    job = wb.runs.job(run)
    error = job.progress().error if job is not None else ""
    missing = summary.planned - summary.done - summary.failed
    if error:
        st.error(plain(error), title="The run broke off", icon=":material/error:")
    elif summary.stopped_by is not None and missing:
        st.warning(ENDINGS[summary.stopped_by], icon=":material/stop_circle:")
    elif status == "interrupted" and missing:
        text = f"{missing:,} answers are missing. Resume asks for those only; nothing is paid twice."
        st.warning(text, title="The run was interrupted", icon=":material/pause_circle:")
    elif summary.failed:
        st.warning("Every question was asked; some answers did not come.", icon=":material/warning:")
    else:
        st.success("Every question was answered.", icon=":material/check_circle:")


def _failures(wb: Workbench, run: str) -> None:
    reasons = wb.runs.lost(run)
    show_table(
        [
            {
                "Answers": f"{lost.count:,}",
                "What happened": lost.message,
                "What to do": ADVICE.get(lost.error, "Ask again; if it stays so, look at the terminal."),
            }
            for lost in reasons[:REASONS_SHOWN]
        ],
        alt="Why answers failed, how many for each reason, and what to do",
    )
    if len(reasons) > REASONS_SHOWN:
        st.caption(f"And {len(reasons) - REASONS_SHOWN:,} more reasons: `workbench outputs RUN --jsonl` lists all.")
