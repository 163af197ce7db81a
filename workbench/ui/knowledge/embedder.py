"""What compares meanings: the offline embedder, or one that needs a file or a key, with what it costs."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from workbench.domain.index import IndexSettings
from workbench.ui.components import address
from workbench.workspace import Workbench
from workbench.workspace.cuts import Cuts

OFFLINE = IndexSettings().embedder


def choose_embedder(wb: Workbench, settings: IndexSettings, made: Cuts) -> IndexSettings:
    """The settings with the embedder that was chosen."""
    name = address.pick("Embedder", [OFFLINE], "embedder", width=420)
    st.caption("Works on this machine, at once, for nothing. Nothing is downloaded and nothing is sent.")
    return replace(settings, embedder=name)


def embedder_words(name: str) -> str:
    """An embedder in a few words."""
    return "by meaning and words, offline" if name == OFFLINE else f"by {name} and words"
