"""Before a link to a queue opens: who judges, where nobody has said a name yet."""

from __future__ import annotations

import streamlit as st

from workbench.ui.components.text import plain
from workbench.ui.review.sizes import with_repeats
from workbench.ui.who import ask_name, said_name, say
from workbench.workspace import Workbench
from workbench.workspace.workbench import USER_VARIABLE

INTRODUCTION = (
    "You read one answer at a time and say whether it is good enough. "
    "You do not see which prompt or model wrote it, so that only the answer counts."
)
_GREETED = "review-greeted"
_NAME = "review-name"
_NAMELESS = "review-nameless"


def known(wb: Workbench) -> bool:
    """Whether somebody signed in, was named when the app was started, or said a name in this browser."""
    context = wb.context
    if context.actor.signed_in or context.environ.get(USER_VARIABLE, "").strip():
        return True
    return _GREETED in st.session_state or said_name() is not None


def greeted() -> None:
    """Remember that the name was looked at."""
    st.session_state[_GREETED] = True


def hello(wb: Workbench, queue: str) -> None:
    """What is asked, and under which name; verdicts are never put under a name that nobody looked at."""
    desk = wb.reviews.queues.desk(queue)
    st.write(INTRODUCTION)
    size = with_repeats(desk.queue, len(desk.items), desk.repeats)
    st.markdown(f"**{plain(desk.queue.name)}** · {size}")
    with st.form("review-hello-form", border=False):
        ask_name(_NAME)
        st.form_submit_button(
            "Start", type="primary", icon=":material/play_arrow:", key="review-hello", on_click=_start
        )
    if st.session_state.pop(_NAMELESS, False):
        st.warning("Say your name first.", icon=":material/person:")
    account = plain(wb.context.actor.name)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Your verdicts are kept under this name. The account here is called {account}.", width="content")
        st.button(f"Start as {account}", type="tertiary", key="review-hello-account", on_click=greeted)


def _start() -> None:
    say(_NAME)
    st.session_state[_NAMELESS] = said_name() is None
