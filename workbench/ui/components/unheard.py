"""Changes of the address that the browser may not know of yet.

A choice changes the address on the server, which tells the browser. Who chooses again before the page is drawn sends the
address of before along: taken as it comes, it would undo the first choice. So changes are kept until a drawing that
knows them has come to its end, and are made again where the browser still says what was there before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.scriptrunner import StopException, get_script_run_ctx

_CHANGES, _PAGE = "unheard-changes", "unheard-page"


@dataclass(frozen=True)
class _Change:
    """The values a name was given, and those it had before, each of which the browser may still say."""

    before: list[list[str]]
    after: list[str]


def change(how: Callable[[], object]) -> None:
    """Change the address, and keep what changed."""
    old = _all()
    how()
    new = _all()
    changes = _changes()
    for name in old.keys() | new.keys():
        before, after = old.get(name, []), new.get(name, [])
        if before != after:
            earlier = changes[name].before if name in changes else []
            changes[name] = _Change([*earlier, before], after)


@contextmanager
def drawing(page: str) -> Iterator[None]:
    """Draw a page with the address that is meant: the browser's, and what it has not heard of yet."""
    changes = _changes()
    if st.session_state.get(_PAGE) != page or _went_back():
        changes.clear()
    st.session_state[_PAGE] = page
    for name, made in changes.items():
        if st.query_params.get_all(name) in made.before:
            _put(name, made.after)
    try:
        yield
    except StopException:
        changes.clear()
        raise
    changes.clear()


def _changes() -> dict[str, _Change]:
    changes: dict[str, _Change] = st.session_state.setdefault(_CHANGES, {})
    return changes


def _all() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in st.query_params}


def _put(name: str, values: list[str]) -> None:
    if values:
        st.query_params[name] = values
    else:
        st.query_params.pop(name, None)


def _went_back() -> bool:
    """Whether the browser's own back or forward led here: then the address of before is just what is wanted."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation
