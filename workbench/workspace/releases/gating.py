"""The gate that stands before an approval, and the evidence that is frozen with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.domain.prompt_version import PromptVersion
from workbench.domain.run import RunInfo
from workbench.workspace.context import Context
from workbench.workspace.gates.choosing import choose_gate
from workbench.workspace.gates.gates import with_reason
from workbench.workspace.gates.judging import judge
from workbench.workspace.gates.result import GateResult
from workbench.workspace.releases.evidence import digest, document, evaluation, measured


@dataclass(frozen=True)
class Gated:
    """What a gate says of a version, and the evidence that it says it on."""

    document: Mapping[str, Any]
    result: GateResult | None
    """None where the project has no gate."""


def gated(
    context: Context, version: PromptVersion, run: RunInfo, gate: str | None, *, approving: bool = False
) -> Gated:
    """Judge a version by a gate, the project's own unless one is named, on the evidence of a run.

    For an approval, a gate that was changed after the run began needs a reason that was given. Raises InputError
    without.
    """
    found = measured(context, version, run.id)
    made = {"evaluation": evaluation(found), "measured": document(found)}
    names = list(context.settings.gates)
    if not names and gate is None:
        return Gated(made, None)
    name = choose_gate(names, gate)
    judged = found.gate(name)
    if approving and judged is not None:
        with_reason(judged, run)
    result = judge(found, name, digest=digest(found))
    return Gated({**made, "gate": result.as_json()}, result)
