"""Bringing a golden set: a file, its name, and what its columns are."""

from __future__ import annotations

import streamlit as st

from workbench.errors import FormatError, WorkbenchError
from workbench.formats.dataset_rows import INPUT
from workbench.ui.components import address, downloads, notices
from workbench.ui.components.allowed import for_role
from workbench.ui.components.text import plain
from workbench.ui.shell import show_error
from workbench.workspace import Workbench
from workbench.workspace.goldens.file_columns import set_name

TYPES = ["csv", "tsv", "jsonl", "ndjson", "json"]
MEANINGS = {
    "expected": "the expected answer",
    "id": "the row's id",
    "expect": "whether it should answer or decline",
    "relevant": "where the answer stands (documents)",
    "tags": "tags",
    "cluster": "which rows belong together",
    "must_pass": "whether the row must pass",
    "checks": "checks (JSON)",
    "context": "sources to use (JSON)",
    "history": "earlier turns (JSON)",
}


def first_set(wb: Workbench) -> None:
    """What to do when there is no golden set yet."""
    st.markdown(
        "A golden set is a list of questions with the answers you expect. Fifteen rows are enough to begin. "
        "Bring one as CSV, JSON Lines or JSON; only a column with the question is needed."
    )
    with st.container(border=True):
        _form(wb, "first")


def import_set(wb: Workbench) -> None:
    """A button that opens the form for a file."""
    with st.popover("Import", icon=":material/upload_file:", key="datasets-import"):
        _form(wb, "more")


def _form(wb: Workbench, key: str) -> None:
    round_ = st.session_state.get(f"{key}-round", 0)
    file = st.file_uploader("File with the rows", type=TYPES, key=f"rows-file-{key}-{round_}")
    with st.container(horizontal=True):
        downloads.sample("A sample as CSV", "golden-set.csv", key=f"sample-csv-{key}")
        downloads.sample("A sample as JSON Lines", "golden-set.jsonl", key=f"sample-jsonl-{key}")
        downloads.red_team("Attacks to try a prompt with", key=f"sample-red-team-{key}")
    if file is None:
        return
    data = file.getvalue()
    name = st.text_input("Name of the golden set", value=set_name(file.name), key=f"rows-name-{key}-{file.file_id}")
    known = {version.name: version.number for version in wb.datasets.list()}
    if name in known:
        st.caption(f":material/info: It will be version {known[name] + 1} of {plain(name)}, unless nothing differs.")
    columns = _columns(wb, data, file.name, f"{key}-{file.file_id}")
    may = for_role(wb, "engineer", "save a golden set")
    if not st.button("Import", type="primary", icon=":material/upload_file:", key=f"rows-import-{key}", **may):
        return
    try:
        saved = wb.datasets.add_bytes(data, file=file.name, name=name.strip(), columns=columns)
    except FormatError as error:
        _show_problems(error)
        return
    except WorkbenchError as error:
        show_error(error)
        return
    st.session_state[f"{key}-round"] = round_ + 1
    known_as = "Saved as" if saved.created else "Nothing differs from"
    notices.tell(f"{known_as} {plain(saved.name)}, version {saved.version}.", icon=":material/check:")
    address.write("set", saved.name)
    address.write("version", str(saved.version))
    st.rerun()


def _columns(wb: Workbench, data: bytes, file: str, key: str) -> dict[str, str]:
    """What the file's own columns are to be read as, where their names do not say."""
    proposed = wb.datasets.proposed_columns(data, file=file)
    if not proposed:
        return {}
    asked = ", ".join(f"{{{{{name}}}}}" for name in wb.datasets.inputs_asked_for())
    st.markdown("**What the columns are**")
    st.caption(
        "These names are not known to golden sets. An input is something the prompt asks for, and is called as there"
        + (f": {plain(asked)}." if asked else ", such as question.")
    )
    return {name: _meaning(name, proposed[name], f"{key}-{at}") for at, name in enumerate(proposed)}


def _meaning(name: str, proposed: str, key: str) -> str:
    """What one column is to be read as; an input by the name that a person gives it."""
    as_input = proposed if proposed.startswith(INPUT) else INPUT + name
    meanings = {as_input: "an input", f"metadata.{name}": "further information", **MEANINGS}
    options = list(meanings)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            f"Column {plain(name)}",
            options,
            index=options.index(proposed),
            format_func=meanings.__getitem__,
            key=f"column-{key}",
        )
        if chosen != as_input:
            return chosen
        called = st.text_input(
            f"What the prompt calls {plain(name)}", value=as_input.removeprefix(INPUT), key=f"column-called-{key}"
        )
    return INPUT + (called.strip() or name)


def _show_problems(error: FormatError) -> None:
    """Everything that is wrong with a file, each with its line. File content is shown as plain text."""
    count = 1 + len(error.others)
    st.error(
        f"Nothing was imported. Mend {'this' if count == 1 else f'these {count:,} places'} and bring the file again.",
        icon=":material/error:",
    )
    st.code(str(error), language=None, wrap_lines=True)
