"""Editing rows in a table. What is changed is kept as a draft at once, and saved as a version on request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from workbench.domain.dataset import DatasetVersion, Example
from workbench.errors import FormatError, WorkbenchError
from workbench.formats.dataset_rows import INPUT
from workbench.ui.components import address, notices
from workbench.ui.components.allowed import refusal
from workbench.ui.components.golden_rows import rows
from workbench.ui.shell import show_error
from workbench.workspace import Workbench
from workbench.workspace.goldens.sheets import changes, rows_from, table

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 2_000
"""A longer table is edited in a spreadsheet: each change sends and keeps all of it."""
TABLE_HEIGHT = 560
_UNDO = "datasets-discarded"
Cells = list[dict[str, Any]]


@dataclass(frozen=True)
class _Sheet:
    """What the table started from in this tab; the widget holds what was changed since."""

    cells: Cells
    base: int
    key: str


def edit_rows(wb: Workbench, version: DatasetVersion) -> None:
    """The table, what saving it would change, and the buttons for it."""
    if version.size > MOST_ROWS:
        st.info(
            f"A set of {version.size:,} rows is easier to edit in a spreadsheet: download it, change it, import it "
            "under the same name.",
            icon=":material/table_chart:",
        )
        return
    reason = refusal(wb, "engineer", "change a golden set")
    if reason is not None:
        st.info(reason, icon=":material/lock:")
        return
    _offer_undo(wb, version.name)
    sheet = _sheet(wb, version)
    base = next(known for known in wb.datasets.versions(version.name) if known.number == sheet.base)
    if base.number != version.number:
        st.warning(f"You have unsaved changes to version {base.number}. Save or discard them first.")
    st.caption("Double-click a cell to change it. Add rows at the end of the table; tick rows to delete them.")
    before = rows(wb, base)
    cells = _editor(sheet, before)
    _keep(wb, version.name, sheet, cells, before)
    _finish(wb, base, cells, before)


def _sheet(wb: Workbench, version: DatasetVersion) -> _Sheet:
    """The table as this tab began it: the kept draft, else the version."""
    name = f"sheet-{version.name}"
    sheet: _Sheet | None = st.session_state.get(name)
    draft = wb.datasets.draft(version.name)
    fresh = sheet is None or sheet.key not in st.session_state
    elsewhere = draft is None and sheet is not None and sheet.base != version.number
    if sheet is None or fresh or elsewhere:
        number: int = st.session_state.get("sheets", 0) + 1
        st.session_state["sheets"] = number
        if draft is not None and draft.base is not None:
            sheet = _Sheet(list(draft.fields["cells"]), draft.base, f"{name}-{number}")
        else:
            sheet = _Sheet(table(rows(wb, version)), version.number, f"{name}-{number}")
        st.session_state[name] = sheet
    return sheet


def _editor(sheet: _Sheet, before: Sequence[Example]) -> Cells:
    import pandas as pd

    columns = st.column_config
    tags = sorted({tag for example in before for tag in example.tags})
    inputs = [name for name in sheet.cells[0] if name.startswith(INPUT)]
    edited = st.data_editor(
        pd.DataFrame(sheet.cells),
        key=sheet.key,
        num_rows="dynamic",
        height=TABLE_HEIGHT,
        hide_index=True,
        disabled=["id"],
        column_order=["id", *inputs, "expected", "expect", "tags", "must_pass", "relevant"],
        column_config={
            "id": columns.TextColumn("Id", width="small", help="Made from the question when a row is new"),
            **{name: columns.TextColumn(name.removeprefix(INPUT).capitalize(), width="large") for name in inputs},
            "expected": columns.TextColumn("Expected answer", width="medium"),
            "expect": columns.SelectboxColumn(
                "Should",
                options=["answer", "refuse", "ignore"],
                default="answer",
                help="Answer, decline, or not scored",
            ),
            "tags": columns.MultiselectColumn("Tags", options=tags, accept_new_options=True),
            "must_pass": columns.CheckboxColumn("Must pass", default=False),
            "relevant": columns.ListColumn("Where the answer stands"),
        },
        alt="The rows of the golden set for editing",
    )
    return _cells(edited)


def _cells(frame: pd.DataFrame) -> Cells:
    """The table as plain values; what pandas calls missing is None."""
    return [{str(name): _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [str(item) for item in value]
    missing = value is None or value != value  # noqa: PLR0124 (NaN is what differs from itself)
    return None if missing else value


def _keep(wb: Workbench, name: str, sheet: _Sheet, cells: Cells, before: Sequence[Example]) -> None:
    """Keep what differs from the version; forget a draft that does not differ any more."""
    draft = wb.datasets.draft(name)
    if cells == table(before):
        if draft is not None:
            wb.datasets.discard_draft(name)
    elif draft is None or draft.fields["cells"] != cells:
        wb.datasets.keep_draft(name, cells, base=sheet.base)


def _finish(wb: Workbench, base: DatasetVersion, cells: Cells, before: Sequence[Example]) -> None:
    try:
        after = rows_from(cells, before)
    except FormatError as error:
        st.error("This cannot be saved yet.", icon=":material/error:")
        st.code(str(error), language=None, wrap_lines=True)
        after = None
    difference = None if after is None else changes(before, after)
    if difference is not None:
        kept = " · kept as a draft, not yet a version" if difference else ""
        st.markdown(f":material/difference: {difference.words[:1].upper()}{difference.words[1:]}{kept}")
    following = wb.datasets.versions(base.name)[-1].number + 1
    with st.container(horizontal=True):
        save = st.button(
            f"Save as version {following}",
            type="primary",
            icon=":material/save:",
            key="rows-save",
            disabled=not difference,
        )
        discard = st.button(
            "Discard changes", icon=":material/delete:", key="rows-discard", disabled=cells == table(before)
        )
    if discard:
        wb.datasets.discard_draft(base.name)
        st.session_state[_UNDO] = (base.name, base.number, cells)
        _begin_again(base.name)
    if save and after is not None and difference:
        try:
            saved = wb.datasets.save(base.name, after, source=f"v{base.number}: {difference.words}", parent=base.number)
        except WorkbenchError as error:
            show_error(error)
            return
        wb.datasets.discard_draft(base.name)
        notices.tell(f"Saved as version {saved.version}.", icon=":material/check:")
        address.write("version", str(saved.version))
        _begin_again(base.name)


def _offer_undo(wb: Workbench, name: str) -> None:
    gone: tuple[str, int, Cells] | None = st.session_state.get(_UNDO)
    if gone is None or gone[0] != name:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(":material/delete: Your changes were discarded.")
        if st.button("Undo", icon=":material/undo:", key="rows-undo"):
            del st.session_state[_UNDO]
            wb.datasets.keep_draft(name, gone[2], base=gone[1])
            _begin_again(name)


def _begin_again(name: str) -> None:
    """Draw the table anew, from the draft or the version."""
    st.session_state.pop(f"sheet-{name}", None)
    st.rerun()
