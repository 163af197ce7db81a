"""How documents are cut: where, how long the chunks are, and how much two neighbours share."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from workbench.domain.index import IndexSettings
from workbench.ui.components import address

CHUNKERS: Mapping[str, str] = {
    "headings": "At headings and sentences",
    "sentences": "At sentences",
    "tokens": "By length alone",
}
DEFAULTS = IndexSettings()
ABOUT_TOKENS = "A token is about three quarters of an English word."


def choose_cuts() -> IndexSettings:
    """The settings, as they stand in the address."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = address.pick("Cut", list(CHUNKERS), "chunker", format_func=CHUNKERS.__getitem__, width=270)
        most = address.number(
            "Longest chunk, in tokens",
            "size",
            default=DEFAULTS.chunk_size,
            low=10,
            high=4000,
            width=210,
            help=f"{ABOUT_TOKENS} Short chunks are found more exactly; long ones tell the model more around the place.",
        )
        repeated = address.number(
            "Repeated from the one before",
            "overlap",
            default=DEFAULTS.chunk_overlap,
            low=0,
            high=2000,
            width=230,
            help="In tokens. A sentence that a cut falls into is then whole in one of the two.",
        )
    return IndexSettings(chunker=kind, chunk_size=most, chunk_overlap=repeated)


def cut_words(settings: IndexSettings) -> str:
    """How an index was cut, in words."""
    return (
        f"{CHUNKERS.get(settings.chunker, settings.chunker).lower()}, at most {settings.chunk_size:,} tokens, "
        f"{settings.chunk_overlap:,} repeated"
    )
