"""The project's gates: what they are, what they were, and what they say of a version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from workbench.domain.gate import Gate, GateVersion
from workbench.domain.prompt_version import PromptVersion
from workbench.domain.run import RunInfo
from workbench.errors import InputError, NotFoundError
from workbench.settings import PROJECT_FILE, read_settings
from workbench.settings.editing import put_table
from workbench.settings.gates import gate_toml
from workbench.store import gates
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.gates.choosing import choose_gate
from workbench.workspace.gates.fixing import fix_gates, gates_of_now
from workbench.workspace.gates.judging import judge
from workbench.workspace.gates.result import GateResult
from workbench.workspace.prompts.prompts import Prompts
from workbench.workspace.releases.basis import find_basis
from workbench.workspace.releases.evidence import measured


@dataclass(frozen=True)
class Gates:
    """Gates of `workbench.toml`, which says what they are; the store keeps what they were."""

    context: Context

    def list(self) -> Sequence[GateVersion]:
        """All gates as they are now, in the file's order."""
        found = {version.name: version for version in gates_of_now(self.context)}
        return [found[name] for name in self.context.settings.gates]

    def history(self, name: str) -> Sequence[GateVersion]:
        """All versions of a gate, oldest first, gates that were removed too."""
        return self.context.read(lambda session: gates.versions(session, name))

    def check(
        self,
        reference: str,
        *,
        gate: str | None = None,
        run: str | None = None,
        arm: str | None = None,
        reason: str = "",
        deliver: Callable[[GateResult], None] | None = None,
    ) -> GateResult:
        """What a gate says of a version on the evidence of a run; by default of the newest that shows what it does.

        Where a gate was changed after that run had begun, `reason` says why, once; it is kept and shown. `deliver` gets
        the result before: where it fails, nothing is kept. Raises InputError without a reason, and where no run or no
        gate can be meant.
        """
        ctx = self.context
        version = Prompts(ctx).get(reference)
        info = self.basis(version, run)
        name = choose_gate(list(ctx.settings.gates), gate)
        known = next(one for one in gates_of_now(ctx) if one.name == name)
        said = with_reason(known, info, reason)
        if said != known:
            ctx.require("engineer", "say why a gate was changed")
        found = measured(ctx, version, info.id, answers=False, arm=arm)
        found = replace(found, gates=tuple(said if one.name == name else one for one in found.gates))
        result = judge(found, name)
        if deliver is not None:
            deliver(result)
        if said != known:
            ctx.write(lambda session: _explained(ctx, session, known, said.reason))
        return result

    def basis(self, version: PromptVersion, run: str | None) -> RunInfo:
        """The run that a version is judged by. Raises InputError where there is none."""
        info = self.context.read(lambda session: find_basis(self.context, session, version, run))
        if info is None:
            raise InputError(
                f"No run shows what {version.label} does, so no gate can judge it.",
                hint=f"workbench run --prompt {version.label} --dataset NAME",
            )
        return info

    def save(self, name: str, gate: Gate, *, reason: str = "") -> GateVersion:
        """Write a gate into `workbench.toml`, new or changed, and fix it from now on.

        `reason` says why it is changed although runs have begun that it may judge. Raises InputError for rules that the
        file's reader refuses, and where the file cannot be changed safely.
        """
        ctx = self._writable()
        put_table(ctx.root / PROJECT_FILE, ("gates", name), gate_toml(name, gate))
        now = replace(ctx, settings=read_settings(ctx.root / PROJECT_FILE))

        def change(session: Session) -> GateVersion:
            version = next(one for one in fix_gates(now, session) if one.name == name)
            return _explained(now, session, version, reason)

        return now.write(change)

    def remove(self, name: str) -> None:
        """Take a gate out of `workbench.toml`; what it was stays in the store."""
        ctx = self._writable()
        if name not in ctx.settings.gates:
            raise NotFoundError("gate", name, ctx.settings.gates)
        put_table(ctx.root / PROJECT_FILE, ("gates", name), None)
        ctx.write(lambda session: ctx.record(session, "gate removed", name))

    def _writable(self) -> Context:
        self.context.require("engineer", "change a gate")
        return self.context


def with_reason(version: GateVersion, run: RunInfo, reason: str = "") -> GateVersion:
    """The gate with why it was changed after a run had begun: as it is said now, else as it was before.

    A gate that is new since is told of, and needs none. Raises InputError where a reason is missing.
    """
    if not version.after(run.created_at) or version.number == 1:
        return version
    said = reason.strip() or version.reason
    if not said:
        raise InputError(
            f"Gate {version.name} was changed after run {run.id} had begun, and rules are fixed before the run that "
            "they judge.",
            hint='Run the version again, or say why the rules were changed: --reason "why".',
        )
    return replace(version, reason=said)


def _explained(context: Context, session: Session, version: GateVersion, reason: str) -> GateVersion:
    said = reason.strip()
    if not said:
        return version
    gates.give_reason(session, version, said, at=context.clock.now(), by=context.actor.name)
    context.record(session, "gate change explained", version.label, reason=said)
    return replace(version, reason=said)
