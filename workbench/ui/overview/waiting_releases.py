"""What waits for somebody on the way to a release, kept for a moment: gates and files are looked at for it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from workbench.workspace import Workbench
from workbench.workspace.overview import NOTHING_WAITS, NextStep
from workbench.workspace.release_steps import release_steps

KEPT_S = 30.0
"""Files in a repository change without the project knowing: they are looked at again after so long."""


def and_others(wb: Workbench, others: Sequence[NextStep]) -> Sequence[NextStep]:
    """What waits on the way to a release, before the other steps. That nothing waits is said only when nothing does."""
    waiting = _of_releases(wb)
    return [*waiting, *(step for step in others if not waiting or step != NOTHING_WAITS)]


def _of_releases(wb: Workbench) -> Sequence[NextStep]:
    """Worked out anew when anything was done in the project, or settings changed."""
    newest = wb.audit.list(1)
    about = (newest[-1].hash if newest else "", str(wb.settings_changed_at()), str(wb.root))
    return _steps(wb, wb.context.actor.name, about)


@st.cache_resource(show_spinner=False, ttl=KEPT_S, max_entries=16)
def _steps(_wb: Workbench, actor: str, about: tuple[str, ...]) -> Sequence[NextStep]:  # noqa: ARG001 (the key)
    return release_steps(_wb.context)
