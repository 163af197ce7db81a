"""How people name runs, their arms and their rows."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from workbench.errors import InputError, NotFoundError
from workbench.store import runs
from workbench.store.session import Session

LATEST = "latest"
RUN_ID_BYTES = 5
ROWS_NAMED = 3
"""Rows named in a sentence; more are counted."""


def new_run_id() -> str:
    """An id for a run that is new."""
    return f"r{secrets.token_hex(RUN_ID_BYTES)}"


def find_run(session: Session, text: str) -> str:
    """The id of a run by its id or the beginning of it; `latest` is the newest run."""
    if text != LATEST:
        return runs.resolve(session, text)
    newest = runs.latest(session, 1)
    if not newest:
        raise InputError("There is no run yet.", hint="Start one with `workbench run`.")
    return newest[0].id


def find_arm(labels: Sequence[str], text: str) -> str:
    """The one of some arms' labels that is the text, or begins with it. Raises NotFoundError, InputError for several."""
    matching = [label for label in labels if label == text] or [label for label in labels if label.startswith(text)]
    if not matching:
        raise NotFoundError("arm", text, labels)
    if len(matching) > 1:
        raise InputError(f"{text!r} could be {' or '.join(matching)}.", hint="Write more of the name.")
    return matching[0]


def rows_in_words(ids: Sequence[str]) -> str:
    """Such as `row q-1, q-2, q-3 and 4 more`."""
    more = f" and {len(ids) - ROWS_NAMED:,} more" if len(ids) > ROWS_NAMED else ""
    return f"row {', '.join(ids[:ROWS_NAMED])}{more}"
