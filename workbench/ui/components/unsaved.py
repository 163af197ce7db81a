"""What was typed and not saved yet, kept by the server while it runs: a reload begins a session that knows nothing of it.

`about` names an editor among all of the project. What one person left in it, nobody else is shown.
"""

from __future__ import annotations

import streamlit as st

from workbench.workspace import Workbench


def keep(wb: Workbench, about: str, value: object) -> None:
    """Keep what stands in an editor now."""
    _shelf()[_key(wb, about)] = value


def found(wb: Workbench, about: str) -> object | None:
    """What this person left in an editor; None when that is what is saved."""
    return _shelf().get(_key(wb, about))


def forget(wb: Workbench, about: str) -> None:
    """It is saved, or not wanted any more."""
    _shelf().pop(_key(wb, about), None)


@st.cache_resource(show_spinner=False)
def _shelf() -> dict[tuple[str, str, str], object]:
    return {}


def _key(wb: Workbench, about: str) -> tuple[str, str, str]:
    return str(wb.root), wb.context.actor.name, about
