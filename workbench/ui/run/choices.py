"""What a run is asked for, as widgets whose values are in the address."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from workbench.domain.model import FoundModel
from workbench.ui import state
from workbench.ui.components import address, places
from workbench.ui.run import effort
from workbench.workspace import Workbench
from workbench.workspace.runs.planning import RunOptions


def pick(wb: Workbench) -> RunOptions | None:
    """The options of the next run; None, and what to do about it, while there is nothing to run."""
    versions = [v.label for newest in wb.prompts.list() for v in reversed(wb.prompts.versions(newest.name))]
    sets = [v.label for newest in wb.datasets.list() for v in reversed(wb.datasets.versions(newest.name))]
    if not versions or not sets:
        _missing(prompts=not versions, datasets=not sets)
        return None
    named = address.read("dataset")
    newest = next((label for label in sets if label.rpartition("@")[0] == named), None)
    if newest is not None:
        address.write("dataset", newest)  # a link may name a golden set without its version
    left, right = st.columns(2)
    with left:
        prompts = address.pick_many(
            "Prompt versions",
            versions,
            "prompt",
            default=_newest_two(versions),
            help="The first is the baseline: the others are compared with it.",
        )
        dataset = address.pick("Golden set", sets, "dataset")
    with right:
        models = _models(wb)
        index = address.pick_many(
            "Indexes",
            [info.name for info in wb.indexes.list()],
            "index",
            placeholder="The one each prompt names",
            help="The documents that answers are looked up in. Several are compared with each other.",
        )
    taken = effort.pick(wb)
    with st.expander("Scores and judges", icon=":material/tune:"):
        metrics, judges = _measures(wb)
    return RunOptions(
        prompts=prompts,
        dataset=dataset,
        models=models,
        index=index,
        metrics=metrics,
        judges=judges,
        repeats=taken.repeats,
        concurrency=taken.at_once,
        max_cost_usd=taken.stop_at_usd,
        use_cache=taken.replay,
        stop_early=taken.stop_early,
    )


def _newest_two(versions: Sequence[str]) -> list[str]:
    """The newest version of the first prompt and the one before it, which is the baseline."""
    name = versions[0].rpartition("@")[0]
    return list(reversed([label for label in versions if label.rpartition("@")[0] == name][:2]))


def _models(wb: Workbench) -> list[str]:
    found = {model.name: model for model in sorted(state.models(wb), key=lambda model: not model.ready)}
    return address.pick_many(
        "Models",
        list(found),
        "model",
        accept_new=True,
        format_func=lambda name: _model_label(name, found.get(name)),
        placeholder="Each prompt's own model",
        help="A model that is not in the list: type its LiteLLM name, such as openai/gpt-4o-mini.",
    )


def _model_label(name: str, model: FoundModel | None) -> str:
    if model is None:
        return name
    return f"{name} · {model.note}" if model.ready else f"{name} · not ready: {model.note}"


def _measures(wb: Workbench) -> tuple[list[str], list[str]]:
    infos = {info.name: info for info in wb.measures.all()}
    metrics = address.pick_many(
        "Scores",
        list(wb.measures.metric_names()),
        "metric",
        format_func=lambda name: infos[name].title,
        placeholder="Those that fit the golden set",
    )
    judges = address.pick_many(
        "Judges",
        list(wb.measures.judge_names()),
        "judge",
        format_func=lambda name: infos[name].title,
        placeholder="None",
        help="A judge asks a model about every answer.",
    )
    return metrics, judges


def _missing(*, prompts: bool, datasets: bool) -> None:
    what = " and ".join([*(["a prompt version"] if prompts else []), *(["a golden set"] if datasets else [])])
    st.info(
        "A run asks prompt versions every question of a golden set.",
        title=f"A run needs {what}",
        icon=":material/play_circle:",
    )
    with st.container(horizontal=True):
        if prompts:
            places.link("prompts", "Write a prompt")
        if datasets:
            places.link("datasets", "Bring a golden set")
