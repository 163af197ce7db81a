"""The versions that are shown asked the whole golden set: what that takes, and the button that starts it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from workbench.ui.components import address, places
from workbench.ui.components.text import plain
from workbench.ui.prompts import examples
from workbench.ui.prompts.shown import Shown
from workbench.ui.run import before_start
from workbench.workspace import Workbench
from workbench.workspace.runs.planning import DEFAULT_MODEL, RunOptions

OPEN = "whole"


def offer(wb: Workbench, shown: Sequence[Shown]) -> None:
    """A switch that opens the plan of such a run."""
    version = examples.chosen_set(wb)
    if version is None:
        return
    versions = _versions(shown)
    address.toggle(
        f"Run on the whole set ({version.size:,} rows)",
        OPEN,
        default=False,
        disabled=not versions,
        help=None if versions else "Save the draft as a version first",
    )


def show(wb: Workbench, shown: Sequence[Shown]) -> None:
    """The run, prefilled with what stands in the columns, with its estimate, while the switch is on."""
    golden, versions = examples.chosen_set(wb), _versions(shown)
    if golden is None or not versions or address.read(OPEN) != "true":
        return
    models = _models(shown)
    options = RunOptions(prompts=versions, dataset=golden.label, models=models)
    before_start.offer(wb, options, on_started=lambda run: places.go("run", run=run))
    drafts = [one.label for one in shown if one.reference is None]
    if drafts:
        st.caption(f":material/info: Without {plain(', '.join(drafts))}: only saved versions can be run.")
    places.link(
        "run",
        "More choices: repeats, judges, a limit on cost",
        prompt=versions,
        dataset=golden.label,
        **({"model": models} if models else {}),
    )


def _versions(shown: Sequence[Shown]) -> list[str]:
    return list(dict.fromkeys(one.reference for one in shown if one.reference is not None))


def _models(shown: Sequence[Shown]) -> list[str]:
    """The models chosen in the columns; none while each version is tried on its own, which is what a run does too."""
    saved = [one for one in shown if one.reference is not None]
    if all(one.model is None for one in saved):
        return []
    return list(dict.fromkeys(one.model or one.fields.model or DEFAULT_MODEL for one in saved))
