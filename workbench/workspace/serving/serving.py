"""What a service is told when it asks for the prompt of an environment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.domain.environment import ENVIRONMENTS, Environment, EnvironmentStep, pointers
from workbench.domain.prompt_version import PromptVersion
from workbench.domain.release import Release
from workbench.errors import IntegrityError, NotFoundError
from workbench.hashing import content_hash, plain
from workbench.store import audit, environments, prompts, releases
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.releases.environments import named
from workbench.workspace.releases.lapses import forged, lapsed, lapses

TOKEN_VARIABLE = "WORKBENCH_API_TOKEN"  # noqa: S105 (the name of a variable)
"""Where it is set, every request has to bring what it holds."""

FRESH_S = 0.25
"""For so long an answer is given again without a look at the store, so that many callers do not keep it open."""

LOOKED_THROUGH_S = 30.0
"""For so long an approval is taken to hold while the audit log has no new entry: what somebody changes behind its back in
the store is found then."""


@dataclass(frozen=True)
class ServedPrompt:
    """An approved prompt as JSON's own types."""

    document: Mapping[str, Any]

    @property
    def hash(self) -> str:
        """Changes when anything in the document does."""
        return content_hash(self.document)


@dataclass
class _Kept:
    """An answer, and what it was made from."""

    found: ServedPrompt
    state: object
    looked_at: float
    """When the store was last asked whether anything is new."""
    looked_through_at: float
    """When everything was last held against its hash."""


class Serving:
    """The prompts that stand in environments. Any thread may ask; what the store says is asked anew each time it changed."""

    def __init__(self, context: Context, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._context = context
        self._monotonic = monotonic
        self._kept: dict[tuple[str, Environment], _Kept] = {}
        self._lock = threading.Lock()

    def prompt(self, name: str, environment: str) -> ServedPrompt:
        """The release that stands in an environment.

        Raises NotFoundError for an unknown prompt or environment and where nothing stands, IntegrityError when
        what was approved was changed behind the program's back.
        """
        asked = name, named(environment)
        with self._lock:
            kept = self._kept.get(asked)
            if kept is not None and self._monotonic() - kept.looked_at < FRESH_S:
                return kept.found
            self._kept.pop(asked, None)
        now = self._monotonic()
        if kept is not None and now - kept.looked_through_at >= LOOKED_THROUGH_S:
            kept = None
        state, found = self._context.read(lambda s: self._look(s, *asked, kept))
        looked_through_at = now if kept is None or found is not kept.found else kept.looked_through_at
        with self._lock:
            self._kept[asked] = _Kept(found, state, now, looked_through_at)
        return found

    def listing(self) -> Sequence[Mapping[str, Any]]:
        """Every released prompt with the versions that stand in its environments."""

        def query(session: Session) -> list[Mapping[str, Any]]:
            return [
                {"name": release.prompt, "environments": dict(pointers(environments.steps(session, release.prompt)))}
                for release in releases.latest(session)
            ]

        return self._context.read(query)

    def _look(
        self, session: Session, name: str, environment: Environment, kept: _Kept | None
    ) -> tuple[object, ServedPrompt]:
        """Every use case that changes what an approval rests on is in the audit log: without a new entry nothing is new."""
        state = audit.head(session)
        if kept is not None and kept.state == state:
            return state, kept.found
        steps = environments.steps(session, name)
        version = pointers(steps)[environment]
        release = None if version is None else releases.by_version(session, name, version)
        if release is None:
            raise _nothing_there(session, name, environment, steps)
        step = next(step for step in reversed(steps) if step.environment == environment)
        if problems := forged(session, release):
            raise IntegrityError(
                f"{name} {release.version}, which stands in {environment}, is not served: {lapsed(problems)}.",
                hint="Roll back, or have it approved again.",
            )
        content = prompts.get(session, name, release.number)
        # A golden set that went on since stops the next promotion, and takes nothing down that serves people.
        return state, ServedPrompt(_document(release, content, step, lapses(self._context, session, release)))


def _nothing_there(
    session: Session, name: str, environment: Environment, steps: Sequence[EnvironmentStep]
) -> NotFoundError:
    if not steps:
        return NotFoundError("approved prompt", name, [release.prompt for release in releases.latest(session)])
    filled = ", ".join(place for place in ENVIRONMENTS if pointers(steps)[place] is not None)
    hint = f"There is one in {filled}." if filled else None
    return NotFoundError(f"release of {name} in", environment, hint=hint)


def _document(
    release: Release, version: PromptVersion, step: EnvironmentStep, problems: Sequence[str]
) -> Mapping[str, Any]:
    content = plain(version.content)
    document: dict[str, Any] = {
        "name": release.prompt,
        "environment": step.environment,
        "version": release.version,
        "number": release.number,
        "hash": release.evidence.prompt_hash,
        "since": step.at.isoformat(timespec="seconds") + "Z",
        "lapsed": list(problems),
        **{key: content[key] for key in SERVED},
    }
    return document


SERVED = (
    "model",
    "parameters",
    "template_format",
    "messages",
    "variables",
    "few_shot",
    "tools",
    "response_schema",
    "retrieval",
    "policy",
)
"""What of a prompt's content a service needs: all that changes what a model is asked."""
