"""Look at everything, change nothing, contact nobody."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.workspace.doctor import installation, project
from workbench.workspace.doctor.findings import Examined, Finding
from workbench.workspace.doctor.leaving import leaving
from workbench.workspace.workbench import Workbench


def examine(directory: Path | None, environ: Mapping[str, str] | None = None) -> Examined:
    """The installation, and the project in a folder or above it where there is one.

    Opening the store may bring it up to date, as every command does. Nothing else is changed, and no provider contacted.
    """
    environ = os.environ if environ is None else environ
    findings = list(installation.installation())
    try:
        wb = Workbench.open(directory, environ=environ)
    except WorkbenchError as error:
        findings += installation.machine((directory or Path()).resolve())
        return Examined([*findings, Finding("project", "problem", error.message, error.hint or "")], ())
    with wb:
        findings += installation.machine(wb.root)
        findings.append(Finding("project", "fine", f"{wb.name}, {wb.root}"))
        for look in (project.store, project.indexes, project.models):
            findings += look(wb)
        return Examined(findings, leaving(wb))
