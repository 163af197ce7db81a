"""The example that the prompts are tried on: a row of a golden set, or inputs typed by hand."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from workbench.domain.dataset import DatasetVersion, Example
from workbench.domain.variables import CONTEXT_VARIABLE
from workbench.ui.components import address
from workbench.ui.components.allowed import refusal
from workbench.ui.components.examples import question, show_example
from workbench.ui.components.golden_rows import rows
from workbench.ui.components.text import one_line, plain
from workbench.ui.prompts.shown import Shown
from workbench.workspace import Workbench
from workbench.workspace.prompts.drafting import variables_of
from workbench.workspace.prompts.prompts import INPUTS_SLOT

BY_HAND = "by-hand"
LONGEST_LINE = 90


def chosen_row(wb: Workbench) -> Example | None:
    """The row that the address names, else the first of the first golden set; None when typed by hand."""
    version = _chosen_set(wb.datasets.list())
    if version is None:
        return None
    examples = rows(wb, version)
    wanted = address.read("row")
    return next((example for example in examples if example.id == wanted), examples[0])


def chosen_set(wb: Workbench) -> DatasetVersion | None:
    """The golden set that the address names, else the first; None when inputs are typed by hand."""
    return _chosen_set(wb.datasets.list())


def _chosen_set(sets: Sequence[DatasetVersion]) -> DatasetVersion | None:
    wanted = address.read("set")
    if wanted == BY_HAND or not sets:
        return None
    return next((version for version in sets if version.name == wanted), sets[0])


def pick(wb: Workbench) -> None:
    """The lists to choose the example from, and a way to the next one."""
    sets = wb.datasets.list()
    labels = {version.name: f"{version.name} ({version.size:,} rows)" for version in sets}
    labels[BY_HAND] = "nothing: I type it by hand"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        address.pick("Take the example from", list(labels), "set", format_func=lambda name: labels[name], width=300)
        version = _chosen_set(sets)
        if version is not None:
            examples = {example.id: example for example in rows(wb, version)}
            address.pick(
                "Example",
                list(examples),
                "row",
                format_func=lambda row: f"{row} · {one_line(question(examples[row]), LONGEST_LINE)}",
            )
            st.button(
                "Another", icon=":material/skip_next:", key="prompts-another", on_click=_next, args=(list(examples),)
            )


def _next(ids: Sequence[str]) -> None:
    """The row after the chosen one; after the last comes the first."""
    now = address.read("row")
    position = ids.index(now) if now in ids else 0
    address.write("row", ids[(position + 1) % len(ids)])


def show_row(row: Example) -> None:
    """The chosen row."""
    with st.container(border=True):
        show_example(row)


def type_row(wb: Workbench, prompt: str, shown: Sequence[Shown]) -> Example:
    """Fields for what the prompts ask for. What an engineer types is kept with the prompt."""
    used = dict.fromkeys(name for one in shown for name in variables_of(one.fields))
    kept = wb.prompts.draft(prompt, slot=INPUTS_SLOT)
    known: dict[str, str] = {} if kept is None else dict(kept.fields)
    labels = {name: plain(name) for name in used if name != CONTEXT_VARIABLE}
    if CONTEXT_VARIABLE in used:
        labels[CONTEXT_VARIABLE] = "Sources (leave empty to look them up in the index)"
    typed = {name: _field(prompt, name, label, known.get(name, "")) for name, label in labels.items()}
    changed = any(text != known.get(name, "") for name, text in typed.items())
    if changed and refusal(wb, "engineer", "edit a prompt") is None:
        wb.prompts.keep_draft(prompt, {**known, **typed}, slot=INPUTS_SLOT)
    context = typed.pop(CONTEXT_VARIABLE, "")
    return Example("by-hand", typed, context=(context,) if context.strip() else None)


def _field(prompt: str, name: str, label: str, start: str) -> str:
    key = f"by-hand-{prompt}-{name}"
    st.session_state.setdefault(key, start)
    return st.text_area(label, key=key, height="content") or ""
