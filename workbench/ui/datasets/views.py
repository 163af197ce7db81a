"""The three things that can be done with a golden set."""

from __future__ import annotations

from workbench.domain.dataset import DatasetVersion
from workbench.ui.datasets.changed import show_changes
from workbench.ui.datasets.choosing import View
from workbench.ui.datasets.editing import edit_rows
from workbench.ui.datasets.reading import show_rows
from workbench.workspace import Workbench


def show(wb: Workbench, version: DatasetVersion, view: View) -> None:
    """Draw the chosen view."""
    {"rows": show_rows, "edit": edit_rows, "changes": show_changes}[view](wb, version)
