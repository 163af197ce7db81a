"""Which prompt is looked at, in how many columns, and what stands in each."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from workbench.domain.prompt_version import Draft, PromptVersion
from workbench.ui.components import address
from workbench.ui.prompts.creating import import_prompt, new_prompt
from workbench.ui.prompts.keeping import MOST_COLUMNS
from workbench.ui.prompts.shown import DIFFERENCES, DRAFT, slot_of
from workbench.workspace import Workbench


def prompt(wb: Workbench) -> str | None:
    """The prompt that is looked at, with the ways to get another one. None when there is none yet."""
    _unfold_versions()
    names = [version.name for version in wb.prompts.list()]
    names += [draft.prompt for draft in wb.prompts.drafts() if draft.prompt not in names]
    names = sorted(dict.fromkeys(names))
    if not names:
        return None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = address.pick("Prompt", names, "prompt", width=360)
        _count(wb, name)
        address.toggle("Show differences", DIFFERENCES, default=False)
        with st.container(horizontal=True, width="content"):
            new_prompt(wb)
            import_prompt(wb)
    return name


def _unfold_versions() -> None:
    """Turn `prompt=NAME@1&prompt=NAME@2`, as other pages write versions, into this page's prompt and columns."""
    labels = [label.rpartition("@") for label in st.query_params.get_all("prompt")]
    name = labels[0][0] if labels else ""
    if not name:
        return
    numbers = [number for other, _, number in labels if other == name][:MOST_COLUMNS]
    address.write("prompt", name)
    address.write("columns", str(len(numbers)))
    for position, number in enumerate(numbers, 1):
        address.write(f"c{position}", number)


def _count(wb: Workbench, name: str) -> None:
    choices = _choices(wb, name)
    options = [str(number) for number in range(1, MOST_COLUMNS + 1)]
    address.switch("Columns", options, "columns", default=_default_count(choices))


def columns(wb: Workbench, name: str) -> list[tuple[str, str]]:
    """For every column its place in the address, and what it shows by default: oldest left, newest right."""
    choices = list(_choices(wb, name))
    asked = address.read("columns")
    options = {str(number) for number in range(1, MOST_COLUMNS + 1)}
    count = int(asked if asked in options else _default_count(choices))
    newest = choices[-count:]
    newest = newest + [newest[-1]] * (count - len(newest))
    return [(f"c{number}", choice) for number, choice in enumerate(newest, 1)]


def choose(wb: Workbench, name: str, place: str, default: str) -> str:
    """The list at the head of a column; what was chosen in it."""
    labels = _choices(wb, name)
    return address.pick(
        f"Column {place[1:]}",
        list(reversed(labels)),
        place,
        default=default,
        format_func=lambda choice: labels[choice],
        label_visibility="collapsed",
    )


def _choices(wb: Workbench, name: str) -> dict[str, str]:
    """Versions and the actor's drafts, oldest first, with their labels."""
    drafts = sorted((d for d in wb.prompts.drafts() if d.prompt == name), key=lambda draft: draft.slot)
    return _labels(wb.prompts.versions(name), drafts)


def _labels(versions: Sequence[PromptVersion], drafts: Sequence[Draft]) -> dict[str, str]:
    labels = {str(version.number): f"v{version.number}" for version in versions}
    for draft in drafts:
        base = "New draft" if draft.base is None else f"Draft of v{draft.base}"
        twice = sum(other.base == draft.base for other in drafts) > 1
        labels[DRAFT + draft.slot] = f"{base} ({draft.slot})" if twice else base
    return labels


def _default_count(choices: Sequence[str] | dict[str, str]) -> str:
    return "2" if len(choices) > 1 else "1"


def is_open_elsewhere(choice: str, before: Sequence[str]) -> bool:
    """Whether a draft is in an earlier column already: one editor each."""
    return slot_of(choice) is not None and choice in before
