"""What to do with a finding: take it along, ask people, approve a version."""

from __future__ import annotations

import json

import streamlit as st

from workbench.ui.compare.choices import Choice
from workbench.ui.components import places
from workbench.ui.components.text import plain
from workbench.workspace import Workbench
from workbench.workspace.reports.evidence import gather
from workbench.workspace.reports.report import report_html


def show(wb: Workbench, choice: Choice) -> None:
    """Links to the pages that go on from here, and the comparison as files."""
    run, arm = choice.comparison.run.id, choice.comparison.arm(choice.arm)
    version = f"{arm.prompt}@{arm.version}"
    with st.container(horizontal=True, vertical_alignment="center"):
        places.link("review", "Ask people", run=run)
        if choice.comparison.run.imported_from is None:
            places.link("release", f"Approve {plain(version)}…", prompt=version, run=run)
        places.link("run", "Look at the run", run=run)
        with st.popover("Download", icon=":material/download:"):
            _downloads(wb, choice)


def _downloads(wb: Workbench, choice: Choice) -> None:
    """As a page, as JSON and as a table; a file is made when it is asked for."""
    comparison = choice.comparison
    makers = {
        ("Report to read and print", "html", "text/html"): lambda: report_html(
            comparison, gather(wb.context, comparison)
        ),
        ("All figures as JSON", "json", "application/json"): lambda: json.dumps(
            comparison.as_json(), indent=2, ensure_ascii=False, allow_nan=False
        ),
        ("Arms and scores as CSV", "csv", "text/csv"): lambda: comparison.frame().to_csv(index=False),
    }
    for (label, ending, mime), make in makers.items():
        st.download_button(
            label, make, f"comparison-{comparison.run.id}.{ending}", mime, on_click="ignore", width="stretch"
        )
