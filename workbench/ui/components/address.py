"""Widgets whose value is in the address, so that a reload, a link and the browser's back button restore a view.

The address is the truth and the widget shows it; changing the widget changes the address. What is not in the address
has its default, and a value that is not among the options any more is ignored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

import streamlit as st

from workbench.ui.components import unheard

if TYPE_CHECKING:
    from streamlit.elements.lib.mutable_tab_container import TabContainer

MOST = 1_000_000
_KEYS = "address-"


def read(name: str) -> str | None:
    """What the address says under a name; None when nothing."""
    value: str | None = st.query_params.get(name)
    return value or None


def write(name: str, value: str | Sequence[str] | None) -> None:
    """Put a value into the address, or take it out."""
    unheard.change(lambda: _put(name, value))


def only(**values: str) -> None:
    """Make these values the whole address."""
    unheard.change(lambda: st.query_params.from_dict(values))


def link(label: str, *, icon: str, key: str, **values: str) -> None:
    """A link within the page. A page link would leave the browser's address as it was."""
    st.button(label, key=key, icon=icon, type="tertiary", on_click=only, kwargs=values)


def turn_to(**values: str | None) -> None:
    """Change these values of the address and leave the others: what a button within a view does when it is pressed."""
    for name, value in values.items():
        write(name, value)


def pick(
    label: str,
    options: Sequence[str],
    name: str,
    *,
    default: str | None = None,
    forget: Sequence[str] = (),
    format_func: Callable[[str], str] = str,
    **how: Any,
) -> str:
    """A list to choose one of `options` from; the first, or `default`, while the address names none.

    What `forget` names is about the option chosen before, and leaves the address with it.
    """
    key = _key(name)
    fallback = default if default in options else options[0]
    wanted = read(name)
    st.session_state[key] = wanted if wanted in options else fallback
    chosen: str = st.selectbox(
        label,
        options,
        key=key,
        format_func=told_apart(options, format_func),
        on_change=_follow,
        args=(name, fallback, forget),
        **how,
    )
    return chosen


def told_apart(options: Sequence[str], format_func: Callable[[str], str]) -> Callable[[str], str]:
    """Formats options so that no two read alike: Streamlit knows a chosen option by what is shown of it alone."""
    shown = Counter(format_func(option) for option in options)
    return lambda option: text if shown[text := format_func(option)] < 2 else f"{text} · {option}"


def switch(
    label: str,
    options: Sequence[str],
    name: str,
    *,
    default: str | None = None,
    forget: Sequence[str] = (),
    format_func: Callable[[str], str] = str,
) -> str:
    """As `pick`, for a few options that all stay visible. `format_func` may give Markdown."""
    key = _key(name)
    fallback = default if default in options else options[0]
    wanted = read(name)
    st.session_state[key] = wanted if wanted in options else fallback
    chosen = st.segmented_control(
        label,
        options,
        key=key,
        required=True,
        wrap=True,
        format_func=format_func,
        on_change=_follow,
        args=(name, fallback, forget),
    )
    return str(chosen)


def pick_many(
    label: str,
    options: Sequence[str],
    name: str,
    *,
    default: Sequence[str] = (),
    forget: Sequence[str] = (),
    accept_new: bool = False,
    format_func: Callable[[str], str] = str,
    **how: Any,
) -> list[str]:
    """A list to choose several from; `forget` as in `pick`. With `accept_new`, others than those listed may be typed."""
    key = _key(name)
    given = st.query_params.get_all(name)
    wanted = [value for value in given if value and (accept_new or value in options)]
    st.session_state[key] = wanted if given else [value for value in default if value in options]
    choices = [*options, *(value for value in wanted if value not in options)]
    chosen: list[str] = st.multiselect(
        label,
        choices,
        key=key,
        accept_new_options=accept_new,
        wrap=True,
        format_func=format_func,
        on_change=_follow_many,
        args=(name, forget),
        **how,
    )
    return chosen


def number(label: str, name: str, *, default: int, low: int = 1, high: int = MOST, **how: Any) -> int:
    """A whole number between `low` and `high`."""
    chosen = _number(label, name, default, low, high, **how)
    return default if chosen is None else chosen


def number_or_none(label: str, name: str, *, low: int = 1, high: int = MOST, **how: Any) -> int | None:
    """A whole number between `low` and `high`; None while the field is empty."""
    return _number(label, name, None, low, high, **how)


def line(label: str, name: str, *, forget: Sequence[str] = (), **how: Any) -> str:
    """A line of text, without white space around it; empty while the address holds none. `forget` as in `pick`."""
    key = _key(name)
    st.session_state[key] = read(name) or ""
    typed: str | None = st.text_input(label, key=key, on_change=_follow_line, args=(name, forget), **how)
    return (typed or "").strip()


def amount(label: str, name: str, **how: Any) -> float | None:
    """An amount above 0; None while the field is empty."""
    key = _key(name)
    st.session_state[key] = _amount(read(name))
    chosen: float | None = st.number_input(
        label, min_value=0.0, value=None, key=key, on_change=_follow, args=(name, ""), **how
    )
    return chosen or None


def toggle(label: str, name: str, *, default: bool, **how: Any) -> bool:
    """Something that is on or off."""
    key = _key(name)
    st.session_state[key] = {"true": True, "false": False}.get(read(name) or "", default)
    return st.toggle(label, key=key, on_change=_follow_toggle, args=(name, default), **how)


def page(pages: int, name: str, *, default: int = 1, forget: Sequence[str] = ()) -> int:
    """Which of several pages of something long is shown, from 1 on; there is nothing to choose while it is one.

    Turning the page takes `forget` out of the address.
    """
    if pages < 2:
        return 1
    key, wanted = _key(name), read(name)
    asked = int(wanted) if wanted is not None and wanted.isdecimal() else default
    st.session_state[key] = min(max(asked, 1), pages)
    return int(st.pagination(pages, key=key, on_change=_follow, args=(name, str(default), forget)))


def tabs(labels: Sequence[str], name: str) -> Sequence[TabContainer]:
    """Tabs of which only the open one is to be drawn; the first is open while the address names none."""
    key, wanted = _key(name), read(name)
    st.session_state[key] = wanted if wanted in labels else labels[0]
    return st.tabs(labels, key=key, on_change=_follow, args=(name, labels[0]))


def choices() -> dict[str, object]:
    """What is chosen in all of these widgets, by their keys. Within a callback, what the browser has just sent."""
    return {str(key): value for key, value in st.session_state.items() if str(key).startswith(_KEYS)}


def _key(name: str) -> str:
    return f"{_KEYS}{name}"


def _put(name: str, value: str | Sequence[str] | None) -> None:
    if value is None:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value


def _follow(name: str, default: str, forget: Sequence[str] = ()) -> None:
    value = st.session_state[_key(name)]
    write(name, None if value is None or str(value) == default else str(value))
    _forget(forget)


def _number(label: str, name: str, default: int | None, low: int, high: int, **how: Any) -> int | None:
    key = _key(name)
    wanted = read(name)
    value = int(wanted) if wanted is not None and wanted.isdecimal() else default
    st.session_state[key] = None if value is None else min(max(value, low), high)
    chosen: int | None = st.number_input(
        label,
        min_value=low,
        max_value=high,
        step=1,
        value=None,
        key=key,
        on_change=_follow,
        args=(name, "" if default is None else str(default)),
        **how,
    )
    return chosen


def _amount(text: str | None) -> float | None:
    """The amount that an address holds; None where it holds none."""
    try:
        amount = float(text or "")
    except ValueError:
        return None
    return amount if isfinite(amount) and amount > 0 else None


def _follow_line(name: str, forget: Sequence[str]) -> None:
    write(name, str(st.session_state[_key(name)] or "").strip() or None)
    _forget(forget)


def _follow_toggle(name: str, default: bool) -> None:  # noqa: FBT001 (a callback's argument)
    value = bool(st.session_state[_key(name)])
    write(name, None if value == default else str(value).lower())


def _follow_many(name: str, forget: Sequence[str]) -> None:
    """An emptied list is kept as one empty value, so that it is not taken for the default."""
    write(name, list(st.session_state[_key(name)]) or [""])
    _forget(forget)


def _forget(names: Sequence[str]) -> None:
    for name in names:
        write(name, None)
