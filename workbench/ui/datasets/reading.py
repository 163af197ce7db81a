"""The rows of a golden set: find, filter, and look at one in full."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from workbench.domain.dataset import DatasetVersion, Example
from workbench.ui.components import address
from workbench.ui.components.examples import question
from workbench.ui.components.golden_rows import rows
from workbench.ui.components.text import one_line
from workbench.ui.datasets.choosing import run_link
from workbench.ui.datasets.record import show_row
from workbench.workspace import Workbench

PAGE_SIZE = 25
LONGEST_CELL = 200
EXPECT_WORDS = {"answer": "answer", "refuse": "decline", "ignore": "not scored"}


def show_rows(wb: Workbench, version: DatasetVersion) -> None:
    """The table of rows, and beside it the chosen one in full."""
    examples = rows(wb, version)
    found = _found(examples)
    run_link(version)
    wanted = address.read("row")
    row = next((example for example in examples if example.id == wanted), None)
    if row is None:
        _show_table(version, found)
        return
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _show_table(version, found)
    with right:
        show_row(wb, version, row)


def _show_table(version: DatasetVersion, found: Sequence[Example]) -> None:
    if not found:
        st.info("No row fits. Search for something else, or take the tags out.", icon=":material/search_off:")
        return
    st.caption(":material/check_box: Tick a row to see all of it.")
    page = address.page(-(-len(found) // PAGE_SIZE), "page")
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    _table(shown, address.read("row"), key=f"rows-{version.label}-{page}")


def _found(examples: Sequence[Example]) -> list[Example]:
    tags = sorted({tag for example in examples for tag in example.tags})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = address.line("Search", "find", forget=["page"], placeholder="words in a row", icon=":material/search:")
        wanted = set(address.pick_many("Tags", tags, "tag", forget=["page"], placeholder="all"))
    needle = words.casefold()
    found = [
        example for example in examples if wanted <= set(example.tags) and (not needle or needle in _searched(example))
    ]
    if len(found) < len(examples):
        st.caption(f"{len(found):,} of {len(examples):,} rows")
    return found


def _searched(example: Example) -> str:
    said = [example.id, *map(str, example.inputs.values()), example.expected or "", *example.tags, *example.relevant]
    return "\n".join(said).casefold()


def _table(examples: Sequence[Example], chosen: str | None, *, key: str) -> None:
    """A page of rows, the chosen one marked. The one that is clicked goes into the address."""
    import pandas as pd

    frame = pd.DataFrame(
        {
            "Id": [example.id for example in examples],
            "Asked": [one_line(question(example), LONGEST_CELL) for example in examples],
            "Expected": [one_line(example.expected or "", LONGEST_CELL) for example in examples],
            "Should": [EXPECT_WORDS[example.expect] for example in examples],
            "Tags": [list(example.tags) for example in examples],
            "Checks": [len(example.checks) for example in examples],
            "Must pass": [example.must_pass for example in examples],
        }
    )
    st.dataframe(
        frame,
        hide_index=True,
        height="content",
        on_select=partial(_choose, key, [example.id for example in examples]),
        selection_mode="single-row",
        selection_default={"selection": {"rows": [at for at, one in enumerate(examples) if one.id == chosen]}},
        key=key,
        column_config={
            "Id": st.column_config.TextColumn(width="small", pinned=True),
            "Asked": st.column_config.TextColumn(width="large"),
            "Tags": st.column_config.ListColumn(),
            "Checks": st.column_config.NumberColumn(width="small"),
            "Must pass": st.column_config.CheckboxColumn(width="small"),
        },
        alt="The rows of the golden set: what is asked, what is expected, tags and checks",
    )


def _choose(key: str, ids: Sequence[str]) -> None:
    selected = st.session_state[key]["selection"]["rows"]
    address.write("row", ids[selected[0]] if selected and selected[0] < len(ids) else None)
