"""Files for people to take along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from workbench.workspace.shipped import shipped

SAMPLES = shipped("datasets") / "samples"
RED_TEAM = shipped("datasets") / "red-team" / "starter.jsonl"
MIME = {".csv": "text/csv", ".jsonl": "application/jsonl", ".yaml": "application/yaml", ".md": "text/markdown"}


def sample(label: str, file: str, *, key: str) -> None:
    """A button that hands out one of the sample files."""
    download(label, (SAMPLES / file).read_text(encoding="utf-8"), file, key=key, quiet=True)


def red_team(label: str, *, key: str) -> None:
    """A button that hands out the attacks to try a prompt with."""
    download(label, RED_TEAM.read_text(encoding="utf-8"), "red-team.jsonl", key=key, quiet=True)


def download(
    label: str, text: str | Callable[[], str], file: str, *, key: str, quiet: bool = False, **how: Any
) -> None:
    """A button that hands out a text as a UTF-8 file. A function is called when the button is pressed.

    `quiet` makes it look like a link; `how` are further options of a button, such as those of `allowed.for_role`.
    """
    ending = file[file.rfind(".") :]
    st.download_button(
        label,
        (lambda: text().encode("utf-8")) if callable(text) else text.encode("utf-8"),
        file_name=file,
        mime=MIME.get(ending, "text/plain"),
        key=key,
        on_click="ignore",
        icon=":material/download:",
        type="tertiary" if quiet else "secondary",
        **how,
    )
