"""What somebody decides on who approves a version, kept while nothing that it rests on changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from workbench.domain.run import RunInfo
from workbench.ui.components import address
from workbench.ui.components.run_states import title
from workbench.workspace import Workbench
from workbench.workspace.releases.review_material import ReviewMaterial
from workbench.workspace.releases.states import VersionState

KEPT = 16


@dataclass(frozen=True)
class Basis:
    """The run and the gate that a version is looked at by. None: there is no such thing."""

    run: RunInfo | None
    gate: str | None
    """None also where the project's only gate is meant."""


def choose_basis(wb: Workbench, chosen: VersionState) -> Basis:
    """What was approved on, or is asked for; otherwise what the address says, or the newest run and the usual gate."""
    fixed = _fixed(chosen)
    return Basis(_run(chosen, fixed.get("run")), fixed["gate"] if fixed else _gate(wb))


def of_version(wb: Workbench, chosen: VersionState, basis: Basis) -> ReviewMaterial:
    """Everything to look at. Worked out anew when a score, a setting or anything in the audit log is new."""
    entries = wb.audit.list(1)
    run = None if basis.run is None else basis.run.id
    about = (
        chosen.version.label,
        run or "",
        basis.gate or "",
        "" if run is None else wb.comparisons.revision(run),
        str(wb.settings_changed_at()),
        entries[-1].hash if entries else "",
    )
    return _material(wb, chosen.version.label, run, basis.gate, about)


def gate_result(chosen: VersionState, material: ReviewMaterial) -> Mapping[str, Any] | None:
    """What the gate says, as `workbench gate --json` prints it: of an approval that holds, what it said then."""
    if chosen.stage in {"approved", "exported"} and chosen.release is not None:
        stored: Mapping[str, Any] | None = chosen.release.document.get("gate")
        return stored
    result = None if material.gate is None else material.gate.result
    return None if result is None else result.as_json()


def _fixed(chosen: VersionState) -> dict[str, str | None]:
    """Run and gate that are not to be chosen any more; empty where they are."""
    if chosen.stage in {"approved", "exported"} and chosen.release is not None:
        return {"run": chosen.release.evidence.run, "gate": chosen.release.evidence.gate}
    asked = None if chosen.request is None or chosen.stage != "requested" else chosen.request.asked
    return {} if asked is None else {"run": asked.run, "gate": asked.gate}


def _run(chosen: VersionState, wanted: str | None) -> RunInfo | None:
    by_id = {run.id: run for run in chosen.runs}
    if wanted in by_id:
        return by_id[wanted]
    if len(by_id) < 2:
        return next(iter(by_id.values()), None)
    return by_id[address.pick("Run", list(by_id), "run", format_func=lambda run: title(by_id[run]))]


def _gate(wb: Workbench) -> str | None:
    names = list(wb.context.settings.gates)
    if len(names) < 2:
        return None
    return address.pick("Gate", names, "gate", default="release")


@st.cache_resource(show_spinner="Putting the version to the gate…", max_entries=KEPT)
def _material(
    _wb: Workbench,
    label: str,
    run: str | None,
    gate: str | None,
    about: tuple[str, ...],  # noqa: ARG001 (the key)
) -> ReviewMaterial:
    return _wb.releases.review_material(label, run=run, gate=gate)
