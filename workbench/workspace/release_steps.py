"""What waits for somebody on the way to a release: approvals, approvals that lapsed, gates that fail, changed files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from workbench.domain.prompt_version import PromptVersion
from workbench.errors import NotAllowedError, WorkbenchError
from workbench.store import environments, prompts, releases, runs
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.gates.gates import Gates
from workbench.workspace.overview import RUNS_SHOWN, NextStep
from workbench.workspace.releases.drift import drift
from workbench.workspace.releases.people import require_approver_of
from workbench.workspace.releases.requests import Request, requests
from workbench.workspace.releases.states import asked

GATED = 3
"""As many versions are put to their gate: each takes a good part of a second."""


def release_steps(context: Context) -> list[NextStep]:
    """The steps, the most pressing first."""
    found = context.read(lambda s: requests(context, s, None))
    return [
        *(step for request in found if (step := _of_request(context, request)) is not None),
        *_changed_files(context),
        *_candidates(context, found),
    ]


def _of_request(context: Context, request: Request) -> NextStep | None:
    version, release = request.version, request.release
    if request.state == "waiting":
        if not _may_sign(context, request):
            return None
        return NextStep(f"{version.label} waits for your approval.", "Look at it", "release", version.label)
    if request.state == "rejected" and context.actor.name in {version.author, request.asked and request.asked.by}:
        return NextStep(f"{version.label} was {request.words}", "See what is missing", "release", version.label)
    if request.state == "lapsed" and release is not None and _matters(context, request):
        reasons = ", ".join(request.lapses)
        text = f"The approval of {release.prompt} {release.version} lapsed: {reasons}."
        return NextStep(text, "See the way out", "release", version.label)
    return None


def _may_sign(context: Context, request: Request) -> bool:
    try:
        require_approver_of(context, request.version)
    except NotAllowedError:
        return False
    return all(step.by != context.actor.name for step in request.signed)


def _matters(context: Context, request: Request) -> bool:
    """Whether a release is the prompt's newest or stands somewhere: older ones may lapse unheard."""
    release = request.release

    def query(session: Session) -> bool:
        if release is None:
            return False
        standing = {step.environment: step.version for step in environments.steps(session, release.prompt)}
        newest = releases.get(session, release.prompt)
        return release.version in {newest.version, *standing.values()}

    return context.read(query)


def _changed_files(context: Context) -> Iterator[NextStep]:
    """Prompts whose exported files are not what was released any more. That the workbench is ahead is no alarm."""
    exported = context.read(releases.exports)
    for folder in dict.fromkeys(one.directory for one in exported):
        try:
            differences = drift(context, Path(folder))
        except WorkbenchError:  # nothing is exported there any more, or it cannot be read: the Release page says it
            continue
        for prompt in dict.fromkeys(one.prompt for one in exported if one.directory == folder):
            changed = [
                one for one in differences if one.path.startswith(f"prompts/{prompt}/") and one.ahead != "workbench"
            ]
            if changed:
                text = f"Exported files of {prompt} differ from what was released, in {folder}."
                yield NextStep(text, "See what changed", "release", prompt, view="files")


def _candidates(context: Context, found: list[Request]) -> Iterator[NextStep]:
    """Newest versions that were run and are neither approved nor asked for, with what the gate says of them."""
    known = {request.version.label for request in found}

    def query(session: Session) -> list[PromptVersion]:
        recent = runs.latest(session, RUNS_SHOWN)
        newest = prompts.latest(session)
        return [one for one in newest if one.label not in known and any(asked(run, one) for run in recent)]

    for number, version in enumerate(context.read(query)):
        said = _gate_says(context, version) if number < GATED else ""
        text = said or f"{version.label} has been run and is not approved."
        yield NextStep(text, "See the evidence", "release", version.label)


def _gate_says(context: Context, version: PromptVersion) -> str:
    """The gate's sentence, or why it cannot judge; empty where there is no gate."""
    if not context.settings.gates:
        return ""
    try:
        return Gates(context).check(version.label).headline
    except WorkbenchError as error:
        return f"{version.label}: {error.message}"
