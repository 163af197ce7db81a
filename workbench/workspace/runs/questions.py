"""The questions that the arms of a run ask their indexes."""

from __future__ import annotations

from functools import partial

from workbench.domain.run import RunPlan
from workbench.runner.requests import search_text
from workbench.store import indexes
from workbench.workspace.context import Context
from workbench.workspace.knowledge.embedders import ProjectEmbedders


def require_embedders(context: Context, plan: RunPlan) -> None:
    """Raise UnavailableError where a plan's questions cannot be embedded: without it they would fail one by one."""
    searched = {
        arm.index_fingerprint
        for arm in plan.arms
        if arm.retrieval is not None and arm.retrieval.search != "bm25" and arm.borrowed is None
    }
    asked = (search_text(example.inputs) for example in plan.examples if example.context is None)
    questions = [question for question in asked if question.strip()]
    for fingerprint in filter(None, searched):
        info = context.read(partial(indexes.by_fingerprint, fingerprint=fingerprint))
        ProjectEmbedders(context).require_ready(info.settings.embedder, info.embedder_version, questions)
