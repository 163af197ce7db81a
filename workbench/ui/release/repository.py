"""The released files: into a folder of the repository, proved unchanged there, or as a zip."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from workbench.domain.release import Release
from workbench.errors import InputError, WorkbenchError
from workbench.ui import shell
from workbench.ui.components.tables import show_table
from workbench.ui.components.text import plain
from workbench.workspace import Workbench
from workbench.workspace.files import typed_path
from workbench.workspace.releases.states import VersionState


def show_repository(wb: Workbench, chosen: VersionState) -> None:
    """Where the version was exported to and whether it is unchanged there, and a form to export it."""
    st.subheader("Repository")
    release = chosen.release
    if release is None:
        st.caption("Files are exported once the version is approved.")
        return
    just_written = _export(wb, chosen, release)
    earlier = [Path(export.directory) for export in reversed(chosen.exports)]
    for directory in dict.fromkeys([*([just_written] if just_written else []), *earlier]):
        _verify(wb, release, directory)


def _export(wb: Workbench, chosen: VersionState, release: Release) -> Path | None:
    """The form; returns the folder when the files were just written."""
    label = chosen.version.label
    with st.form(f"export-{label}", border=False):
        given = st.text_input(
            "Folder", value=str(wb.export_directory), key=f"folder-{label}",
            help=f"Files are written below it, in prompts/{plain(release.prompt)}.",
        )  # fmt: skip
        export = st.form_submit_button(f"Export {release.version}", type="primary", icon=":material/drive_file_move:")
    st.download_button(
        f"Download {release.version} as a zip",
        lambda: wb.releases.archive(label),
        file_name=f"{release.prompt}-{release.version}.zip",
        mime="application/zip",
        on_click="ignore",
        icon=":material/folder_zip:",
        type="tertiary",
    )
    if not export:
        return None
    try:
        exported = wb.releases.export(label, typed_path(wb.root, given))
    except WorkbenchError as error:
        shell.show_error(error)
        return None
    where = plain(str(exported.directory))
    written = len(exported.written)
    st.success(f"{written} files written in {where}." if written else f"Everything was in {where} already.")
    show_table(
        [{"File": path, "": "written" if path in exported.written else "unchanged"} for path in exported.files],
        alt="Exported files",
    )
    return exported.directory


def _verify(wb: Workbench, release: Release, directory: Path) -> None:
    """Whether the folder still holds what was exported."""
    where = plain(str(directory))
    try:
        differences = wb.releases.differences(release.prompt, directory)
    except InputError:
        st.warning(f"{where}: the exported files are not there any more.", icon=":material/folder_off:")
        return
    if not differences:
        st.success(f"{where} matches {release.version}.", icon=":material/check_circle:")
        return
    st.error(f"{where} differs from what was exported:", icon=":material/difference:")
    show_table([{"File": one.path, "Problem": one.problem} for one in differences], alt="Differences")
