"""Text from files and models, made safe for the places of a page that read Markdown or HTML."""

from __future__ import annotations

from html import escape

MOST_SHOWN = 100_000
"""Characters of one text that a page shows: a browser is slow with more, and nobody reads them."""
MARKDOWN = set("\\`*_{}[]()#+-.!|<>~$:^=&\"'")


def plain(text: str) -> str:
    """Text that Markdown shows as it is: names and answers come from files and models."""
    return "".join(f"\\{c}" if c in MARKDOWN else c for c in text)


def one_line(text: str, most: int = 120) -> str:
    """The beginning of a text on one line, for lists and tables."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def beginning(text: str) -> str:
    """A text as a page shows it: where it is too long for one, its beginning, and how much is left out."""
    if len(text) <= MOST_SHOWN:
        return text
    return f"{text[:MOST_SHOWN]}\n… {len(text) - MOST_SHOWN:,} more characters are not shown."


def times_asked(repeats: int) -> str:
    """How often each question is asked, in words."""
    return "asked once" if repeats == 1 else f"asked {repeats:,} times"


def html_text(text: str) -> str:
    """A text as HTML that keeps its line breaks; nothing in it is markup."""
    return f'<div style="white-space:pre-wrap;overflow-wrap:anywhere">{escape(beginning(text))}</div>'
