"""Environments: releases move forward a step at a time, and back at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from workbench.domain.environment import (
    ENVIRONMENTS,
    Environment,
    EnvironmentStep,
    StepKind,
    before,
    following,
    pointers,
    reached,
)
from workbench.domain.release import Release
from workbench.errors import InputError, NotFoundError
from workbench.store import audit, environments, releases
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.releases.lapses import require_standing
from workbench.workspace.releases.people import require_approver

RECORDED: Mapping[StepKind, str] = {"promoted": "release promoted", "rolled back": "release rolled back"}
"""How the audit log names a step; that of an approval is its own entry."""


def standing(session: Session, prompt: str, environment: Environment) -> Release | None:
    """The release that stands in an environment; None where none does."""
    version = pointers(environments.steps(session, prompt))[environment]
    return None if version is None else releases.by_version(session, prompt, version)


def named(environment: str) -> Environment:
    """An environment by its name. Raises NotFoundError."""
    for known in ENVIRONMENTS:
        if known == environment:
            return known
    raise NotFoundError("environment", environment, ENVIRONMENTS)


@dataclass(frozen=True)
class Move:
    """One release on its way through the environments of its prompt."""

    context: Context
    prompt: str
    reason: str

    def promote(self, release: Release, to: Environment | None) -> EnvironmentStep:
        """Put a release into the next environment, or into one that it stood in before or may stand in next.

        Into the last environment an approver puts it, into those before any engineer or approver.
        """
        self.context.require(("approver", "engineer"), "promote")

        def change(session: Session) -> EnvironmentStep:
            steps = environments.steps(session, self.prompt)
            target = self._target(release, steps, to)
            if target == ENVIRONMENTS[-1]:
                require_approver(self.context, f"promote to {target}")
            require_standing(self.context, session, release)
            return self._step(session, target, release.version, "promoted")

        return self.context.write(change)

    def rollback(self, environment: Environment) -> EnvironmentStep:
        """Put back what stood in an environment before, whatever became of its approval since."""
        ctx = self.context
        ctx.require(("approver", "engineer"), "roll back")

        def change(session: Session) -> EnvironmentStep:
            steps = environments.steps(session, self.prompt)
            if not steps:
                raise NotFoundError("release of", self.prompt, [release.prompt for release in releases.latest(session)])
            earlier, now = before(steps, environment), pointers(steps)[environment]
            if earlier is None:
                raise InputError(
                    f"Nothing stood in {environment} before {now}." if now else f"Nothing stands in {environment}.",
                    hint=f"`workbench release history {self.prompt}` shows what stood where.",
                )
            return self._step(session, environment, earlier, "rolled back", instead_of=now)

        return ctx.write(change)

    def _target(self, release: Release, steps: Sequence[EnvironmentStep], to: Environment | None) -> Environment:
        furthest, what = reached(steps, release.version), f"{self.prompt} {release.version}"
        target = to or following(furthest)
        if target is None:
            here = pointers(steps)[ENVIRONMENTS[-1]] == release.version
            raise InputError(
                f"{what} {'stands' if here else 'stood'} in {ENVIRONMENTS[-1]} already.",
                hint=None if here else f"Say `--to {ENVIRONMENTS[-1]}` to put it there again.",
            )
        if pointers(steps)[target] == release.version:
            raise InputError(f"{what} stands in {target} already.")
        nearest = following(furthest)
        allowed = ENVIRONMENTS if nearest is None else ENVIRONMENTS[: ENVIRONMENTS.index(nearest) + 1]
        if target not in allowed:
            raise InputError(
                f"{what} never stood in {nearest}, so it cannot go to {target} yet.",
                hint=f"One step at a time: `workbench release promote {self.prompt}@{release.number} --to {nearest}`.",
            )
        return target

    def _step(
        self, session: Session, environment: Environment, version: str, kind: StepKind, **detail: str | None
    ) -> EnvironmentStep:
        subject = f"{self.prompt} {version}"
        self.context.record(session, RECORDED[kind], subject, environment=environment, reason=self.reason, **detail)
        by, at = self.context.actor.name, self.context.clock.now()
        step = EnvironmentStep(self.prompt, environment, version, kind, by, at, self.reason)
        return add_sealed(session, step)


def add_sealed(session: Session, step: EnvironmentStep) -> EnvironmentStep:
    """Store a step with the place that the audit log has come to: the step's own entry is there already."""
    length, head = audit.head(session)
    step = replace(step, audit_length=length, audit_head=head)
    environments.add(session, step)
    return step
