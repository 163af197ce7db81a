"""How far the approval of a version is: asked for, signed, sent back, given, or fallen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from workbench.domain.approval import ApprovalStep, of_last, signatures
from workbench.domain.prompt_version import PromptVersion
from workbench.domain.release import Release
from workbench.errors import NotFoundError
from workbench.store import approvals, prompts, releases
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.releases.lapses import lapsed, lapses

RequestState = Literal["waiting", "rejected", "approved", "lapsed"]


@dataclass(frozen=True)
class Request:
    """The approval of one version, from asking to its end."""

    version: PromptVersion
    state: RequestState
    steps: Sequence[ApprovalStep]
    """What was done since it was asked for last, oldest first."""
    wanted: int
    """How many people have to sign."""
    release: Release | None = None
    """The version's release; None while it has none."""
    lapses: tuple[str, ...] = ()
    """What the approval rests on that is not what it was."""

    @property
    def asked(self) -> ApprovalStep | None:
        """The request itself; None where somebody signed unasked."""
        return next((step for step in self.steps if step.kind == "requested"), None)

    @property
    def signed(self) -> Sequence[ApprovalStep]:
        """The signatures that count together: those on what the newest one rests on."""
        given = [step for step in self.steps if step.kind == "signed"]
        return signatures(self.steps, given[-1].basis) if given else []

    @property
    def words(self) -> str:
        """The state as people read it, without a full stop."""
        if self.state == "waiting":
            by = f", signed by {', '.join(step.by for step in self.signed)}" if self.signed else ""
            return f"waits for {self.wanted - len(self.signed)} of {self.wanted} approvals{by}"
        if self.state == "rejected":
            return f"sent back by {self.steps[-1].by}: {self.steps[-1].note}"
        return lapsed(self.lapses) if self.state == "lapsed" else "approved"

    def as_json(self) -> dict[str, Any]:
        """The document of a version that is no release, as `workbench release ... --json` prints it."""
        return {
            "name": self.version.name,
            "version": self.version.number,
            "release": None,
            "approver": None,
            "state": self.state,
            "words": self.words,
            "signed": [step.by for step in self.signed],
            "sign_offs": self.wanted,
        }


def request_of(context: Context, session: Session, version: PromptVersion) -> Request | None:
    """How far the approval of a version is; None when nobody asks for it or signed it."""
    steps = approvals.steps(session, version.name, version.number)
    made = [one for one in releases.of_prompt(session, version.name) if one.number == version.number]
    return request_after(context, session, version, steps, made[-1] if made else None)


def require_request(context: Context, session: Session, version: PromptVersion) -> Request:
    """As `request_of`. Raises NotFoundError where there is none."""
    request = request_of(context, session, version)
    if request is None:
        raise NotFoundError("request for the approval of", version.label)
    return request


def requests(context: Context, session: Session, prompt: str | None) -> list[Request]:
    """The approvals of all versions of a prompt, or of all prompts, those that wait first, then the newest."""
    by_version = steps_by_version(session, prompt)
    made = {(one.prompt, one.number): one for one in releases.every(session) if prompt in {None, one.prompt}}
    found = []
    for name, number in by_version.keys() | made.keys():
        version, key = prompts.get(session, name, number), (name, number)
        request = request_after(context, session, version, by_version.get(key, []), made.get(key))
        if request is not None:
            found.append(request)
    found.sort(key=lambda one: (one.version.name, one.version.number), reverse=True)
    return sorted(found, key=lambda one: one.state != "waiting")


def steps_by_version(session: Session, prompt: str | None) -> dict[tuple[str, int], list[ApprovalStep]]:
    """What was done for approvals, oldest first, by prompt and number."""
    by_version: dict[tuple[str, int], list[ApprovalStep]] = {}
    for step in approvals.steps(session, prompt):
        by_version.setdefault((step.prompt, step.number), []).append(step)
    return by_version


def request_after(
    context: Context, session: Session, version: PromptVersion, steps: Sequence[ApprovalStep], release: Release | None
) -> Request | None:
    """As `request_of`, from what was read of the version already: its steps, oldest first, and its newest release."""
    last, wanted = of_last(steps), context.settings.people.sign_offs
    if last and last[-1].kind == "rejected":
        return Request(version, "rejected", last, wanted, release)
    if last and last[-1].kind not in {"withdrawn", "approved"}:
        return Request(version, "waiting", last, wanted, release)
    if release is None:
        return None
    problems = lapses(context, session, release)
    return Request(version, "lapsed" if problems else "approved", last, wanted, release, problems)
