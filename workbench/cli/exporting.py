"""`workbench export` and `verify`: releases as files in a repository, proved and taken back in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.common import FILE, FOLDER, as_option, emit, json_option, opened, say, show
from workbench.cli.interchange import export_as
from workbench.cli.saved import saved_json
from workbench.errors import ExitCode, InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbench.artifacts.export import Exported
    from workbench.artifacts.git import Committed
    from workbench.domain.release import Difference
    from workbench.workspace.workbench import Workbench


@click.command()
@click.argument("reference", metavar="NAME[@N]")
@click.option("--to", "directory", type=FOLDER, help="Repository folder; default [export] directory or the project.")
@click.option(
    "--commit", is_flag=True, help="Commit on a branch of its own; nothing else of the repository is touched."
)
@click.option("--branch", metavar="BRANCH", help="The branch's name; default prompts/NAME-RELEASE.")
@click.option("--environments", is_flag=True, help="Only where releases stand, as after a promotion or rollback.")
@click.option("--with-dataset", is_flag=True, help="Also the golden set that the approval rests on.")
@click.option("--with-ci", is_flag=True, help="Also a workflow for GitHub Actions, and a script for any other CI.")
@click.option("--replace-environments", is_flag=True, help="Write over an environments file that says something else.")
@click.option("--format", "form", metavar="F", help="Any version as another tool's file: github, prompty, promptfoo …")
@click.option("--dataset", metavar="NAME[@N]", help="With --format: a golden set that goes into the file as tests.")
@as_option
@json_option
def export(
    reference: str,
    directory: Path | None,
    commit: bool,
    branch: str | None,
    environments: bool,
    with_dataset: bool,
    with_ci: bool,
    replace_environments: bool,
    form: str | None,
    dataset: str | None,
    name: str | None,
    as_json: bool,
) -> None:
    """Write an approved version into a repository folder. The same release gives the same bytes."""
    _require_fitting(
        {
            "--format": form,
            "--dataset": dataset,
            "--commit": commit,
            "--branch": branch,
            "--environments": environments,
            "--with-dataset": with_dataset,
            "--with-ci": with_ci,
            "--replace-environments": replace_environments,
        }
    )
    if form:
        export_as(reference, directory, form, dataset, name=name, as_json=as_json)
        return
    from workbench.workspace.releases.exporting import ExportOptions

    options = ExportOptions(with_dataset, with_ci, replace_environments)
    with opened(name) as wb:
        folder = directory or wb.export_directory
        if commit:
            made = wb.releases.commit(reference, folder, options, branch=branch)
            _tell_commit(made, wb.releases.repository_of(folder), as_json=as_json)
        elif environments:
            moved = wb.releases.export_environments(reference, folder, replace=replace_environments)
            _tell_files(moved, as_json=as_json)
        else:
            _tell_files(wb.releases.export(reference, folder, options), as_json=as_json)


def _require_fitting(given: Mapping[str, object]) -> None:
    """Refuse options that would go unheard beside each other."""
    chosen = {option for option, value in given.items() if value}
    if "--format" in chosen and (others := sorted(chosen - {"--format", "--dataset"})):
        raise InputError("--format writes one file of another tool.", hint=f"Leave out {' and '.join(others)}.")
    if "--dataset" in chosen and "--format" not in chosen:
        raise InputError(
            "--dataset goes with --format.", hint="Beside a release, --with-dataset writes its golden set."
        )
    if "--branch" in chosen and "--commit" not in chosen:
        raise InputError("--branch names the branch of a commit.", hint="Add --commit.")
    if "--environments" in chosen and (others := sorted(chosen & {"--commit", "--with-dataset", "--with-ci"})):
        raise InputError(
            "--environments writes one file into the folder.",
            hint=f"Leave out {' and '.join(others)}, or --environments.",
        )


def _tell_commit(made: Committed, repository: Path | None, *, as_json: bool) -> None:
    if as_json:
        emit({"branch": made.branch, "commit": made.commit, "created": made.created, "files": list(made.files)})
        return
    for path in made.files:
        show(path)
    said = f"Committed on {made.branch}" if made.created else f"Everything is on {made.branch} already"
    say(f"{said} in {repository}, {made.commit[:12]}. Push it when you are ready: git push -u origin {made.branch}")


def _tell_files(made: Exported, *, as_json: bool) -> None:
    if as_json:
        emit({"directory": str(made.directory), "files": made.files, "written": made.written})
        return
    for path in made.written:
        show(path)
    if not made.written:
        say("Everything was there already, unchanged.")


@click.command()
@click.argument("directory", type=FOLDER, required=False, default=Path())
@json_option
def verify(directory: Path, as_json: bool) -> int:
    """Prove the exported files in DIRECTORY, by default this one, unchanged. With a project, it says who is ahead."""
    differences = _differences(directory)
    if as_json:
        emit([{"path": d.path, "problem": d.problem, "ahead": d.ahead} for d in differences])
    else:
        for difference in differences:
            show(f"{difference.path} {difference.problem}{_ahead(difference)}")
        if not differences:
            say("All exported files are as they were exported.")
        elif any(d.path.endswith(".prompt.yaml") and d.ahead == "repository" for d in differences):
            say("An edited prompt file comes back as a new version: workbench release take-back FILE")
    return ExitCode.NO if differences else ExitCode.DONE


@click.command("take-back")
@click.argument("file", type=FILE)
@as_option
@json_option
def take_back(file: Path, name: str | None, as_json: bool) -> None:
    """Save an exported prompt FILE that was edited in the repository as a new version."""
    with opened(name) as wb:
        saved = wb.releases.take_back(file)
    if as_json:
        emit(saved_json(saved))
    elif saved.created:
        say(f"Saved as {saved.name}@{saved.version}, not approved yet.")
    else:
        say(f"Its content is {saved.name}@{saved.version} already.")


def _differences(directory: Path) -> Sequence[Difference]:
    from workbench.workspace.releases.releases import verify_export

    project = _project()
    if project is None:
        return verify_export(directory)
    with project as wb:
        return wb.releases.drift(directory)


def _project() -> Workbench | None:
    """The project, where one is there and has stored anything; a fresh clone has not."""
    from workbench.workspace import Workbench
    from workbench.workspace.projects import STORE_FILE

    named = click.get_current_context().find_root().params.get("project")
    try:
        wb = Workbench.open(named)
    except InputError:
        if named is not None:
            raise
        return None
    if (wb.root / STORE_FILE).is_file():
        return wb
    wb.close()
    return None


def _ahead(difference: Difference) -> str:
    if difference.ahead is None:
        return ""
    if difference.ahead == "both":
        return " (both went on)"
    return f" ({difference.ahead} is ahead)"
