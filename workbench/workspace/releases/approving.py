"""Asking for the approval of a version, asking no longer, giving it, and sending it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from workbench.domain.approval import ApprovalStep, pending, signatures
from workbench.domain.approval import StepKind as ApprovalKind
from workbench.domain.environment import ENVIRONMENTS, EnvironmentStep
from workbench.domain.prompt_version import PromptVersion
from workbench.domain.release import Evidence, Release, SignOff
from workbench.domain.run import RunInfo
from workbench.errors import InputError, NotAllowedError
from workbench.store import approvals, audit, releases
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.releases.basis import evidence_of, find_basis
from workbench.workspace.releases.environments import add_sealed
from workbench.workspace.releases.gating import Gated, gated
from workbench.workspace.releases.lapses import lapses
from workbench.workspace.releases.people import require_approver, require_approver_of
from workbench.workspace.releases.requests import Request, require_request


@dataclass(frozen=True)
class Signing:
    """What somebody says when they approve a version."""

    run: str | None = None
    """The run that it rests on; None: the one that the request names, else the newest with answers of the version."""
    gate: str | None = None
    note: str = ""
    override: str = ""
    """Why it is approved although the gate did not pass."""
    without_run: str = ""
    """Why it is approved although no run shows what it does."""


@dataclass(frozen=True)
class _Ground:
    """What a signature rests on."""

    evidence: Evidence
    document: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Approval:
    """The approval of one version."""

    context: Context
    version: PromptVersion

    def request(self, changelog: str, run: str | None, gate: str | None) -> Request:
        """Ask for it. Raises InputError when that was done already, or the version is approved."""
        ctx, version = self.context, self.version
        ctx.require("engineer", "ask for an approval")
        changelog = changelog.strip() or version.changelog.strip()
        if not changelog:
            raise InputError("A request says what changed.", hint='Add --changelog "what changed and why".')

        def change(session: Session) -> Request:
            if self._pending(session):
                raise InputError(f"{version.label} waits for its approval already.")
            self._require_unreleased(session)
            basis = find_basis(ctx, session, version, run)
            asked = None if basis is None else basis.id
            ctx.record(session, "approval requested", version.label, run=asked, gate=gate, changelog=changelog)
            self._add(session, "requested", note=changelog, run=asked, gate=gate)
            return self._now(session)

        return ctx.write(change)

    def withdraw(self, reason: str) -> None:
        """Take the actor's own request back; signatures that it has by then count no more.

        Raises InputError where no request waits, and NotAllowedError for somebody else's.
        """
        ctx, version = self.context, self.version
        ctx.require("engineer", "withdraw a request for approval")

        def change(session: Session) -> None:
            asked = next((step for step in self._pending(session) if step.kind == "requested"), None)
            if asked is None:
                raise self._nobody_asks()
            if asked.by != ctx.actor.name:
                raise NotAllowedError(
                    f"{asked.by} asked for the approval of {version.label}, and {ctx.actor.name} cannot withdraw that.",
                    hint=f"Ask {asked.by}, or have an approver send it back: `workbench release reject {version.label}`.",
                )
            ctx.record(session, "approval request withdrawn", version.label, reason=reason.strip())
            self._add(session, "withdrawn", note=reason.strip())

        ctx.write(change)

    def reject(self, reason: str) -> Request:
        """Send a request back. Raises InputError without a reason, or where none waits."""
        ctx, version = self.context, self.version
        require_approver(ctx, "send a version back")
        if not reason.strip():
            raise InputError("Who sends a version back says why.", hint='Add --reason "what is missing".')

        def change(session: Session) -> Request:
            if not self._pending(session):
                raise self._nobody_asks()
            ctx.record(session, "version sent back", version.label, reason=reason.strip())
            self._add(session, "rejected", note=reason.strip())
            return self._now(session)

        return ctx.write(change)

    def sign(self, said: Signing) -> Release | None:
        """Approve it. Returns the release; None while further people have to sign."""
        ctx, version = self.context, self.version
        require_approver_of(ctx, version)
        run, gate = ctx.read(lambda s: self._run_and_gate(s, said))
        if run is None and not said.without_run.strip():
            raise InputError(
                f"No run shows what {version.label} does, so there is no evidence to approve it on.",
                hint=f"Run it over a golden set, or say why it does without: `workbench release approve {version.label} "
                '--without-run "why"`.',
            )
        judged = None if run is None else gated(ctx, version, run, gate, approving=True)
        if judged is not None:
            _require_passed(judged, said)
        return ctx.write(lambda session: self._sign(session, said, run, judged))

    def _sign(self, session: Session, said: Signing, run: RunInfo | None, judged: Gated | None) -> Release | None:
        ctx, version = self.context, self.version
        self._require_unreleased(session)
        ground = _ground(session, version, run, judged)
        given = signatures(self._pending(session), ground.evidence.basis)
        if any(step.by == ctx.actor.name for step in given):
            raise InputError(
                f"{ctx.actor.name} approved {version.label} already.",
                hint=f"{ctx.settings.people.sign_offs} people have to; another one signs next.",
            )
        wanted = ctx.settings.people.sign_offs
        complete = len(given) + 1 >= wanted
        number = f"1.{len(releases.of_prompt(session, version.name))}.0"
        words = {"note": said.note, "override": said.override.strip(), "without_run": said.without_run.strip()}
        detail = {name: text for name, text in words.items() if text or name == "note"}
        if complete:
            detail["release"] = number
        ctx.record(
            session,
            "version approved" if complete else "approval signed",
            version.label,
            hash=version.hash,
            basis=ground.evidence.basis,
            **detail,
        )
        run_id = ground.evidence.run
        self._add(session, "signed", run=run_id, basis=ground.evidence.basis, **words)
        if not complete:
            return None
        return self._release(session, number, ground)

    def _release(self, session: Session, number: str, ground: _Ground) -> Release:
        ctx, version = self.context, self.version
        length, head = audit.head(session)
        steps = self._pending(session)
        signed = tuple(
            SignOff(step.by, step.at, step.note, step.override, step.without_run)
            for step in signatures(steps, ground.evidence.basis)
        )
        asked = next((step for step in steps if step.kind == "requested"), None)
        release = Release(
            prompt=version.name,
            number=version.number,
            version=number,
            approver=ctx.actor.name,
            self_approved=version.author == ctx.actor.name,
            note=signed[-1].note,
            evidence=replace(ground.evidence, audit_head=head, audit_length=length),
            created_at=signed[-1].at,
            document=ground.document,
            approvals=signed,
            changelog=version.changelog if asked is None else asked.note,
        )
        problems = lapses(ctx, session, release)
        if problems:
            raise InputError(
                f"{version.label} cannot be approved on run {release.evidence.run}: {', '.join(problems)} since.",
                hint=f"Run it again as things are now: `workbench run --prompt {version.label} ...`.",
            )
        releases.add(session, release)
        self._add(session, "approved")
        first, by = ENVIRONMENTS[0], ctx.actor.name
        add_sealed(session, EnvironmentStep(version.name, first, number, "approved", by, release.created_at))
        return release

    def _run_and_gate(self, session: Session, said: Signing) -> tuple[RunInfo | None, str | None]:
        """The run and the gate that are signed on: those named, those of the request, or those that there are."""
        steps = self._pending(session)
        run = said.run or next((step.run for step in steps if step.run is not None), None)
        gate = said.gate or next((step.gate for step in steps if step.gate is not None), None)
        if said.without_run.strip() and said.run is None:
            return None, gate
        return find_basis(self.context, session, self.version, run), gate

    def _require_unreleased(self, session: Session) -> None:
        version = self.version
        found = [one for one in releases.of_prompt(session, version.name) if one.number == version.number]
        if found and not lapses(self.context, session, found[-1]):
            raise InputError(f"{version.label} is approved already, as {found[-1].version}.")

    def _pending(self, session: Session) -> Sequence[ApprovalStep]:
        return pending(approvals.steps(session, self.version.name, self.version.number))

    def _nobody_asks(self) -> InputError:
        return InputError(
            f"Nobody asks for an approval of {self.version.label}.", hint="`workbench release list` shows who does."
        )

    def _now(self, session: Session) -> Request:
        return require_request(self.context, session, self.version)

    def _add(self, session: Session, kind: ApprovalKind, **about: Any) -> None:
        ctx, version = self.context, self.version
        approvals.add(
            session, ApprovalStep(version.name, version.number, kind, ctx.actor.name, ctx.clock.now(), **about)
        )


def _ground(session: Session, version: PromptVersion, run: RunInfo | None, judged: Gated | None) -> _Ground:
    evidence = evidence_of(session, version, run)
    if judged is None:
        return _Ground(evidence)
    result = judged.result
    if result is not None:
        evidence = replace(evidence, gate=result.gate, gate_hash=result.hash, gate_outcome=result.verdict)
    return _Ground(evidence, judged.document)


def _require_passed(judged: Gated, said: Signing) -> None:
    """Raise NotAllowedError for a gate that did not pass, unless a reason is given for approving all the same."""
    result = judged.result
    if result is None or result.verdict == "pass" or said.override.strip():
        return
    open_ = [f"{rule.title}: {rule.found}" for rule in result.rules if rule.verdict != "pass"]
    raise NotAllowedError(
        " ".join([result.headline, *result.problems, f"{'; '.join(open_)}." if open_ else ""]).strip(),
        hint='Mend it and run again, or approve all the same with --override "why"; the reason stays visible.',
    )
