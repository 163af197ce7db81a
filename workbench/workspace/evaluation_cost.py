"""What an evaluation costs, and whether all that it needs is there, before it is started."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workbench.domain.evaluation import Setting
from workbench.domain.index import IndexInfo
from workbench.retrieval.chunking import check
from workbench.workspace.context import Context
from workbench.workspace.embedders import ProjectEmbedders
from workbench.workspace.indexes import Indexes
from workbench.workspace.models import Models


def require_possible(context: Context, settings: Iterable[Setting]) -> None:
    """Raise InputError or UnavailableError for chunkers, embedders and rerankers that are not known here."""
    for way in {setting.way: None for setting in settings}:
        check(way.index)
        ProjectEmbedders(context).maker(way.index.embedder)
        if way.rerank is not None:
            Models(context).resolve(way.rerank)


def cost_at_most(context: Context, base: IndexInfo, settings: Sequence[Setting], asked: Sequence[str]) -> float | None:
    """US dollars for embedding the documents anew and the questions, at most; 0 where all is done on this machine.

    None when a price is not known, and with a reranker, whose cost depends on what is found.
    """
    if any(setting.way.rerank is not None for setting in settings):
        return None
    embedders, built = ProjectEmbedders(context), Indexes(context)
    cuts = {setting.way.index for setting in settings}
    paid = [cut for cut in cuts if embedders.maker(cut.embedder) is not None]
    if not paid:
        return 0.0
    documents = built.documents(base)
    costs = [built.embedding_cost(documents, cut).usd for cut in paid if cut != base.settings]
    costs += [embedders.cost(name, asked).usd for name in {cut.embedder for cut in paid}]
    return None if any(cost is None for cost in costs) else sum(cost for cost in costs if cost is not None)
