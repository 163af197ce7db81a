"""What is to be measured: a golden set, and a grid of settings, with what it would take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from workbench.domain.dataset import DatasetVersion
from workbench.domain.index import IndexInfo
from workbench.domain.prompt import RetrievalSettings, SearchMode
from workbench.errors import WorkbenchError
from workbench.stats.numbers import counted
from workbench.ui import shell, state
from workbench.ui.components import address, pressing
from workbench.ui.components.allowed import for_role
from workbench.ui.components.golden_rows import rows
from workbench.ui.components.text import plain
from workbench.ui.knowledge.cutting import ABOUT_TOKENS, CHUNKERS
from workbench.ui.measuring.words import SEARCHES
from workbench.workspace import Workbench
from workbench.workspace.evaluations.plan import LARGEST_K, EvaluationPlan, Grid

SIZES = (50, 100, 150, 200, 300, 400, 600, 800)
COUNTS = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20)
NOT_RERANKED = "the search itself"


def with_sources(wb: Workbench) -> Mapping[str, tuple[DatasetVersion, int]]:
    """The newest golden sets that have rows which say where their answer stands, with how many; by label."""
    found = {version.label: (version, _sourced(wb, version)) for version in wb.datasets.list()}
    return {label: one for label, one in found.items() if one[1]}


def plan(wb: Workbench, info: IndexInfo, sets: Mapping[str, tuple[DatasetVersion, int]]) -> None:
    """The choices, what they would take, and a button that starts."""
    st.markdown("Which settings find the right sources? Try several at once on questions whose sources you know.")
    labels = {label: f"{label} · {counted(count, 'question')} with sources" for label, (_, count) in sets.items()}
    dataset = address.pick("Golden set", list(labels), "set", format_func=labels.__getitem__, width=420)
    grid = _grid(wb, info)
    with st.container(border=True):
        st.markdown("**Before you start**")
        try:
            planned = wb.evaluations.plan(info.name, dataset, grid)
        except WorkbenchError as error:
            shell.show_error(error)
            return
        st.markdown(plain(planned.words))
        for note in planned.notes:
            st.caption(plain(note))
        if planned.info.unknown_spans:
            _unknown(planned)
        _start(wb, planned)


def _start(wb: Workbench, planned: EvaluationPlan) -> None:
    may = for_role(wb, "engineer", "evaluate an index")
    if not pressing.once(
        "Measure", "Starting…", icon=":material/straighten:", key="measure-start", prominent=True, **may
    ):
        return
    try:
        job = wb.evaluations.start(planned)
    except WorkbenchError as error:
        shell.show_error(error)
        return
    address.turn_to(evaluation=job.id)
    st.rerun()


def _unknown(planned: EvaluationPlan) -> None:
    with st.expander("Sources that no document has", icon=":material/link_off:", type="compact"):
        for example, span in planned.info.unknown_spans[:50]:
            st.text(f"{example}: {span}")


def _grid(wb: Workbench, info: IndexInfo) -> Grid:
    """The grid that was chosen; the first of each list is what the others are compared with."""
    made = info.settings
    with st.container(horizontal=True):
        searches = address.pick_many(
            "Search by",
            list(SEARCHES),
            "searches",
            default=list(SEARCHES),
            format_func=lambda name: SEARCHES[_search(name)],
            help="The first is what the others are compared with.",
        )
        counts = _whole("How many chunks are shown", COUNTS, "ks", RetrievalSettings("").k)
    with st.container(horizontal=True):
        sizes = _whole("Longest chunk, in tokens", SIZES, "sizes", made.chunk_size, help=ABOUT_TOKENS)
        chunkers = address.pick_many(
            "Cut", list(CHUNKERS), "cuts", default=[made.chunker], format_func=CHUNKERS.__getitem__
        )
    with st.expander("Embedders and reordering", icon=":material/tune:", type="compact"):
        ready = [one.name for one in wb.indexes.embedders() if one.ready]
        embedders = address.pick_many(
            "Embedders", list(dict.fromkeys([made.embedder, *ready])), "embedders", default=[made.embedder]
        )
        models = [model.name for model in state.models(wb) if model.ready and not model.name.startswith("offline/")]
        rerankers = address.pick_many(
            "Put into order by", [NOT_RERANKED, *models], "rerankers", default=[NOT_RERANKED], accept_new=True
        )
    return Grid(
        chunkers=tuple(chunkers),
        sizes=tuple(sizes),
        overlaps=() if min(sizes, default=made.chunk_size) > made.chunk_overlap else (0,),
        embedders=tuple(embedders),
        searches=tuple(_search(name) for name in searches),
        ks=tuple(counts),
        rerankers=tuple(None if name == NOT_RERANKED else name for name in rerankers) or (None,),
    )


def _whole(label: str, offered: Sequence[int], name: str, default: int, *, help: str | None = None) -> list[int]:  # noqa: A002
    """Several whole numbers; others than those offered may be typed."""
    options = [str(number) for number in sorted({*offered, default})]
    chosen = address.pick_many(label, options, name, default=[str(default)], accept_new=True, help=help)
    return [int(text) for text in chosen if text.isdecimal() and 0 < int(text) <= max(LARGEST_K, *offered)]


def _search(name: str) -> SearchMode:
    return next(mode for mode in SEARCHES if mode == name)


def _sourced(wb: Workbench, version: DatasetVersion) -> int:
    return sum(bool(row.relevant) and row.context is None for row in rows(wb, version))
