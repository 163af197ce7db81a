"""Correcting what a golden row expects, beside the answers that made somebody notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from workbench.domain.dataset import Example
from workbench.errors import WorkbenchError
from workbench.stats.numbers import counted
from workbench.text.line_diff import lines
from workbench.ui.components import notices, places
from workbench.ui.components.allowed import for_role
from workbench.ui.components.text import plain
from workbench.ui.prompts import examples
from workbench.ui.prompts.answers import Answer
from workbench.ui.shell import show_error
from workbench.workspace import Workbench


def show(wb: Workbench, prompt: str, row: Example, answers: Mapping[str, Answer]) -> None:
    """A field with what is expected, what saving would change, and the button for it. `answers` are to this row."""
    version = examples.chosen_set(wb)
    if version is None:
        return
    key = f"expected-{version.label}-{row.id}"
    with st.expander("Correct the expected answer", icon=":material/edit:", key="prompts-correct"):
        st.session_state.setdefault(key, row.expected or "")
        expected = st.text_area("What a good answer says", key=key, height="content")
        with st.container(horizontal=True):
            for position, (label, answer) in enumerate(answers.items()):
                if answer.text:
                    st.button(
                        f"Take the answer of {label}",
                        key=f"take-{position}",
                        type="tertiary",
                        icon=":material/content_paste:",
                        on_click=_take,
                        args=(key, answer.text),
                    )
        changed = expected.strip() != (row.expected or "").strip()
        if changed:
            st.html(lines(row.expected or "", expected))
        if row.checks:
            st.caption(
                f"The row's {counted(len(row.checks), 'check')} are kept as they are: change them under Datasets."
            )
        with st.container(horizontal=True, vertical_alignment="center"):
            following = wb.datasets.versions(version.name)[-1].number + 1
            save = st.button(
                f"Save as {plain(version.name)} version {following}",
                key="prompts-correct-save",
                icon=":material/save:",
                **{"disabled": not changed, **for_role(wb, "engineer", "save a golden set")},
            )
            places.link("datasets", "The whole row", set=version.name, row=row.id)
    if save:
        _save(wb, prompt, row, expected.strip() or None, list(answers))


def _take(key: str, text: str) -> None:
    st.session_state[key] = text


def _save(wb: Workbench, prompt: str, row: Example, expected: str | None, tried: list[str]) -> None:
    version = examples.chosen_set(wb)
    if version is None:
        return
    provenance = {
        "corrected_by": wb.context.actor.name,
        "corrected_while_trying": [f"{prompt} {label}" for label in tried],
        "expected_before": row.expected,
    }
    try:
        saved = wb.datasets.correct(version.name, row, replace(row, expected=expected), provenance=provenance)
    except WorkbenchError as error:
        show_error(error)
        return
    notices.tell(f"{plain(row.id)} is corrected in version {saved.version}.", icon=":material/check:")
    st.rerun()
