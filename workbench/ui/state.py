"""What survives a rerun: the opened project, and comparisons that were computed before."""

from __future__ import annotations

import streamlit as st

from workbench.domain.model import FoundModel
from workbench.workspace import Workbench
from workbench.workspace.comparison import Comparison

COMPARISONS_KEPT = 16
MODELS_KNOWN_S = 20.0
"""For so long the models found last are offered: looking tries the ports of local servers."""


@st.cache_resource(show_spinner=False)
def workbench() -> Workbench:
    """The project this server was started for; one per process."""
    return Workbench.open()


def comparison(wb: Workbench, run: str, baseline: str | None) -> Comparison:
    """A run compared. Computed anew when anything it shows was stored since; comparisons are never changed."""
    return _comparison(wb, run, baseline, wb.comparisons.revision(run))


@st.cache_resource(show_spinner=False, max_entries=COMPARISONS_KEPT)
def _comparison(_wb: Workbench, run: str, baseline: str | None, revision: str) -> Comparison:  # noqa: ARG001 (the key)
    return _wb.comparisons.of_run(run, baseline=baseline)


@st.cache_data(show_spinner=False, ttl=MODELS_KNOWN_S)
def models(_wb: Workbench) -> list[FoundModel]:
    """The models that could be used now."""
    return list(_wb.models.list())
