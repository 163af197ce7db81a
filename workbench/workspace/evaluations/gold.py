"""Where the source spans of golden rows lie in the indexes that runs search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.domain.dataset import Example
from workbench.domain.gold import Gold, MissingSpan
from workbench.domain.index import Document
from workbench.domain.run import RunPlan
from workbench.errors import NotFoundError
from workbench.metrics.gold import DocumentNames, needed, resolve_all
from workbench.metrics.retrieval import GOLD_METRICS
from workbench.store import indexes
from workbench.store.session import Session
from workbench.workspace.context import Context

GoldByIndex = Mapping[str, Mapping[str, Gold]]
"""By an index's fingerprint and an example's id. Small beside the documents: it travels to workers elsewhere."""


def asks_for_gold(metrics: Sequence[str]) -> bool:
    """Whether any of these metrics needs to know where the source spans lie."""
    return any(metric.info.name in metrics for metric in GOLD_METRICS)


def gold_at(found: GoldByIndex, index: str | None, example_id: str) -> Gold | None:
    """The gold of a row in the index of that fingerprint; None where it was not looked up."""
    return None if index is None else found.get(index, {}).get(example_id)


def gold_of(context: Context, plan: RunPlan) -> GoldByIndex:
    """The gold of a plan's rows in the indexes of its arms. Blocking: reads the documents that rows name, once each.

    An index whose documents the store does not have is left out.
    """
    rows = [example for example in plan.examples if example.relevant and example.context is None]
    if not rows:
        return {}
    fingerprints = {arm.index_fingerprint for arm in plan.arms if arm.index_fingerprint is not None}
    found = {fingerprint: gold_in(context, fingerprint, rows) for fingerprint in fingerprints}
    return {fingerprint: gold for fingerprint, gold in found.items() if gold is not None}


def missing_gold(context: Context, plan: RunPlan) -> tuple[tuple[str, MissingSpan], ...]:
    """The sources that rows name and an index of the plan does not have, with the rows' ids, where they are asked for."""
    found = gold_of(context, plan) if asks_for_gold(plan.metrics) else {}
    return tuple(dict.fromkeys((row, span) for rows in found.values() for row in rows for span in rows[row].missing))


def gold_in(context: Context, fingerprint: str, rows: Sequence[Example]) -> Mapping[str, Gold] | None:
    """The gold of some rows in one index, by example id; None when the store does not have the index. Blocking."""
    relevant = {text for row in rows for text in row.relevant}

    def query(session: Session) -> tuple[DocumentNames, Mapping[str, Document]]:
        info = indexes.by_fingerprint(session, fingerprint)
        names = DocumentNames((name for name, *_ in indexes.document_hashes(session, fingerprint)), info.skipped)
        documents = indexes.documents(session, fingerprint, needed(relevant, names))
        return names, {document.name: document for document in documents}

    try:
        names, documents = context.read_patiently(query)
    except NotFoundError:
        return None
    return {row.id: resolve_all(row.relevant, names, documents) for row in rows}
