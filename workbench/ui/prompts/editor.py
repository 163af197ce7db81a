"""The editor of a draft: what is typed is kept at once and checked."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from workbench.domain.dataset import Example
from workbench.domain.prompt import Message, MessageRole, PromptFile
from workbench.domain.prompt_version import PromptVersion
from workbench.errors import WorkbenchError
from workbench.stats.numbers import number
from workbench.ui.components import downloads, notices
from workbench.ui.components.text import plain
from workbench.ui.prompts import copying, keeping, settings
from workbench.ui.prompts.differences import show_changes
from workbench.ui.prompts.keeping import Held
from workbench.ui.prompts.shown import Shown
from workbench.ui.prompts.widgets import Widgets
from workbench.ui.shell import show_error
from workbench.workspace import Workbench
from workbench.workspace.prompts.drafting import DraftFields, Examined, draft_text, examine, fields_of

ROLES: tuple[MessageRole, ...] = ("system", "user", "assistant", "tool")


def edit_draft(wb: Workbench, draft: Held, row: Example | None, rest: DeltaGenerator) -> Shown:
    """Show a draft for editing and keep what was changed. `row` is the example it will be tried on.

    What it has besides its messages, and the way to save it, go to `rest`.
    """
    base = wb.prompts.get(f"{draft.prompt}@{draft.base}") if draft.base is not None else None
    st.caption(f":material/cloud_done: Kept as a draft, not yet a version. {_origin(base)}")
    widgets = Widgets(draft)
    fields, removed = _messages(widgets, draft.fields)
    added = st.button("Add message", icon=":material/add:", key=f"{draft.key}-add", type="tertiary")
    undo = st.container()
    summary = st.container()
    label = "New draft" if base is None else f"Draft of v{base.number}"
    with rest:
        st.markdown(f"**{label}**")
        saving = st.container()
        fields, regroup = settings.show(wb, widgets, fields)
    with saving:
        fields = replace(fields, changelog=widgets.line("changelog", "Why this version", fields.changelog))
    seen = examine(
        draft.prompt,
        fields,
        base=None if base is None else base.content,
        given=None if row is None else row.inputs,
        indexes=[info.name for info in wb.indexes.list()],
    )
    with summary:
        _show_examined(seen)
    with undo:
        keeping.offer_put_back(wb, draft, fields)
    if removed is not None:
        fields = _without(draft, fields, removed)
    if added:
        fields = replace(fields, messages=(*fields.messages, Message("user", "")))
    keeping.keep(wb, draft, fields, redraw=regroup or added or removed is not None)
    if base is not None:
        with rest:
            show_changes(f"What changed from v{base.number}", fields_of(base), fields)
    with saving:
        _actions(wb, draft, fields, seen, base)
    return Shown(f"{draft.prompt}/{draft.slot}", label, fields, None if seen.file is None else seen.file.content)


def _origin(base: PromptVersion | None) -> str:
    return "It will be the first version." if base is None else f"Started from v{base.number}."


def _messages(widgets: Widgets, fields: DraftFields) -> tuple[DraftFields, int | None]:
    """The messages as they stand in the editor, and the position of one to be removed."""
    typed: list[Message] = []
    removed: int | None = None
    for position, message in enumerate(fields.messages):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            role = widgets.choice(
                f"role-{position}", f"Role of message {position + 1}", ROLES, message.role, hide_label=True, width=150
            )
            if len(fields.messages) > 1 and widgets.button(
                f"remove-{position}", "Remove", icon=":material/delete:", help=f"Remove message {position + 1}"
            ):
                removed = position
        text = widgets.text(f"message-{position}", f"Text of message {position + 1}", message.content, hide_label=True)
        typed.append(Message(cast("MessageRole", role), text))
    return replace(fields, messages=tuple(typed)), removed


def _without(draft: Held, fields: DraftFields, position: int) -> DraftFields:
    """The draft without a message, which can be put back."""
    gone = fields.messages[position]

    def put_back(now: DraftFields) -> DraftFields:
        return replace(now, messages=(*now.messages[:position], gone, *now.messages[position:]))

    keeping.removed(draft, f"Message {position + 1}", put_back)
    return replace(fields, messages=(*fields.messages[:position], *fields.messages[position + 1 :]))


def _show_examined(seen: Examined) -> None:
    """What is wrong, then what the prompt is made of."""
    for problem in seen.problems:
        where = ""
        if problem.place[:1] == ("messages",) and len(problem.place) > 1 and not problem.message.startswith("Message"):
            where = f"Message {int(problem.place[1]) + 1}: "
        say, icon = (
            (st.error, ":material/error:") if problem.severity == "error" else (st.warning, ":material/warning:")
        )
        say(plain(where + problem.message), icon=icon)
    fine = " · variables fine" if not seen.problems and seen.variables else ""
    names = f" · variables {plain(', '.join(seen.variables))}" if seen.variables else ""
    st.markdown(f"About {number(seen.tokens)} tokens{names}{fine}")


def _actions(wb: Workbench, draft: Held, fields: DraftFields, seen: Examined, base: PromptVersion | None) -> None:
    versions = wb.prompts.versions(draft.prompt)
    following = versions[-1].number + 1 if versions else 1
    meant = _meant(draft, seen)
    hint = "Mend what is marked as wrong first" if seen.file is None else "Say first that the unknown variable is meant"
    with st.container(horizontal=True):
        save = st.button(
            f"Save as version {following}",
            type="primary",
            icon=":material/save:",
            key=f"{draft.key}-save",
            disabled=seen.file is None or not meant,
            help=None if seen.file is not None and meant else hint,
        )
        copying.offer(wb, fields, draft.prompt if base is None else f"a draft of {base.label}", key=draft.key)
        if seen.file is not None:
            file = f"{draft.prompt}-draft.prompt.yaml"
            downloads.download("Download", draft_text(draft.prompt, fields), file, key=f"{draft.key}-file")
        if st.button("Discard draft", icon=":material/delete:", key=f"{draft.key}-discard"):
            keeping.discard(wb, draft)
    if save and seen.file is not None:
        _save(wb, draft, seen.file)


def _meant(draft: Held, seen: Examined) -> bool:
    """Whether somebody said that variables which nothing fills are meant; true while there are none."""
    if seen.file is None or not seen.unknown:
        return True
    names = plain(", ".join(seen.unknown))
    return st.checkbox(
        f"{names} is meant: other rows give it a value",
        key=f"{draft.key}-meant-{'-'.join(seen.unknown)}",
        help="A run on rows without it is refused.",
    )


def _save(wb: Workbench, draft: Held, file: PromptFile) -> None:
    try:
        saved = wb.prompts.save(file, parent=draft.base)
    except WorkbenchError as error:
        show_error(error)
        return
    if not saved.created:
        st.info(f"That is version {saved.version} already: nothing differs in what a model is asked.")
        return
    wb.prompts.discard_draft(draft.prompt, slot=draft.slot)
    notices.tell(f"Saved as version {saved.version}.", icon=":material/check:")
    keeping.show_instead(draft, saved.version)
    st.rerun()
