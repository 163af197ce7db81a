"""Every question in a setting: what was found, what was missed, and where the missed one stood."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from workbench.stats.numbers import counted
from workbench.ui.components import address
from workbench.ui.components.highlight import BLOCK
from workbench.ui.components.text import one_line, plain
from workbench.ui.knowledge.chunk_view import Place
from workbench.ui.knowledge.documents import open_document
from workbench.workspace import Workbench
from workbench.workspace.evaluations.evaluation import Evaluation, QuestionResult, SettingFigures

TABLE_HEIGHT = 320
RIGHT = f"{BLOCK};border-left:5px solid #0072B2;padding:.1rem 0 .3rem .8rem"
OTHER = f"{BLOCK};border-left:5px solid transparent;padding:.1rem 0 .3rem .8rem;opacity:.8"


def show(wb: Workbench, evaluation: Evaluation, chosen: SettingFigures) -> None:
    """A table with a filter, missed first, and one question in full."""
    results = evaluation.questions(chosen.setting.label)
    shown = _filtered(results)
    if not shown:
        st.caption("There is no such question.")
        return
    one = _table(evaluation, chosen, shown)
    with st.container(border=True, key="question"):
        st.markdown(f"**{plain(one.question or one.example_id)}**")
        _gold(evaluation, one, chosen.setting.k)
        with st.container(horizontal=True):
            st.button(
                "Ask it",
                icon=":material/search:",
                type="tertiary",
                key="question-ask",
                on_click=address.only,
                kwargs=_ask(evaluation, chosen, one),
            )
        st.caption(f"What a model would be shown: {counted(len(one.front), 'chunk')}")
        _front(wb, evaluation, one)


def _filtered(results: Sequence[QuestionResult]) -> Sequence[QuestionResult]:
    missed = [one for one in results if one.missed]
    counts = {"missed": f"Missed {len(missed):,}", "all": f"All {len(results):,}"}
    default = "missed" if missed else "all"
    show = address.switch("Questions to show", list(counts), "show", default=default, format_func=counts.__getitem__)
    return missed if show == "missed" else results


def _table(evaluation: Evaluation, chosen: SettingFigures, shown: Sequence[QuestionResult]) -> QuestionResult:
    ids = [one.example_id for one in shown]
    wanted = address.read("question")
    position = ids.index(wanted) if wanted in ids else 0
    key = f"questions-{evaluation.info.id}-{chosen.setting.label}-{len(shown)}"

    def follow() -> None:
        selected = st.session_state[key]["selection"]["rows"]
        if selected:
            address.turn_to(question=ids[selected[0]])

    st.dataframe(
        [_row(evaluation, one, chosen.setting.k) for one in shown],
        key=key,
        hide_index=True,
        height=min(TABLE_HEIGHT, 38 + 35 * len(shown)),
        on_select=follow,
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [position]}},
        column_config={
            "Question": st.column_config.TextColumn(width="large"),
            "Missed": st.column_config.TextColumn(width="large"),
        },
        alt="Questions with what was found and missed; choose one to see the chunks",
    )
    return shown[position]


def _row(evaluation: Evaluation, one: QuestionResult, k: int) -> dict[str, str]:
    total = len(one.found) + len(one.missed)
    sign = "✓" if not one.missed else ("✗" if not one.found else "◐")
    return {
        "Found": f"{sign} {len(one.found)} of {total}",
        "Question": one_line(one.question or one.example_id),
        "Missed": "; ".join(f"{gold.span}: {evaluation.missed_words(gold, k)}" for gold in one.missed),
        "Example": one.example_id,
    }


def _gold(evaluation: Evaluation, one: QuestionResult, k: int) -> None:
    lines = [f":material/check_circle: found at {gold.rank}: {plain(gold.span)}" for gold in one.found]
    lines += [
        f":material/cancel: missed, {evaluation.missed_words(gold, k)}: {plain(gold.span)}" for gold in one.missed
    ]
    st.markdown("  \n".join(lines))


def _front(wb: Workbench, evaluation: Evaluation, one: QuestionResult) -> None:
    for rank, (chunk, text) in enumerate(zip(one.front, wb.evaluations.texts(evaluation, one), strict=True), 1):
        mark = " · ✓ right source" if chunk.relevant else ""
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small"):
            st.html(f"<strong>{rank}. {escape(chunk.where)}{mark}</strong>", width="content")
            place = Place(chunk.start, chunk.end).written
            open_document("Open in the document", chunk.document, place, key=f"front-{rank}")
        st.html(f'<div dir="auto" style="{RIGHT if chunk.relevant else OTHER}">{escape(text)}</div>')


def _ask(evaluation: Evaluation, chosen: SettingFigures, one: QuestionResult) -> dict[str, str]:
    """The address of the question in the view that asks."""
    setting = chosen.setting
    return {
        "index": evaluation.info.index,
        "view": "search",
        "q": one.question,
        "search": setting.way.search,
        "k": str(setting.k),
    }
