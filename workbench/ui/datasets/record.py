"""One row of a golden set in full, with the way to correct what is expected of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast, get_args

import streamlit as st

from workbench.domain.dataset import DatasetVersion, Example, Expect
from workbench.errors import WorkbenchError
from workbench.ui.components import address, notices
from workbench.ui.components.allowed import for_role
from workbench.ui.components.examples import show_example
from workbench.ui.components.text import beginning, html_text, plain
from workbench.ui.shell import show_error
from workbench.workspace import Workbench
from workbench.workspace.goldens.sheets import row_text

SHOULD = {"answer": "answer", "refuse": "decline", "ignore": "not be scored"}


def show_row(wb: Workbench, version: DatasetVersion, row: Example) -> None:
    """Everything a row holds."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(plain(row.id), anchor=False)
            if st.button("Close", icon=":material/close:", type="tertiary", key="row-close"):
                address.write("row", None)
                st.rerun()
        show_example(row)
        facts = _facts(row)
        if facts:
            st.html(html_text("\n".join(facts)))
        with st.expander("Correct what is expected", icon=":material/edit:", key="row-correct"):
            _correct(wb, version, row)
        with st.expander("The whole record", icon=":material/data_object:", key="row-record"):
            st.code(beginning(row_text(row)), language="yaml", wrap_lines=True)


def _facts(row: Example) -> Sequence[str]:
    facts = [
        f"Tags: {', '.join(row.tags)}" if row.tags else "",
        "Must pass" if row.must_pass else "",
        f"The answer stands in: {', '.join(row.relevant)}" if row.relevant else "",
        f"Belongs with the rows of: {row.cluster}" if row.cluster else "",
        *(f"Check: {check.type} {check.value!r}" for check in row.checks),
    ]
    return [fact for fact in facts if fact]


def _correct(wb: Workbench, version: DatasetVersion, row: Example) -> None:
    newest = wb.datasets.versions(version.name)[-1]
    if newest.number != version.number:
        st.markdown(f"This is version {version.number}. Choose version {newest.number} to correct the row there.")
        return
    key = f"correct-{version.label}-{row.id}"
    with st.form(key, border=False):
        expected = st.text_area("Expected answer", value=row.expected or "", height="content", key=f"{key}-expected")
        expect = st.selectbox(
            "The model should",
            get_args(Expect),
            index=get_args(Expect).index(row.expect),
            format_func=SHOULD.__getitem__,
            key=f"{key}-expect",
        )
        must_pass = st.checkbox("Must pass", value=row.must_pass, key=f"{key}-must")
        wanted = st.form_submit_button(
            f"Save as version {version.number + 1}",
            type="primary",
            icon=":material/save:",
            shortcut="Ctrl+Enter",
            **for_role(wb, "engineer", "save a golden set"),
        )
    if not wanted:
        return
    corrected = replace(row, expected=expected or None, expect=cast("Expect", expect), must_pass=must_pass)
    try:
        saved = wb.datasets.correct(version.name, row, corrected)
    except WorkbenchError as error:
        show_error(error)
        return
    said = f"Saved as version {saved.version}." if saved.created else "Nothing was changed."
    notices.tell(said, icon=":material/check:")
    address.write("version", str(saved.version))
    st.rerun()
