"""One example asked of every column, the answers arriving side by side."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from workbench.domain.dataset import Example
from workbench.errors import WorkbenchError
from workbench.ui.components.allowed import for_role
from workbench.ui.components.text import html_text
from workbench.ui.prompts import answers, correcting, examples, keystrokes, whole_set
from workbench.ui.prompts.answers import Answer
from workbench.ui.prompts.shown import Shown
from workbench.workspace import Workbench
from workbench.workspace.prompts.asking import Asking, Question, start
from workbench.workspace.prompts.trying import Tried

_ANSWERS = "prompts-answers"
_ASKING = "prompts-asking"
LOOKED_AT_S = 0.1
"""How often the page shows what came since."""
Space = st.delta_generator.DeltaGenerator


def show(wb: Workbench, name: str, shown: Sequence[Shown], row: Example | None) -> None:
    """The example, the button that asks, and the answers under their columns. `name` is the prompt's."""
    if not shown:
        return
    examples.pick(wb)
    example = examples.type_row(wb, name, shown) if row is None else row
    stopping = _buttons(wb, name, shown, example)
    whole_set.show(wb, shown)
    spaces = _spaces(shown)
    if row is not None:
        examples.show_row(row)
    asking: Asking | None = st.session_state.get(_ASKING)
    if asking is not None:
        _follow(asking, dict(zip((one.key for one in shown), spaces, strict=True)))
        stopping.empty()
    known = [_known(one, example) for one in shown]
    texts = answers.texts(known)
    for position, (one, space, answer) in enumerate(zip(shown, spaces, known, strict=True)):
        if answer is None:
            space.caption("Not tried yet: Ctrl+Enter, or *Try* above.")
            continue
        with space.container():
            current = answer.asked == _identity(one, example)
            answers.show(answer, texts[position], current=current, key=f"answer-{position}")
    if row is not None:
        given = {one.label: answer for one, answer in zip(shown, known, strict=True) if answer is not None}
        correcting.show(wb, name, row, {label: a for label, a in given.items() if a.asked.endswith(row.asked_hash)})


def _known(one: Shown, row: Example) -> Answer | None:
    """The answer to what the column asks now, also where another column got it, such as the draft that it was.

    Else the column's last answer.
    """
    answers_of: dict[str, Answer] = st.session_state.get(_ANSWERS, {})
    asked, own = _identity(one, row), answers_of.get(one.key)
    if one.content is None or (own is not None and own.asked == asked):
        return own
    return next((answer for answer in answers_of.values() if answer.asked == asked), own)


def _buttons(wb: Workbench, name: str, shown: Sequence[Shown], row: Example) -> Space:
    """The button that asks, and the place of the one that stops; begins to ask when it was pressed."""
    key_pressed = keystrokes.ask_pressed()
    with st.container(horizontal=True, vertical_alignment="center"):
        may = for_role(wb, "engineer", "try a prompt")
        pressed = st.button("Try", type="primary", icon=":material/play_arrow:", key=keystrokes.TRY, **may)
        st.caption("or Ctrl+Enter", width="content")
        stopping = st.empty()
        if (pressed or key_pressed) and not may:
            _ask(wb, name, shown, row)
        if _ASKING in st.session_state:
            stopping.button("Stop", icon=":material/stop:", key="prompts-stop", on_click=_stop)
        whole_set.offer(wb, shown)
    return stopping


def _stop() -> None:
    asking: Asking | None = st.session_state.pop(_ASKING, None)
    if asking is not None:
        asking.stop()


def _spaces(shown: Sequence[Shown]) -> list[Space]:
    """An empty place for every answer, under its column's name."""
    spaces = []
    with st.container(key=keystrokes.ANSWERS):
        columns = st.columns(len(shown), border=True)
    for one, column in zip(shown, columns, strict=True):
        with column:
            st.markdown(f"**{one.label}**")
            spaces.append(st.empty())
    return spaces


def _ask(wb: Workbench, name: str, shown: Sequence[Shown], row: Example) -> None:
    """Ask every column that can be asked, unless the same is being asked already."""
    questions = {
        one.key: Question(one.key, _identity(one, row), one.content, one.model)
        for one in shown
        if one.content is not None
    }
    under_way: Asking | None = st.session_state.get(_ASKING)
    if under_way is not None and list(under_way.questions) == list(questions.values()):
        return
    _stop()
    cannot = {
        one.key: Answer(_identity(one, row), None, "This draft cannot be asked yet.", "Mend what is marked above.")
        for one in shown
        if one.content is None
    }
    st.session_state[_ANSWERS] = {**st.session_state.get(_ANSWERS, {}), **cannot}
    if questions:
        st.session_state[_ASKING] = start(wb.tries, list(questions.values()), row, prompt=name)


def _follow(asking: Asking, spaces: dict[str, Space]) -> None:
    """Show the answers as they arrive, until all are in. Pressing or typing anything leaves it to the next drawing."""
    while not asking.wait(LOOKED_AT_S):
        for question in asking.questions:
            space, heard = spaces.get(question.key), asking.heard.get(question.key)
            if space is None:
                continue
            if heard:
                space.html(html_text(heard))
            else:
                space.caption(":material/hourglass_top: Waiting for the answer…")
    results = asking.results
    if results is None:
        problem = "Something broke."
        came = [Answer(q.asked, None, problem, "The terminal of the app says what.") for q in asking.questions]
    else:
        came = [_answer(question, result) for question, result in zip(asking.questions, results, strict=True)]
    kept = dict(zip((question.key for question in asking.questions), came, strict=True))
    st.session_state[_ANSWERS] = {**st.session_state.get(_ANSWERS, {}), **kept}
    st.session_state.pop(_ASKING, None)


def _answer(question: Question, result: Tried | WorkbenchError) -> Answer:
    if isinstance(result, WorkbenchError):
        return Answer(question.asked, None, result.message, result.hint or "")
    return Answer(question.asked, result)


def _identity(one: Shown, row: Example) -> str:
    return f"{one.content.hash if one.content else None} {one.model} {row.asked_hash}"
