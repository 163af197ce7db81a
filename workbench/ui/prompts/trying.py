"""One example asked of every column, the answers arriving side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from workbench.domain.dataset import Example
from workbench.errors import WorkbenchError
from workbench.stats.numbers import duration, money, number
from workbench.ui.components.sources import show_sources
from workbench.ui.components.text import html_text, plain
from workbench.ui.prompts import examples
from workbench.ui.prompts.shown import Shown
from workbench.workspace import Workbench
from workbench.workspace.prompts.trying import Tried
from workbench.workspace.shipped import shipped

_ANSWERS = "prompts-answers"
RUN_PAGE = shipped("pages") / "run.py"


@dataclass(frozen=True)
class _Answer:
    """What came back for one column, and what was asked."""

    asked: str
    """Identity of the question: prompt content, model and example."""
    answer: Tried | None
    problem: str = ""
    hint: str = ""


def show(wb: Workbench, name: str, shown: Sequence[Shown], row: Example | None) -> None:
    """The example, the button that asks, and the answers under their columns. `name` is the prompt's."""
    if not shown:
        return
    st.subheader("Try it on one example", anchor=False)
    examples.pick(wb)
    with st.form("prompts-try", border=False):
        if row is None:
            row = examples.type_row(shown)
        else:
            examples.show_row(wb, row)
        with st.container(horizontal=True, vertical_alignment="center"):
            asked = st.form_submit_button("Try", type="primary", icon=":material/play_arrow:", shortcut="Ctrl+Enter")
            _run_link(wb, shown)
    known: dict[str, _Answer] = st.session_state.setdefault(_ANSWERS, {})
    spaces = _spaces(shown)
    if asked:
        known = {**known, **_ask(wb, name, shown, row, spaces)}
        st.session_state[_ANSWERS] = known
    for position, (one, space) in enumerate(zip(shown, spaces, strict=True)):
        answer = known.get(one.key)
        if answer is not None:
            with space.container():
                _show_answer(answer, current=answer.asked == _identity(one, row), key=f"answer-{position}")


def _spaces(shown: Sequence[Shown]) -> list[st.delta_generator.DeltaGenerator]:
    """An empty place for every answer, under its column's name."""
    spaces = []
    for one, column in zip(shown, st.columns(len(shown), border=True), strict=True):
        with column:
            st.markdown(f"**{one.label}**")
            spaces.append(st.empty())
    return spaces


def _ask(
    wb: Workbench,
    name: str,
    shown: Sequence[Shown],
    row: Example,
    spaces: Sequence[st.delta_generator.DeltaGenerator],
) -> dict[str, _Answer]:
    ready = [(position, one, one.content) for position, one in enumerate(shown) if one.content is not None]
    heard = dict.fromkeys(range(len(ready)), "")

    def hear(which: int, piece: str) -> None:
        heard[which] += piece
        spaces[ready[which][0]].html(html_text(heard[which]))

    for position, _, _ in ready:
        spaces[position].caption(":material/hourglass_top: Waiting for the answer…")
    questions = [(content, one.model) for _, one, content in ready]
    results = wb.tries.ask_side_by_side(questions, row, prompt=name, on_piece=hear)
    answers = {
        one.key: _Answer(_identity(one, row), None, "This draft cannot be asked yet.", "Mend what is marked above.")
        for one in shown
    }
    for (_, one, _), result in zip(ready, results, strict=True):
        if isinstance(result, WorkbenchError):
            answers[one.key] = _Answer(_identity(one, row), None, result.message, result.hint or "")
        else:
            answers[one.key] = _Answer(_identity(one, row), result)
    return answers


def _identity(one: Shown, row: Example) -> str:
    return f"{one.content.hash if one.content else None} {one.model} {row.asked_hash}"


def _show_answer(known: _Answer, *, current: bool, key: str) -> None:
    if not current:
        st.caption(":material/history: Asked before the last change. Try again to see what it does now.")
    if known.answer is None:
        st.error(plain(known.hint), title=plain(known.problem), icon=":material/error:")
        return
    tried, completion = known.answer, known.answer.completion
    st.html(html_text(completion.text or "(an empty answer)"))
    tokens = f"{number(completion.usage.prompt_tokens)} + {number(completion.usage.completion_tokens)} tokens"
    cites = f"cites {len(tried.cited)} of {len(tried.sources)} sources" if tried.sources else "no sources"
    st.caption(
        " · ".join(
            plain(part)
            for part in (duration(completion.latency_ms), tokens, money(tried.cost_usd), cites, completion.model)
        )
    )
    for note in completion.notes:
        st.caption(f":material/info: {plain(note)}")
    for call in completion.tool_calls:
        st.caption(f":material/build: Asked to call {plain(call.name)}; nothing was carried out.")
        st.code(call.arguments, language="json")
    if tried.sources:
        show_sources(tried.sources, tried.cited, key=f"{key}-sources")
    with st.expander("What the model was sent", icon=":material/outgoing_mail:", key=f"{key}-sent"):
        for message in tried.messages:
            st.caption(message.role.capitalize())
            st.html(html_text(message.content))


def _run_link(wb: Workbench, shown: Sequence[Shown]) -> None:
    """The way to a run of the versions that are shown, on the whole golden set."""
    versions = list(dict.fromkeys(one.reference for one in shown if one.reference is not None))
    version = examples.chosen_set(wb)
    if version is None:
        return
    st.page_link(
        RUN_PAGE,
        label=f"Run on the whole set ({version.size:,} rows)…",
        icon=":material/play_circle:",
        query_params={"prompt": versions, "dataset": version.name},
        disabled=not versions,
        help=None if versions else "Save the draft as a version first",
    )
