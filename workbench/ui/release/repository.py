"""The released files: into a folder of the repository or on a branch of it, proved unchanged there, or as a zip."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

import workbench
from workbench.domain.release import Release
from workbench.errors import WorkbenchError
from workbench.ui import shell
from workbench.ui.components import address, notices
from workbench.ui.components.allowed import for_role
from workbench.ui.components.tables import show_table
from workbench.ui.components.text import plain
from workbench.ui.release import drift, other_tools
from workbench.workspace import Workbench
from workbench.workspace.files import typed_path
from workbench.workspace.releases.exporting import EXPORTERS, ExportOptions

BRANCH, FILES = "On a branch of its own", "Just files"
PROGRAM = Path(workbench.__file__).resolve().parents[1]
"""Where this program's own files lie; when it runs from a clone, the top of that."""


def show(wb: Workbench, prompt: str) -> None:
    """Export a release, see whether exported files are still the same, and write files for other tools."""
    made = {release.version: release for release in reversed(wb.releases.list(prompt))}
    if made:
        version = address.pick("Release", list(made), "release", format_func=lambda name: _title(made[name]), width=420)
        _export(wb, made[version])
        drift.show(wb, prompt)
    else:
        st.info(
            "Nothing of this prompt is approved yet. Once it is, its files are exported from here: prompt, evidence, "
            "and where each release stands.",
            icon=":material/folder:",
        )
    other_tools.show(wb, prompt)


def _title(release: Release) -> str:
    return f"{release.version} ({release.prompt}@{release.number})"


def _export(wb: Workbench, release: Release) -> None:
    """The form, and what it wrote."""
    reference = f"{release.prompt}@{release.number}"
    st.subheader("Export", anchor=False)
    top = wb.releases.repository_of(wb.export_directory)
    _tell_repository(wb, top)
    branch_fits = top is not None and top != PROGRAM
    with st.form(f"export-{reference}"):
        given = st.text_input(
            "Folder",
            value=str(wb.export_directory),
            key=f"folder-{reference}",
            help=f"Files are written below it, in prompts/{plain(release.prompt)}.",
        )
        how = st.radio("How", [BRANCH, FILES], index=0 if branch_fits else 1, key=f"how-{reference}")
        st.caption(
            "A branch gets a commit beside your work: nothing that is checked out changes, and nothing is pushed."
        )
        with_dataset = st.checkbox("Also the golden set that the approval rests on", key=f"rows-{reference}")
        with_checks = st.checkbox(
            "Also a script and a GitHub workflow that check the files in CI", key=f"ci-{reference}"
        )
        with st.container(horizontal=True):
            may = for_role(wb, EXPORTERS, "export a release")
            export = st.form_submit_button(
                f"Export {plain(release.version)}", type="primary", icon=":material/drive_file_move:", **may
            )
    st.download_button(
        f"Download {plain(release.version)} as a zip",
        lambda: wb.releases.archive(reference),
        file_name=f"{release.prompt}-{release.version}.zip",
        mime="application/zip",
        on_click="ignore",
        icon=":material/folder_zip:",
        type="tertiary",
    )
    if not export:
        return
    options = ExportOptions(with_dataset=with_dataset, with_checks=with_checks)
    try:
        folder = typed_path(wb.root, given)
        if how == BRANCH:
            _commit(wb, reference, folder, options)
        else:
            _write(wb, reference, folder, options)
    except WorkbenchError as error:
        shell.show_error(error)
        return
    # What was written is listed here, which may be below the window's edge.
    notices.tell(
        f"{plain(release.version)} is exported: its files are listed below the form.", icon=":material/task_alt:"
    )
    notices.show()


def _tell_repository(wb: Workbench, top: Path | None) -> None:
    """Whose repository a branch would be made in, where it is not the project's own."""
    if top is None or top not in wb.root.resolve().parents:
        return
    where = f"**{plain(str(top))}**"
    if top == PROGRAM:
        st.warning(
            f"The project lies in the repository of this program itself, {where}, and a branch would be made there. "
            "Name a folder in your own repository below, or export just files.",
            icon=":material/source:",
        )
    else:
        st.info(
            f"The project is a folder of the repository {where}: a branch is made there, beside all else that it holds.",
            icon=":material/source:",
        )


def _write(wb: Workbench, reference: str, folder: Path, options: ExportOptions) -> None:
    exported = wb.releases.export(reference, folder, options)
    where, written = plain(str(exported.directory)), len(exported.written)
    st.success(
        f"{written} files written in {where}." if written else f"Everything was in {where} already.",
        icon=":material/task_alt:",
    )
    rows = [{"File": path, "": "written" if path in exported.written else "unchanged"} for path in exported.files]
    show_table(rows, alt="Exported files", stacked="exported")


def _commit(wb: Workbench, reference: str, folder: Path, options: ExportOptions) -> None:
    made = wb.releases.commit(reference, folder, options)
    said = "Committed on" if made.created else "Everything is already on"
    st.success(f"{said} the branch **{plain(made.branch)}**, {made.commit[:12]}.", icon=":material/commit:")
    show_table([{"File": path} for path in made.files], alt="Committed files")
    st.markdown("Nothing was pushed. When you are ready:")
    st.code(f"git push -u origin {made.branch}", language="bash", wrap_lines=True)
