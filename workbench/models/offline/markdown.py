"""Takes Markdown out of text: always what points elsewhere or stresses, and every mark where a prompt forbids them."""

from __future__ import annotations

import re

_IMAGE = re.compile(r"!\[[^\[\]\n]*\]\([^()\n]*\)")
_LINK_OR_STRESS = re.compile(
    r"\*\*([^*\n]+)\*\*|(?<!\w)__([^_\n]+)__(?!\w)|(?<![\w*])\*(?=\S)([^*\n]*[^\s*])\*(?![\w*])|"
    r"\[([^\[\]\n]+)\]\((?:[^()\s]|\([^()\s]*\))*\)"
)
_CODE = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_FENCE = re.compile(r"(?:`{3,}|~{3,})[\w+-]*\s*")
_OTHER_STRESS = re.compile(r"~~(?=\S)([^~\n]*\S)~~|(?<!\w)_(?=\S)([^_\n]*[^\s_])_(?!\w)")
_HEADING = re.compile(r"(?:^|(?<=\n))#{1,6}\s+|\s={3,}(?=\s|$)")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>")
_TAG = re.compile(
    r"</?(?:b|i|u|s|em|strong|mark|code|kbd|pre|span|p|br|sup|sub|a|div|h[1-6])(?:\s[^<>\n]*)?/?>", re.IGNORECASE
)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!~|<>-])")


def without_links(text: str) -> str:
    """Text without strong and starred emphasis, links and images; their targets are never part of an answer."""
    return _LINK_OR_STRESS.sub(_held, _IMAGE.sub("", text)).strip()


def without_marks(text: str) -> str:
    """Plain text: no emphasis, links, headings, code marks, HTML tags or escapes. Words in code stay as they are."""
    pieces: list[str] = []
    at = 0
    text = _FENCE.sub("", text)
    for code in _CODE.finditer(text):
        pieces += [_plain(text[at : code.start()]), code.group(2).strip()]
        at = code.end()
    return "".join([*pieces, _plain(text[at:])]).strip()


def _plain(text: str) -> str:
    text = _LINK_OR_STRESS.sub(_held, _HEADING.sub("", _IMAGE.sub("", text)))
    return _ESCAPE.sub(r"\1", _TAG.sub("", _AUTOLINK.sub(r"\1", _OTHER_STRESS.sub(_held, text))))


def _held(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None)
