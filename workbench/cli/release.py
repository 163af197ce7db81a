"""`workbench release`: ask for approval, give it, and move releases through the environments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from workbench.cli.common import as_option, emit, json_option, opened, say, show, table
from workbench.cli.exporting import take_back

if TYPE_CHECKING:
    from workbench.domain.release import Release
    from workbench.workspace.workbench import Workbench

reference_argument = click.argument("reference", metavar="NAME[@N]")
run_option = click.option(
    "--run", metavar="RUN", help="The run it rests on; default the newest that asked this version."
)
gate_option = click.option("--gate", metavar="GATE", help="The gate that judges it; default the project's own.")


@click.group()
def release() -> None:
    """Approved versions: asked for, signed, promoted, rolled back."""


@release.command()
@reference_argument
@click.option("--changelog", default="", help="What changed and why; default the version's own.")
@run_option
@gate_option
@as_option
@json_option
def request(reference: str, changelog: str, run: str | None, gate: str | None, name: str | None, as_json: bool) -> None:
    """Ask for the approval of a version."""
    with opened(name) as wb:
        asked = wb.releases.request(reference, changelog=changelog, run=run, gate=gate)
    if as_json:
        emit(asked.as_json())
        return
    say(f"{asked.version.label} {asked.words}. Whoever approves looks at: workbench release show {asked.version.label}")


@release.command()
@reference_argument
@click.option("--reason", default="", help="Why.")
@as_option
@json_option
def withdraw(reference: str, reason: str, name: str | None, as_json: bool) -> None:
    """Take your own request for an approval back. Signatures that it has by then count no more."""
    with opened(name) as wb:
        version = wb.releases.withdraw(reference, reason=reason)
    if as_json:
        emit({"name": version.name, "version": version.number, "state": "withdrawn"})
        return
    say(f"{version.label} does not wait for an approval any more.")


@release.command()
@reference_argument
@run_option
@gate_option
@click.option("--note", default="", help="What you looked at.")
@click.option("--override", default="", metavar="REASON", help="Approve although the gate does not pass, and say why.")
@click.option("--without-run", default="", metavar="REASON", help="Approve without any evidence, and say why.")
@as_option
@json_option
def approve(reference: str, name: str | None, as_json: bool, **said: Any) -> None:
    """Approve a version on the evidence of a run."""
    with opened(name) as wb:
        made = wb.releases.approve(reference, **said)
        if made is None:
            version = wb.prompts.get(reference)
            waiting = next(one for one in wb.releases.requests(version.name) if one.version.label == version.label)
    if made is None:
        if as_json:
            emit(waiting.as_json())
        else:
            say(f"Signed. {waiting.version.label} {waiting.words}.")
        return
    if as_json:
        emit({**_release_json(made, ()), "run": made.evidence.run, "gate": made.evidence.gate_outcome})
        return
    rests = f"on run {made.evidence.run}" if made.evidence.run else "without a run: no evidence was there"
    own = " (self-approved)" if made.self_approved else ""
    by = ", ".join(signed.by for signed in made.approvals)
    say(f"Approved {made.prompt}@{made.number} as {made.version}, by {by}{own}, {rests}.")
    for reason in made.overrides:
        say(f"The gate did not pass; approved all the same: {reason}")


@release.command()
@reference_argument
@click.option("--reason", required=True, help="What is missing.")
@as_option
@json_option
def reject(reference: str, reason: str, name: str | None, as_json: bool) -> None:
    """Send a version back to who asked for its approval."""
    with opened(name) as wb:
        back = wb.releases.reject(reference, reason=reason)
    if as_json:
        emit(back.as_json())
        return
    say(f"{back.version.label} {back.words}.")


@release.command("show")
@reference_argument
@json_option
def show_(reference: str, as_json: bool) -> None:
    """What an approval would rest on: the change, the evidence, and the gate."""
    with opened() as wb:
        material = wb.releases.review_material(reference)
    if as_json:
        emit(material.as_json())
        return
    request, result = material.request, None if material.gate is None else material.gate.result
    show(f"{material.version.label} by {material.version.author}" + (f": {request.words}" if request else ""))
    if request is not None and request.asked is not None:
        show(f"Asked for by {request.asked.by}: {request.asked.note}")
    if material.released is not None:
        show(f"\nSince {material.released.version}:\n{material.diff}")
    show("\nNo run shows what it does." if material.run is None else f"\nEvidence: run {material.run}")
    for sentence in material.sentences:
        show(f"  {sentence}")
    for arm in material.figures:
        _figures(arm)
    if result is not None:
        show(f"\n{result.headline}")
        table(("", "rule", "found"), [(rule.verdict, rule.title, rule.found) for rule in result.rules])


@release.command()
@reference_argument
@click.option("--to", metavar="ENVIRONMENT", help="dev, staging or production; default the next one.")
@click.option("--reason", default="", help="Why.")
@as_option
@json_option
def promote(reference: str, to: str | None, reason: str, name: str | None, as_json: bool) -> None:
    """Put a release into the next environment."""
    with opened(name) as wb:
        step = wb.releases.promote(reference, to=to, reason=reason)
    if as_json:
        emit({"name": step.prompt, "environment": step.environment, "release": step.version})
        return
    say(f"{step.prompt} {step.version} stands in {step.environment}.{_into_files(step.prompt)}")


@release.command()
@click.argument("prompt", metavar="NAME")
@click.option(
    "--environment",
    metavar="ENVIRONMENT",
    default="production",
    show_default=True,
    help="dev, staging or production.",
)
@click.option("--reason", default="", help="Why.")
@as_option
@json_option
def rollback(prompt: str, environment: str, reason: str, name: str | None, as_json: bool) -> None:
    """Put back at once what stood in an environment before."""
    with opened(name) as wb:
        step = wb.releases.rollback(prompt, environment=environment, reason=reason)
    if as_json:
        emit({"name": step.prompt, "environment": step.environment, "release": step.version})
        return
    say(f"Back to {step.prompt} {step.version} in {step.environment}.{_into_files(prompt)}")


@release.command("list")
@click.argument("prompt", metavar="[NAME]", required=False)
@as_option
@json_option
def list_(prompt: str | None, name: str | None, as_json: bool) -> None:
    """The releases of prompt NAME, or the newest of every prompt, and what waits for an approval."""
    with opened(name) as wb:
        prompt = None if prompt is None else wb.prompts.get(prompt).name
        found = [(one, wb.releases.lapses(one), _standing(wb, one)) for one in wb.releases.list(prompt)]
        waiting = [one for one in wb.releases.requests(prompt) if one.state in {"waiting", "rejected"}]
    if as_json:
        made = [_release_json(one, lapsed) | {"environments": list(places)} for one, lapsed, places in found]
        emit([*made, *(one.as_json() for one in waiting)])
        return
    rows = [
        (
            one.prompt,
            one.version,
            one.number,
            ", ".join(signed.by for signed in one.approvals) + (" (self)" if one.self_approved else ""),
            f"{one.created_at:%Y-%m-%d}",
            f"approval lapsed: {', '.join(lapsed)}" if lapsed else ", ".join(places) or "approved",
        )
        for one, lapsed, places in found
    ]
    rows += [
        (one.version.name, "–", one.version.number, "", f"{one.steps[-1].at:%Y-%m-%d}", one.words) for one in waiting
    ]
    table(("prompt", "release", "version", "approved by", "on", "state"), rows)


@release.command()
@click.argument("prompt", metavar="NAME")
@json_option
def history(prompt: str, as_json: bool) -> None:
    """What stood in which environment, oldest first."""
    with opened() as wb:
        steps = wb.releases.history(wb.prompts.get(prompt).name)
    if as_json:
        emit(
            [
                {
                    "environment": step.environment,
                    "release": step.version,
                    "action": step.kind,
                    "by": step.by,
                    "at": f"{step.at.isoformat(timespec='seconds')}Z",
                    "reason": step.reason,
                }
                for step in steps
            ]
        )
        return
    rows = [(f"{s.at:%Y-%m-%d %H:%M}", s.environment, s.version, s.kind, s.by, s.reason) for s in steps]
    table(("when (UTC)", "environment", "release", "", "by", "why"), rows)


@release.command()
@click.argument("prompt", metavar="NAME")
@click.argument("before")
@click.argument("after")
@json_option
def compare(prompt: str, before: str, after: str, as_json: bool) -> None:
    """Two releases of a prompt by their versions, such as 1.0.0 and 1.1.0."""
    with opened() as wb:
        found = wb.releases.compare(prompt, before, after)
    if as_json:
        emit(found.as_json())
        return
    show(found.diff or "The prompts are the same.")
    if not found.same_rows:
        show("\nThey were not measured on the same golden set: their figures answer different questions.")
    rows = [
        (one.model, one.metric, _mean(one.before), _mean(one.after), _signed(one.difference)) for one in found.figures
    ]
    if rows:
        show("")
        table(("model", "score", before, after, "difference"), rows, right=(2, 3, 4))


def _figures(arm: Any) -> None:
    show(f"  {arm['model']}: {arm['done']} answered, {arm['failed']} failed")
    for metric, figure in arm["metrics"].items():
        show(f"    {metric}: {_mean(figure)}, n {figure['n']}")


def _mean(figure: Any) -> str:
    from workbench.stats.numbers import number

    low, high = (None, None) if figure is None else (figure["low"], figure["high"])
    mean = number(None if figure is None else figure["mean"])
    return mean if low is None or high is None else f"{mean} ({number(low)} to {number(high)})"


def _signed(difference: float | None) -> str:
    from workbench.stats.numbers import number

    return "" if difference is None else f"{'+' if difference > 0 else ''}{number(difference)}"


def _standing(wb: Workbench, release: Release) -> list[str]:
    found = wb.releases.environments(release.prompt).items()
    return [place for place, stands in found if stands is not None and stands.version == release.version]


def _into_files(prompt: str) -> str:
    return f" Write it into the repository: workbench export {prompt} --environments"


def _release_json(release: Release, lapsed: Any) -> dict[str, Any]:
    return {
        "name": release.prompt,
        "version": release.number,
        "release": release.version,
        "approver": release.approver,
        "self_approved": release.self_approved,
        "state": "lapsed" if lapsed else "approved",
        "lapses": list(lapsed),
    }


release.add_command(take_back)
