"""Fixing gates before the runs that they judge: what `workbench.toml` says is numbered when a run begins."""

from __future__ import annotations

from datetime import datetime

from workbench.domain.gate import GateVersion
from workbench.store import gates
from workbench.store.session import Session
from workbench.workspace.context import Context


def fix_gates(context: Context, session: Session, at: datetime | None = None) -> tuple[GateVersion, ...]:
    """Every gate of the project in the version that it is now, made where its content is new. Call it in a transaction.

    `workbench.toml` says what a gate is; the store keeps what it was, and when.
    """
    now, found = at or context.clock.now(), []
    for name, gate in context.settings.gates.items():
        version, made = gates.fix(session, name, gate, at=now, by=context.actor.name)
        if made:
            context.record(session, "gate fixed", version.label, hash=version.hash)
        found.append(version)
    return tuple(found)


def gates_of_now(context: Context) -> tuple[GateVersion, ...]:
    """As `fix_gates`, in a transaction of its own; where nothing is new, nothing is written."""

    def known(session: Session) -> tuple[GateVersion, ...]:
        newest = [versions[-1] for name in context.settings.gates if (versions := gates.versions(session, name))]
        return tuple(one for one in newest if one.hash == context.settings.gates[one.name].hash)

    found = context.read(known)
    if len(found) == len(context.settings.gates):
        return found
    return context.keep(lambda session: fix_gates(context, session))
