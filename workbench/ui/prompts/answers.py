"""What came back for the columns: the answers, what they took, their sources, and the words that differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from workbench.stats.numbers import duration, money, number
from workbench.text.word_diff import marked
from workbench.ui.components.sources import show_sources
from workbench.ui.components.text import beginning, html_text, plain
from workbench.ui.prompts.shown import differences_wanted
from workbench.workspace.prompts.trying import Tried


@dataclass(frozen=True)
class Answer:
    """What came back for one column, and what was asked."""

    asked: str
    """Identity of the question: prompt content, model and example."""
    answer: Tried | None
    problem: str = ""
    hint: str = ""

    @property
    def text(self) -> str:
        """The answer's text; empty when none came."""
        return "" if self.answer is None else self.answer.completion.text


def texts(answers: Sequence[Answer | None]) -> list[str]:
    """Each answer as HTML. While differences are shown, the words are marked in which it differs from the first."""
    written = [html_text(one.text or "(an empty answer)") if one is not None else "" for one in answers]
    said = [position for position, one in enumerate(answers) if one is not None and one.text]
    if not differences_wanted() or len(said) < 2:
        return written
    first, *others = said
    before = answers[first]
    for position in others:
        after = answers[position]
        if before is None or after is None:
            continue
        left, written[position] = marked(beginning(before.text), beginning(after.text))
        if len(said) == 2:
            written[first] = left
    return written


def show(known: Answer, html: str, *, current: bool, key: str) -> None:
    """An answer in full; `current` says whether it is to what the page asks now."""
    if not current:
        st.caption(":material/history: Asked before the last change. Try again to see what it does now.")
    if known.answer is None:
        st.error(plain(known.hint), title=plain(known.problem), icon=":material/error:")
        return
    tried, completion = known.answer, known.answer.completion
    st.html(html)
    st.caption(" · ".join(plain(fact) for fact in _facts(tried)))
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


def _facts(tried: Tried) -> list[str]:
    """What it took, in a few words each."""
    completion = tried.completion
    usage = completion.usage
    first = f", first word after {duration(completion.ttft_ms)}" if completion.ttft_ms is not None else ""
    found = f", found in {duration(tried.retrieval_ms)}" if tried.retrieval_ms is not None else ""
    return [
        f"{duration(completion.latency_ms)}{first}",
        f"{number(usage.prompt_tokens)} + {number(usage.completion_tokens)} tokens",
        f"cost {money(tried.cost_usd)}",
        f"cites {len(tried.cited)} of {len(tried.sources)} sources{found}" if tried.sources else "no sources",
        completion.model,
    ]
