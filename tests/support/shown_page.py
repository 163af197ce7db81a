"""What a page shows and how its buttons are pressed, in Streamlit's own test harness."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

KINDS = ("markdown", "caption", "info", "warning", "error", "success", "title", "header", "subheader")
TITLED = ("info", "warning", "error", "success")


def shown(at: AppTest) -> str:
    """All text of the page, one element a line, without the backslashes that keep Markdown from reading it."""
    texts = [str(element.value) for kind in KINDS for element in getattr(at, kind)]
    titles = [element.proto.title for kind in TITLED for element in getattr(at, kind)]
    return "\n".join([*texts, *titles, *(block.body for block in at.get("html"))]).replace("\\", "")


def button(at: AppTest, label: str):
    """The button of this label, or whose label begins so."""
    return next(one for one in at.button if one.label.replace("\\", "").startswith(label))


def press(at: AppTest, label: str) -> AppTest:
    """Press a button and draw the page again."""
    return button(at, label).click().run()
