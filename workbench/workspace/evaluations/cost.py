"""What an evaluation costs, and whether all that it needs is there, before it is started."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workbench.domain.evaluation import Setting
from workbench.domain.index import IndexInfo
from workbench.retrieval.chunking import check
from workbench.workspace.context import Context
from workbench.workspace.estimates.reranking import estimate_reranker
from workbench.workspace.knowledge.embedders import ProjectEmbedders
from workbench.workspace.knowledge.indexes import Indexes
from workbench.workspace.models import Models


def require_possible(context: Context, settings: Iterable[Setting]) -> None:
    """Raise InputError or UnavailableError for chunkers, embedders and rerankers that are not known here."""
    for way in {setting.way: None for setting in settings}:
        check(way.index)
        ProjectEmbedders(context).maker(way.index.embedder)
        if way.rerank is not None:
            Models(context).resolve(way.rerank)


def cost_at_most(context: Context, base: IndexInfo, settings: Sequence[Setting], asked: Sequence[str]) -> float | None:
    """US dollars for embedding and reranking, at most; 0 where all is done on this machine, None when not known.

    `asked` are the questions' texts. What was embedded or reranked before costs nothing again; of reranking that is
    not known before the search, so all of it is counted.
    """
    costs = [*_embedding(context, base, settings, asked), *_reranking(context, settings, asked)]
    return None if any(cost is None for cost in costs) else sum(cost for cost in costs if cost is not None)


def _embedding(
    context: Context, base: IndexInfo, settings: Sequence[Setting], asked: Sequence[str]
) -> list[float | None]:
    embedders, built = ProjectEmbedders(context), Indexes(context)
    cuts = dict.fromkeys(setting.way.index for setting in settings)
    paid = [cut for cut in cuts if embedders.maker(cut.embedder) is not None]
    if not paid:
        return []
    documents = built.documents(base)
    costs = [built.embedding_cost(documents, cut).usd for cut in paid if cut != base.settings]
    asking = {setting.way.index for setting in settings if setting.way.search != "bm25"}
    names = {cut.embedder for cut in paid if cut in asking}
    return [*costs, *(embedders.cost(name, asked).usd for name in names)]


def _reranking(context: Context, settings: Sequence[Setting], asked: Sequence[str]) -> list[float | None]:
    models = Models(context)
    costs: list[float | None] = []
    for way in dict.fromkeys(setting.way for setting in settings):
        if way.rerank is not None:
            # As if every source were as long as chunks can be.
            estimate = estimate_reranker(models.resolve(way.rerank), models, asked, way.index.chunk_size)
            costs.append(None if estimate.cost_usd is None else estimate.cost_usd.high)
    return costs
