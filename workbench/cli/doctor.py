"""`workbench doctor`."""

from __future__ import annotations

from dataclasses import asdict

import click

from workbench.cli.common import emit, json_option, show, table
from workbench.errors import ExitCode

MARKS = {"fine": "ok", "note": "note", "problem": "PROBLEM"}


@click.command()
@json_option
def doctor(as_json: bool) -> int:
    """Look over the installation and the project: what is there, what is missing, what would leave this machine.

    Contacts no provider and shows no key. Exit status: 0 all well, 1 there is a problem; each has a fix.
    """
    from workbench.workspace.doctor.examining import examine

    found = examine(click.get_current_context().find_root().params.get("project"))
    if as_json:
        emit(
            {
                "healthy": found.healthy,
                "findings": [asdict(finding) for finding in found.findings],
                "leaving": [asdict(one) for one in found.leaving],
            }
        )
    else:
        rows = [(MARKS[f.state], f.area, _sentences(f.text, f.fix)) for f in found.findings]
        table(("", "", ""), rows)
        if found.leaving:
            show("\nWould leave this machine, once it is used:")
            table(("", ""), [(one.what, one.host) for one in found.leaving])
        else:
            show("\nNothing that is configured sends anything to another machine.")
    return ExitCode.DONE if found.healthy else ExitCode.NO


def _sentences(text: str, fix: str) -> str:
    """What was found and what to do about it, a full stop between them."""
    return f"{text}{'' if text.endswith(('.', '!', '?')) else '.'} {fix}" if fix else text
