"""Searching in some documents only: by their names, and by what is known of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from workbench.domain.index import IndexInfo
from workbench.ui.components import address
from workbench.workspace import Workbench

INDEXES_KEPT = 4
VALUES_SHOWN = 50
"""Of a key with more values, such as an id, only so many are offered."""


def choose_filter(wb: Workbench, info: IndexInfo) -> Mapping[str, Any]:
    """The filter as retrieval settings hold it; empty while all documents are searched."""
    names = address.line(
        "Only documents named like",
        "documents",
        placeholder="fees/*, *.pdf",
        help="Patterns with commas between them: * stands for any letters.",
    )
    patterns = [part.strip() for part in names.split(",") if part.strip()]
    chosen: dict[str, Any] = {"document": patterns} if patterns else {}
    known = _keys(wb, info, str(wb.root), info.fingerprint)
    if not known:
        return chosen
    options = {
        f"{key}={_written(value)}": (key, value) for key, values in known.items() for value in values[:VALUES_SHOWN]
    }
    wanted = address.pick_many(
        "Only documents with",
        list(options),
        "only",
        format_func=lambda option: option.replace("=", ": ", 1),
        placeholder="any",
    )
    for option in wanted:
        key, value = options[option]
        chosen.setdefault(key, []).append(value)
    return chosen


def _written(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.15g}"


@st.cache_resource(show_spinner=False, max_entries=INDEXES_KEPT)
def _keys(
    _wb: Workbench,
    _info: IndexInfo,
    root: str,  # noqa: ARG001 (with the next: the key)
    fingerprint: str,  # noqa: ARG001
) -> Mapping[str, Sequence[str | float]]:
    return _wb.indexes.filter_keys(_info)
