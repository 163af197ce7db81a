"""What changed between two versions of a golden set."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from workbench.domain.dataset import DatasetVersion, Example
from workbench.text.line_diff import lines
from workbench.ui.components import address
from workbench.ui.components.examples import question
from workbench.ui.components.golden_rows import rows
from workbench.ui.components.text import html_text, one_line, plain
from workbench.workspace import Workbench
from workbench.workspace.goldens.sheets import changes, row_text

PAGE_SIZE = 20


def show_changes(wb: Workbench, version: DatasetVersion) -> None:
    """Rows added, changed and removed since another version, the one before it to begin with."""
    others = {
        str(known.number): known for known in wb.datasets.versions(version.name) if known.number != version.number
    }
    if not others:
        st.markdown("There is one version only. Edit rows or import a file under the same name to make another.")
        return
    before = str(version.parent) if version.parent is not None else str(version.number - 1)
    with st.container(width=320):
        number = address.pick(
            "Since",
            list(others),
            "since",
            default=before,
            forget=["part"],
            format_func=lambda n: f"v{n} · {others[n].size:,} rows",
        )
    found = changes(rows(wb, others[number]), rows(wb, version))
    st.markdown(f"From v{number} to v{version.number}: **{found.words}**")
    shown = [
        *((":material/edit: Changed", old, new) for old, new in found.changed),
        *((":material/add: Added", None, new) for new in found.added),
        *((":material/remove: Removed", old, None) for old in found.removed),
    ]
    page = address.page(-(-len(shown) // PAGE_SIZE), "part")
    _show(shown[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])


def _show(changed: Sequence[tuple[str, Example | None, Example | None]]) -> None:
    for word, old, new in changed:
        row = new or old
        if row is None:
            continue
        title = f"{word}: {plain(row.id)} · {plain(one_line(question(row), 80))}"
        with st.expander(title, key=f"change-{row.id}"):
            if old is not None and new is not None:
                st.html(lines(row_text(old), row_text(new)))
            else:
                st.html(html_text(row_text(row)))
