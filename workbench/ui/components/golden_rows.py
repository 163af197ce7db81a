"""The rows of golden sets, read once: a version never changes."""

from __future__ import annotations

import streamlit as st

from workbench.domain.dataset import DatasetVersion, Example
from workbench.workspace import Workbench

SETS_KEPT = 8


def rows(wb: Workbench, version: DatasetVersion) -> tuple[Example, ...]:
    """The rows of a version, in order."""
    return _rows(wb, str(wb.root), version.label, version.hash)


@st.cache_resource(show_spinner=False, max_entries=SETS_KEPT)
def _rows(_wb: Workbench, root: str, label: str, content: str) -> tuple[Example, ...]:  # noqa: ARG001 (the key)
    return _wb.datasets.examples(label)
