"""What happened lately: runs and releases."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from workbench.domain.release import Release
from workbench.ui.components import places, run_list, run_states
from workbench.ui.components.release_words import approved_by
from workbench.workspace.runs.runs import RunLine

RUNS_SHOWN = 5


def show_runs(lines: Sequence[RunLine]) -> None:
    """The newest runs with a link to each."""
    if not lines:
        return
    st.subheader("Recent runs", anchor=False)
    run_list.show(lines, _links)


def show_releases(releases: Sequence[Release]) -> None:
    """The newest release of every prompt."""
    if not releases:
        return
    st.subheader("Releases", anchor=False)
    st.dataframe(
        [
            {
                "Prompt": release.prompt,
                "Release": release.version,
                "Version": f"{release.prompt}@{release.number}",
                "Approved by": approved_by(release),
                "When": run_states.when(release.created_at),
            }
            for release in releases
        ],
        hide_index=True,
        alt="The newest release of every prompt",
    )
    places.link("release", "All releases")


def _links(line: RunLine) -> None:
    places.link("run", "Open", run=line.info.id)
    if line.summary.done:
        places.link("compare", "Compare", run=line.info.id)
