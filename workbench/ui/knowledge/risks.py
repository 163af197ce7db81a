"""What may harm in the documents of an index: instructions aimed at a model, secrets, personal data, with the places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from workbench.domain.index import IndexInfo
from workbench.domain.scan import Finding, IndexScan, Kind, Severity
from workbench.stats.numbers import counted
from workbench.ui.components import address
from workbench.ui.components.text import plain
from workbench.ui.knowledge.chunk_view import Place
from workbench.ui.knowledge.documents import open_document
from workbench.workspace import Workbench
from workbench.workspace.knowledge.risks import LIMITS

SCANS_KEPT = 8
TABLE_HEIGHT = 420
ALL = "all"
KINDS: Mapping[Kind, tuple[str, str]] = {
    "instruction": ("Instructions to a model", "A model that is shown them may obey them instead of your prompt."),
    "secret": ("Secrets", "Keys and passwords. Whoever asks well may be told them."),
    "personal data": ("Personal data", "May come up in answers to anybody."),
}
SEVERITIES: Mapping[Severity, str] = {"high": "▲ high", "medium": "● medium", "low": "○ low"}


def show_risks(wb: Workbench, info: IndexInfo) -> None:
    """Places by kind, the worst first; one of them to be opened in its document; what a scan cannot see."""
    scan = scan_of(wb, info)
    total = sum(scan.counts.values())
    if total:
        _show_places(scan, info)
    else:
        st.success(
            "No instruction to a model, no secret and no personal data of a known shape.",
            title="The scan found nothing",
            icon=":material/verified_user:",
        )
    st.caption(f":material/visibility_off: **What the scan cannot see.** {plain(LIMITS)}")


def scan_of(wb: Workbench, info: IndexInfo) -> IndexScan:
    """What was found in the documents of an index; they never change."""
    return _scan(wb, info, str(wb.root), info.fingerprint)


@st.cache_resource(show_spinner=False, max_entries=SCANS_KEPT)
def _scan(_wb: Workbench, _info: IndexInfo, root: str, fingerprint: str) -> IndexScan:  # noqa: ARG001 (the key)
    return _wb.indexes.scan(_info)


def _show_places(scan: IndexScan, info: IndexInfo) -> None:
    found = sum(scan.counts.values())
    st.markdown(f"**{counted(found, 'place')} may harm.** They were found when the index was built, by rules alone.")
    labels = {str(kind): f"{KINDS[kind][0]} {count:,}" for kind, count in scan.counts.items() if count}
    kind = address.switch("Kind", [*labels, ALL], "kind", format_func={**labels, ALL: f"All {found:,}"}.__getitem__)
    about = next((text for name, (_, text) in KINDS.items() if name == kind), None)
    if about is not None:
        st.caption(about)
    shown = [one for one in scan.findings if kind in {ALL, one.kind}]
    if not shown:
        return
    one = _table(shown, f"risks-{info.fingerprint}-{kind}")
    if scan.unlisted:
        st.caption(f"And {counted(scan.unlisted, 'place')} more that are not listed.")
    with st.container(border=True, key="risk"):
        st.markdown(f"**{plain(one.rule)}** · {SEVERITIES[one.severity]} · {plain(one.document)}")
        st.text(one.excerpt)
        place = Place(one.start, one.end).written
        open_document("Open at the place", one.document, place, key="risk-open")


def _table(shown: Sequence[Finding], key: str) -> Finding:
    wanted = address.read("risk")
    position = int(wanted) - 1 if wanted is not None and wanted.isdecimal() and 0 < int(wanted) <= len(shown) else 0

    def follow() -> None:
        selected = st.session_state[key]["selection"]["rows"]
        if selected:
            address.turn_to(risk=str(selected[0] + 1))

    st.dataframe(
        [
            {"Severity": SEVERITIES[one.severity], "What": one.rule, "Where": one.document, "Excerpt": one.excerpt}
            for one in shown
        ],
        key=key,
        hide_index=True,
        height=min(TABLE_HEIGHT, 38 + 35 * len(shown)),
        on_select=follow,
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [position]}},
        column_config={"Excerpt": st.column_config.TextColumn(width="large")},
        alt="Places that may harm; choose one to open it",
    )
    return shown[position]
