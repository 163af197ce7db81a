"""What stands here while no golden row says where its answer stands."""

from __future__ import annotations

import json

import streamlit as st

from workbench.domain.index import IndexInfo
from workbench.ui.components import downloads, places
from workbench.ui.knowledge.documents import documents_of
from workbench.workspace import Workbench


def explain(wb: Workbench, info: IndexInfo) -> None:
    """How to say it, with a row to copy that names a document of this index."""
    st.info(
        "Rows of a golden set can name the place that holds their answer, in the column `relevant`: a document, a "
        "heading in it, or a page. Then it can be measured how often that place is found.",
        title="No golden set says yet where its answers stand",
        icon=":material/straighten:",
    )
    document = documents_of(wb, info)[0]
    heading = next((section.heading_path[-1] for section in document.sections if section.heading_path), None)
    span = document.name if heading is None else f"{document.name}#{heading}"
    row = {
        "inputs": {"question": "What do your users ask?"},
        "expected": "What a good answer says.",
        "relevant": [span, "plan.pdf#page=3"],
    }
    st.caption("A row as JSON Lines holds it, on one line:")
    st.code(json.dumps(row, ensure_ascii=False), language=None, wrap_lines=True)
    with st.container(horizontal=True, vertical_alignment="center"):
        places.link("datasets", "Bring or edit a golden set")
        downloads.sample("A sample with sources", "golden-set.jsonl", key="sample-sources")
