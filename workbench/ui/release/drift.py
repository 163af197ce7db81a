"""Whether the exported files are still what was released, which side is ahead, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

from workbench.domain.release import Ahead, Difference
from workbench.errors import InputError, WorkbenchError
from workbench.ui import shell, state
from workbench.ui.components import address, notices
from workbench.ui.components.allowed import for_role
from workbench.ui.components.text import plain
from workbench.workspace import Workbench
from workbench.workspace.releases.exporting import EXPORTERS

SIDES: Mapping[Ahead | None, str] = {
    "workbench": "the workbench is ahead",
    "repository": "the repository is ahead",
    "both": "both went on",
    None: "",
}
PROMPT_FILE, ENVIRONMENTS_FILE = ".prompt.yaml", "environments.yaml"


def show(wb: Workbench, prompt: str) -> None:
    """A line for each folder that the prompt was exported to."""
    st.subheader("In the repository", anchor=False)
    exports = [export for one in state.release_states(wb, prompt) for export in one.exports]
    newest_first = sorted(exports, key=lambda export: export.at, reverse=True)
    folders = list(dict.fromkeys([export.directory for export in newest_first]))
    if not folders:
        st.caption("Nothing was exported yet.")
    for number, folder in enumerate(folders):
        _folder(wb, prompt, Path(folder), number)


def _folder(wb: Workbench, prompt: str, folder: Path, number: int) -> None:
    where = plain(str(folder))
    try:
        differences = wb.releases.differences(prompt, folder)
    except InputError:
        st.warning(
            f"{where} does not hold the exported files. Where they were committed on a branch, merge it; otherwise "
            "export them again.",
            icon=":material/folder_off:",
        )
        return
    except WorkbenchError as error:
        shell.show_error(error)
        return
    if not differences:
        st.success(f"{where} matches what was released.", icon=":material/check_circle:")
        return
    if all(one.ahead == "workbench" for one in differences):
        st.warning(f"{where} lacks what was done here since.", icon=":material/difference:")
    else:
        st.error(f"{where} differs from what was released.", icon=":material/difference:")
    for row, one in enumerate(differences):
        _difference(wb, prompt, folder, one, f"{number}-{row}")
    _environments(wb, prompt, folder, differences, number)


def _difference(wb: Workbench, prompt: str, folder: Path, one: Difference, key: str) -> None:
    side = f" · **{SIDES[one.ahead]}**" if one.ahead else ""
    with st.container(border=True, gap="xsmall", key=f"difference-{key}"):
        st.markdown(f"`{_plain_code(one.path)}` {plain(one.problem)}{side}")
        edited = one.ahead == "repository" and one.path.endswith(PROMPT_FILE) and (folder / one.path).is_file()
        if not edited:
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            may = for_role(wb, "engineer", "save a prompt")
            if st.button("Take the edited file back in", icon=":material/input:", key=f"take-{key}", **may):
                _take_back(wb, prompt, folder / one.path)
            st.caption("It becomes a new version, not approved yet. Released files themselves never change.")
        st.caption("To have the released file again:")
        st.code(f"git checkout -- {one.path}", language="bash", wrap_lines=True)


def _take_back(wb: Workbench, prompt: str, file: Path) -> None:
    try:
        saved = wb.releases.take_back(file)
    except WorkbenchError as error:
        shell.show_error(error)
        return
    said = "is a new version" if saved.created else "holds it already"
    notices.tell(f"{plain(saved.name)}@{saved.version} {said}.", icon=":material/input:")
    address.only(prompt=prompt, version=str(saved.version))
    st.rerun()


def _environments(wb: Workbench, prompt: str, folder: Path, differences: Sequence[Difference], number: int) -> None:
    """Bring the file that says where releases stand up to date; what others changed in it is only written over if said."""
    found = next((one for one in differences if one.path.endswith(ENVIRONMENTS_FILE)), None)
    if found is None:
        return
    ours = found.ahead == "workbench"
    label = "Write where releases stand now" if ours else "Write over it with where releases stand here"
    may = for_role(wb, EXPORTERS, "export where releases stand")
    if not st.button(label, icon=":material/save:", key=f"environments-{number}", **may):
        return
    try:
        wb.releases.export_environments(prompt, folder, replace=not ours)
    except WorkbenchError as error:
        shell.show_error(error)
        return
    notices.tell("The environments file is up to date.", icon=":material/save:")
    st.rerun()


def _plain_code(text: str) -> str:
    """A text for a stretch of code in Markdown, which nothing in it ends."""
    return " ".join(text.replace("`", "'").split())
