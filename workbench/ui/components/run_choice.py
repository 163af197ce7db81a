"""The runs that a page offers to choose from."""

from __future__ import annotations

from workbench.ui.components import address
from workbench.workspace import Workbench
from workbench.workspace.runs.runs import RunLine

RUNS_OFFERED = 50


def runs_offered(wb: Workbench, *, answered: bool = False) -> dict[str, RunLine]:
    """The newest runs by id, and the one in the address, which may be older. With `answered`, new ones with an answer.

    Raises NotFoundError where the address names a run that there is not. A run that is named by the beginning of its
    id is named in full afterwards.
    """
    lines = {line.info.id: line for line in wb.runs.list(RUNS_OFFERED) if line.summary.done or not answered}
    linked = address.read("run")
    if linked is not None and linked not in lines:
        line = wb.runs.line(linked)
        lines[line.info.id] = line
        address.write("run", line.info.id)
    return lines
