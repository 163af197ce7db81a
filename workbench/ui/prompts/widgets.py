"""Widgets of a draft: each starts from the draft's field and notes that something was typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import streamlit as st

from workbench.ui.prompts import keeping
from workbench.ui.prompts.keeping import Held
from workbench.workspace.prompts.drafting import DraftFields

T = TypeVar("T")


class Widgets:
    """The widgets of one draft in its present revision.

    Every method draws one and gives its value. A value that equals the field's is given back as the field had it:
    0 and 0.0 are the same number to a widget, but not the same prompt.
    """

    def __init__(self, draft: Held) -> None:
        self._draft = draft

    def key(self, name: str) -> str:
        """The key of something that is drawn for the draft elsewhere."""
        return f"{self._draft.key}-{name}"

    def part_key(self, name: str) -> str:
        """The same for something that stays as it is, such as unfolded, when the widgets start again."""
        return f"draft-{self._draft.prompt}-{self._draft.slot}-{name}"

    def now(self, name: str, start: T) -> T:
        """What stands in a widget before it is drawn, for titles above it; `start` while it was never drawn."""
        value: T = st.session_state.get(self.key(name), start)
        return value

    def text(self, name: str, label: str, value: str, *, hide_label: bool = False, help: str | None = None) -> str:  # noqa: A002 (the library's word)
        """Text of several lines."""
        return str(self._draw(st.text_area, name, label, value, hide_label=hide_label, help=help, height="content"))

    def line(self, name: str, label: str, value: str, *, help: str | None = None) -> str:  # noqa: A002
        """Text of one line."""
        return str(self._draw(st.text_input, name, label, value, help=help))

    def choice(
        self,
        name: str,
        label: str,
        options: Sequence[str],
        value: str,
        *,
        hide_label: bool = False,
        format_func: Callable[[str], str] = str,
        **how: Any,
    ) -> str:
        """One of a few; a value that is not among the options is added to them."""
        known = options if value in options else [*options, value]
        draw = self._draw(
            st.selectbox, name, label, value, hide_label=hide_label, options=known, format_func=format_func, **how
        )
        return str(draw if draw is not None else value)

    def whole(self, name: str, label: str, value: int | None, *, low: int, high: int, **how: Any) -> int | None:
        """A whole number, or nothing."""
        number: int | None = self._draw(
            st.number_input, name, label, value, value=None, min_value=low, max_value=high, step=1, **how
        )
        return number

    def decimal(self, name: str, label: str, value: float | None, *, step: float, **how: Any) -> float | None:
        """A number, or nothing."""
        start = None if value is None else float(value)
        number: float | None = self._draw(st.number_input, name, label, start, value=None, step=step, **how)
        return value if number == value else number

    def flag(self, name: str, label: str, value: bool, *, help: str | None = None) -> bool:  # noqa: A002, FBT001
        """Yes or no."""
        return bool(self._draw(st.checkbox, name, label, value, help=help))

    def button(self, name: str, label: str, *, icon: str, help: str | None = None) -> bool:  # noqa: A002
        """A quiet button."""
        return st.button(label, key=self.key(name), icon=icon, help=help, type="tertiary")

    def removed(self, what: str, put_back: Callable[[DraftFields], DraftFields]) -> None:
        """Note what was taken out of the draft, so that it can be put back."""
        keeping.removed(self._draft, what, put_back)

    def _draw(
        self, widget: Callable[..., Any], name: str, label: str, start: object, *, hide_label: bool = False, **how: Any
    ) -> Any:
        key = self.key(name)
        st.session_state.setdefault(key, start)
        return widget(
            label,
            key=key,
            on_change=keeping.typed,
            args=(self._draft.prompt, self._draft.slot),
            label_visibility="collapsed" if hide_label else "visible",
            **how,
        )
