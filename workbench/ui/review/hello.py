"""Before a link to a queue opens: who judges, where the name is only the guess that the account suggests."""

from __future__ import annotations

import streamlit as st

from workbench.stats.numbers import counted
from workbench.ui.components.text import plain
from workbench.ui.who import COOKIE, who_is_it
from workbench.workspace import Workbench
from workbench.workspace.workbench import USER_VARIABLE

INTRODUCTION = (
    "You read one answer at a time and say whether it is good enough. "
    "You do not see which prompt or model wrote it, so that only the answer counts."
)
_GREETED = "review-greeted"


def known(wb: Workbench) -> bool:
    """Whether somebody signed in, was named when the app was started, or said a name in this browser."""
    context = wb.context
    if context.actor.signed_in or context.environ.get(USER_VARIABLE, "").strip():
        return True
    return _GREETED in st.session_state or bool(st.context.cookies.get(COOKIE))


def greeted() -> None:
    """Remember that the name was looked at."""
    st.session_state[_GREETED] = True


def hello(wb: Workbench, queue: str) -> None:
    """What is asked, and under which name; verdicts are never put under a name that nobody looked at."""
    desk = wb.reviews.queues.desk(queue)
    st.write(INTRODUCTION)
    things = "pair" if desk.queue.form == "pair" else "answer"
    st.markdown(f"**{plain(desk.queue.name)}** · {counted(len(desk.items), things)}")
    who_is_it(wb)
    st.caption("Your verdicts are kept under this name. If it is not yours, say yours first.")
    st.button("Start", type="primary", icon=":material/play_arrow:", key="review-hello", on_click=greeted)
