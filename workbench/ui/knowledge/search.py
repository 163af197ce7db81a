"""Asking an index: a question, how to search, and what a model would be given to answer from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from workbench.domain.index import IndexInfo
from workbench.domain.prompt import RetrievalSettings, SearchMode
from workbench.ui import shell, state
from workbench.ui.components import address
from workbench.ui.components.examples import question
from workbench.ui.components.golden_rows import rows
from workbench.ui.components.text import one_line, plain
from workbench.ui.knowledge.filtering import choose_filter
from workbench.ui.knowledge.found import show_found
from workbench.workspace import Workbench
from workbench.workspace.knowledge.index_search import RANKS_SEARCHED

MODES: Mapping[SearchMode, str] = {"hybrid": "Both together", "dense": "Meaning", "bm25": "Words"}
MOST_FOUND = 20
NOT_RERANKED = ""
PROPOSED = 3


def show_search(wb: Workbench, info: IndexInfo) -> None:
    """A box for a question, and the chunks that a model would be shown for it."""
    query = _query()
    settings = _settings(wb, info)
    if not query:
        _propose(wb)
        return
    with shell.errors_shown():
        found = wb.indexes.explain(info, query, settings)
        if not found:
            st.warning(
                "A model would be shown nothing, and should say that it cannot find an answer.",
                title="Nothing in these documents fits",
                icon=":material/search_off:",
            )
            return
        show_found(found, settings)
        _explain(info, settings)


def _query() -> str:
    asked = address.read("q") or ""
    with st.form("query", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        typed = st.text_input("Question or words", value=asked, icon=":material/search:", key=f"query-{asked}")
        sent = st.form_submit_button("Ask", type="primary")
    if sent:
        asked = (typed or "").strip()
        address.write("q", asked or None)
    return asked


def _settings(wb: Workbench, info: IndexInfo) -> RetrievalSettings:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        mode = address.switch("Search by", list(MODES), "search", format_func=lambda name: MODES[_mode(name)])
        count = address.number("How many", "k", default=RetrievalSettings("").k, high=MOST_FOUND, width=150)
    plainly = RetrievalSettings(index=info.name, k=count, search=_mode(mode))
    more = any(address.read(name) for name in ("floor", "rerank", "only", "documents"))
    with st.expander("Floor, filter, reorder", icon=":material/tune:", expanded=more, type="compact"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            floor = address.amount(
                "Least fit",
                "floor",
                step=0.05,
                format="%g",
                placeholder="none",
                width=170,
                help="0 to 1. What fits less is not shown to a model: nothing is better than something that does not "
                "fit. How well each chunk fits stands in its first mark.",
            )
            reranker = _reranker(wb)
        return replace(plainly, min_score=floor, rerank=reranker, filter=choose_filter(wb, info))


def _reranker(wb: Workbench) -> str | None:
    ready = [model.name for model in state.models(wb) if model.ready and not model.name.startswith("offline/")]
    named = address.read("rerank")
    chosen = address.pick(
        "Put into order by",
        [NOT_RERANKED, *ready, *([named] if named and named not in ready else [])],
        "rerank",
        format_func=lambda name: name or "the search itself",
        width=320,
        help="A model reads the first 20 and says how well each fits. It costs a call, or one for each, and takes "
        "a moment; what was asked once is kept.",
    )
    return chosen or None


def _propose(wb: Workbench) -> None:
    """Questions of a golden set to begin with."""
    st.caption("Write a question as your users would. You see what a model would be given to answer from, and why.")
    sets = wb.datasets.list()
    if not sets:
        return
    for number, example in enumerate(rows(wb, sets[0])[:PROPOSED]):
        st.button(
            plain(one_line(question(example))),
            icon=":material/help:",
            type="tertiary",
            key=f"proposed-{number}",
            on_click=address.turn_to,
            kwargs={"q": question(example)},
        )


def _explain(info: IndexInfo, settings: RetrievalSettings) -> None:
    with st.expander("How these were found", icon=":material/info:", type="compact"):
        st.markdown(
            f"- **Meaning** compares vectors of the embedder {plain(info.settings.embedder)}: 1 is the same, 0 has "
            "nothing in common.\n"
            "- **Words** compares the words themselves (BM25): rare words count more.\n"
            "- **Both together** adds up the ranks of the two, so that a chunk which both find stands above one that only "
            "one finds. Words that stand next to each other in the question count more where they do so in a chunk. The "
            "offline embedder counts half, because it sees the same words.\n"
            "- How well a chunk **fits**, from 0 to 1, can be compared between questions: the similarity of meaning, or "
            "the share of the question's words that it has, rare ones counting more, whichever is greater.\n"
            f"- Ranks are looked up among the first {RANKS_SEARCHED}."
        )
        st.caption(f"In a prompt's settings: {plain(_settings_words(settings))}")


def _settings_words(settings: RetrievalSettings) -> str:
    """Retrieval settings in a line."""
    parts = [f"index {settings.index}", f"k {settings.k}", f"search {settings.search}"]
    parts += [f"rerank {settings.rerank}"] if settings.rerank else []
    parts += [f"floor {settings.min_score:g}"] if settings.min_score is not None else []
    parts += [f"only {key}: {_listed(value)}" for key, value in settings.filter.items()]
    return " · ".join(parts)


def _listed(value: object) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)


def _mode(name: str) -> SearchMode:
    return next(mode for mode in MODES if mode == name)
