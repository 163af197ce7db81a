"""How people name runs."""

from __future__ import annotations

from workbench.errors import InputError
from workbench.store import runs
from workbench.store.session import Session

LATEST = "latest"


def find_run(session: Session, text: str) -> str:
    """The id of a run by its id or the beginning of it; `latest` is the newest run."""
    if text != LATEST:
        return runs.resolve(session, text)
    newest = runs.latest(session, 1)
    if not newest:
        raise InputError("There is no run yet.", hint="Start one with `workbench run`.")
    return newest[0].id
