"""Bringing a prompt file, of ours or of another tool: what came in is shown before anything is saved."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from workbench.errors import FormatError, WorkbenchError
from workbench.stats.numbers import counted
from workbench.ui.components import address, downloads, notices
from workbench.ui.components.allowed import for_role
from workbench.ui.components.text import one_line, plain
from workbench.ui.shell import show_error
from workbench.workspace import Workbench
from workbench.workspace.interchange.interchange import Incoming

SAMPLE = "support.prompt.yaml"
TYPES = ["yaml", "yml", "json", "prompty", "prompt", "txt", "j2", "md", "csv"]
SHOWN_LOSSES = 5
_TAKEN = "prompt-files-taken"
"""How many files were saved: with each, the field is emptied and the form closed."""
ROLE_NAMES = {"system": "System", "user": "User", "assistant": "Assistant", "tool": "Tool"}


def import_form(wb: Workbench, key: str) -> None:
    """Choose a file, see what is in it, save it."""
    st.markdown("A file of ours, or of GitHub Models, Prompty, Langfuse, promptfoo, Dotprompt, LangChain or MLflow.")
    taken = files_taken(key)
    file = st.file_uploader("Prompt file", type=TYPES, key=f"prompt-file-{key}" + (f"-{taken}" if taken else ""))
    if file is None:
        downloads.sample("Download a sample prompt file", SAMPLE, key=f"sample-prompt-{key}")
        return
    try:
        incoming = wb.interchange.read_bytes(file.getvalue(), file=file.name)
    except WorkbenchError as error:
        show_error(error)
        for other in error.others if isinstance(error, FormatError) else ():
            st.caption(plain(str(other)))
        return
    _show(incoming)
    may = for_role(wb, "engineer", "import a prompt")
    if st.button("Save", type="primary", icon=":material/save:", key=f"import-save-{key}", **may):
        _save(wb, incoming, key)


def files_taken(key: str) -> int:
    """How many files this form has saved. Part of the keys of what is to begin anew with each."""
    taken: int = st.session_state.get(f"{_TAKEN}-{key}", 0)
    return taken


def _show(incoming: Incoming) -> None:
    """What came in, and what did not."""
    st.markdown(f"**{plain(incoming.title)}**: {plain(_contents(incoming))}")
    for prompt in incoming.prompts[:1]:
        said = [(ROLE_NAMES[message.role], message.content) for message in prompt.content.messages]
        said += [("Model", prompt.content.model)] if prompt.content.model else []
        _list([f"**{what}** {plain(one_line(text, 160))}" for what, text in said])
    if not incoming.losses:
        st.caption(":material/check: Everything in the file was carried over.")
        return
    st.markdown(f"**{counted(len(incoming.losses), 'thing')} not carried over, or changed**")
    _list([plain(loss) for loss in incoming.losses[:SHOWN_LOSSES]])
    more = incoming.losses[SHOWN_LOSSES:]
    if more:
        with st.expander(f"{len(more)} more"):
            _list([plain(loss) for loss in more])


def _list(lines: Sequence[str]) -> None:
    """Small lines below one another; they are Markdown already."""
    st.caption("\n".join(f"- {line}" for line in lines))


def _contents(incoming: Incoming) -> str:
    """Such as `2 versions of greeting, and a golden set greeting with 5 rows and 4 checks`."""
    parts = []
    if incoming.prompts:
        name = incoming.prompts[0].name
        many = len(incoming.prompts) > 1
        parts.append(f"{len(incoming.prompts)} versions of {name}" if many else f"the prompt {name}")
    if incoming.examples:
        checks = sum(len(row.checks) for row in incoming.examples)
        rows = counted(len(incoming.examples), "row")
        parts.append(f"a golden set {incoming.dataset} with {rows} and {counted(checks, 'check')}")
    return ", and ".join(parts)


def _save(wb: Workbench, incoming: Incoming, key: str) -> None:
    try:
        kept = wb.interchange.keep(incoming)
    except WorkbenchError as error:
        show_error(error)
        return
    st.session_state[f"{_TAKEN}-{key}"] = files_taken(key) + 1
    if kept.dataset is not None:
        rows = counted(len(incoming.examples), "golden row")
        notices.tell(f"{rows} stand in {plain(kept.dataset.name)}.", icon=":material/check:")
    if not kept.prompts:
        st.rerun()
    first, last = kept.prompts[0], kept.prompts[-1]
    known = "is saved as" if any(saved.created for saved in kept.prompts) else "was there already as"
    notices.tell(f"{plain(incoming.file)} {known} version {last.version}.", icon=":material/check:")
    address.write("prompt", last.name)
    address.write("c1", str(first.version))
    st.rerun()
