"""How far a prompt has come, on one line: from a draft to production."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from workbench.domain.environment import ENVIRONMENTS, Environment
from workbench.domain.release import Release
from workbench.workspace import Workbench
from workbench.workspace.releases.states import VersionState

BOX = "min-width:0;padding:.45rem .7rem;border:1px solid rgba(128,128,128,.45);border-radius:.5rem"
ARROW = '<span aria-hidden="true">→ </span>'
STRONG = f"{BOX};border-color:currentColor"


@dataclass(frozen=True)
class Station:
    """One place on the way."""

    name: str
    holds: str
    """What is there now, such as `1.3.0`; empty when nothing is."""
    about: str = ""


def show(wb: Workbench, prompt: str, states: Sequence[VersionState]) -> None:
    """The line. An empty station says so, and none is told by its colour alone."""
    standing = wb.releases.environments(prompt)
    lapsed = {
        state.release.version for state in states if state.release is not None and state.stage == "lapsed"
    }  # a release that is not its version's newest cannot be asked about here; its environment says it
    drafts = sum(draft.prompt == prompt for draft in wb.prompts.drafts())
    st.html(_line(list(stations(states, drafts, standing, lapsed))))


def stations(
    states: Sequence[VersionState],
    drafts: int,
    standing: Mapping[Environment, Release | None],
    lapsed: set[str],
) -> Iterator[Station]:
    """The places in their order, with what is in each."""
    yield Station("Draft", f"{drafts} unsaved" if drafts else "")
    yield _candidate(states)
    waiting = next((state for state in states if state.stage == "requested"), None)
    words = "" if waiting is None or waiting.request is None else _signed(waiting)
    yield Station("Waiting for approval", "" if waiting is None else f"v{waiting.version.number}", words)
    approved = next((state for state in states if state.stage in {"approved", "exported"}), None)
    release = None if approved is None else approved.release
    yield Station("Approved release", "" if release is None else release.version, _by(release))
    for name in ENVIRONMENTS:
        stands = standing[name]
        about = "" if stands is None else f"v{stands.number}"
        if stands is not None and stands.version in lapsed:
            about = "⚠ approval lapsed"
        yield Station(name.capitalize(), "" if stands is None else stands.version, about)


def _candidate(states: Sequence[VersionState]) -> Station:
    words = {"written": "not run yet", "run": "was run", "rejected": "sent back"}
    found = next((state for state in states if state.stage in words), None)
    if found is None:
        return Station("Candidate", "")
    return Station("Candidate", f"v{found.version.number}", words[found.stage])


def _signed(waiting: VersionState) -> str:
    request = waiting.request
    return "" if request is None else f"{len(request.signed)} of {request.wanted} signed"


def _by(release: Release | None) -> str:
    return "" if release is None else f"v{release.number}, by {release.approver}"


def _line(found: Sequence[Station]) -> str:
    boxes = "".join(
        f'<li style="{STRONG if one.holds else BOX}"><div style="font-size:.85rem">{ARROW if position else ""}{escape(one.name)}</div>'
        f'<div style="font-weight:600;overflow-wrap:anywhere">{escape(one.holds) or "–"}</div>'
        f'<div style="font-size:.85rem;overflow-wrap:anywhere">{escape(one.about)}&nbsp;</div></li>'
        for position, one in enumerate(found)
    )
    return (
        '<ol aria-label="How far the prompt has come" style="display:grid;gap:.4rem;list-style:none;'
        f'grid-template-columns:repeat(auto-fit,minmax(7.5rem,1fr));margin:0;padding:0">{boxes}</ol>'
    )
