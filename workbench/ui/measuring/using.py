"""Using a setting: an index cut and embedded so, a prompt that searches it so, and the run that shows what it did.

The build goes on in the background. What it is for stands in the address, so that the page can be reloaded meanwhile.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import streamlit as st

from workbench.domain.prompt import PromptFile, RetrievalSettings
from workbench.domain.prompt_version import PromptVersion
from workbench.ui import shell
from workbench.ui.components import address, notices, places, pressing
from workbench.ui.components.allowed import for_role
from workbench.ui.components.text import plain
from workbench.ui.knowledge.progress import USING, show_progress
from workbench.ui.measuring.words import short_names
from workbench.workspace import Workbench
from workbench.workspace.evaluations.evaluation import Evaluation, SettingFigures

NO_PROMPT = ""
_FOR = "using_for"
"""In the address, beside `USING`: the prompt that will search the index."""


def show(wb: Workbench, evaluation: Evaluation, chosen: SettingFigures) -> None:
    """Which index and which prompt it becomes, and a button that does it and leads to the run."""
    name = short_names(evaluation.info.settings)[chosen.setting.label]
    with st.container(border=True, key="use"):
        st.markdown(f"**Use this:** {plain(name)}")
        if _going_on(wb, evaluation, chosen):
            return
        prompts = {version.name: version for version in wb.prompts.list()}
        with st.container(horizontal=True, vertical_alignment="bottom"):
            index = st.text_input(
                "Name of the index",
                value=_proposed(wb, evaluation, chosen),
                key=f"use-index-{chosen.setting.label}",
                help="Under a name of its own, a run can compare it with the index as it is. Under the same name, it "
                "becomes its newest version.",
                width=300,
            )
            prompt = st.selectbox(
                "New version of the prompt",
                [*prompts, NO_PROMPT],
                format_func=lambda one: f"{one} (from v{prompts[one].number})" if one else "none: only the index",
                index=_searching(prompts, evaluation.info.index),
                key="use-prompt",
                width=300,
            )
            may = for_role(wb, "engineer", "use a setting")
            pressed = pressing.once(
                "Use this", "Taking it over…", icon=":material/task_alt:", key="use-it", prominent=True, **may
            )
        st.caption("The prompt's new version differs in nothing but how it searches. The run then asks both versions.")
    if pressed:
        with shell.errors_shown():
            building = wb.evaluations.start_adopting(
                evaluation.info.id, chosen.setting.label, name=(index or "").strip() or None
            )
            address.turn_to(setting=chosen.setting.label, **{USING: building.name, _FOR: prompt or None})
            st.rerun()


def _going_on(wb: Workbench, evaluation: Evaluation, chosen: SettingFigures) -> bool:
    """The progress of a build that was started here; when it is ready, on to the run."""
    name = address.read(USING)
    if name is None:
        return False
    outcome = show_progress(wb, name)
    if outcome == "going on":
        return True
    prompt = address.read(_FOR)
    address.turn_to(**{USING: None, _FOR: None})
    if outcome == "ready":
        with shell.errors_shown():
            _ready(wb, evaluation, chosen, name, None if prompt is None else wb.prompts.get(prompt))
    return False


def _ready(
    wb: Workbench, evaluation: Evaluation, chosen: SettingFigures, index: str, prompt: PromptVersion | None
) -> None:
    """The index is there: save the version that searches it, and go where it is asked."""
    info = evaluation.info
    if prompt is None:
        notices.tell(f"{plain(index)} searches as measured.", icon=":material/task_alt:")
        places.go("knowledge", index=index)
    saved = wb.prompts.save(_searching_so(prompt, chosen.setting.retrieval(index)), parent=prompt.number)
    notices.tell(f"Saved as {plain(saved.name)}, version {saved.version}.", icon=":material/task_alt:")
    versions = [prompt.label, f"{saved.name}@{saved.version}"]
    places.go("run", prompt=list(dict.fromkeys(versions)), dataset=f"{info.dataset}@{info.dataset_version}")


def _searching_so(prompt: PromptVersion, retrieval: RetrievalSettings) -> PromptFile:
    """The version with nothing changed but how it searches; what it filters by stays."""
    kept = prompt.content.retrieval
    searching = retrieval if kept is None else replace(retrieval, filter=kept.filter)
    said = f"Searches {retrieval.index} by {retrieval.search}, {retrieval.k} chunks, as measured"
    return PromptFile(prompt.name, replace(prompt.content, retrieval=searching), prompt.use_case, said)


def _proposed(wb: Workbench, evaluation: Evaluation, chosen: SettingFigures) -> str:
    """The evaluated index where it is cut and embedded just so; else a name that is free."""
    name, wanted = evaluation.info.index, chosen.setting.way.index
    if wanted == evaluation.baseline.way.index:
        return name
    taken = {info.name for info in wb.indexes.list()}
    stem = f"{name}-{wanted.chunker}-{wanted.chunk_size}"
    return next(free for number in count(1) if (free := stem if number == 1 else f"{stem}-{number}") not in taken)


def _searching(prompts: dict[str, PromptVersion], index: str) -> int:
    """The place of the first prompt that searches the index."""
    for place, version in enumerate(prompts.values()):
        if version.content.retrieval is not None and version.content.retrieval.index == index:
            return place
    return 0
