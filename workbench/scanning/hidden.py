"""Text that a model reads and a person does not see: invisible characters, comments, hidden styles, Base64."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from workbench.scanning.instructions import commands
from workbench.scanning.places import Place, Rule

# Characters that spell text in a second, invisible alphabet. A flag's emoji holds up to six of them.
_TAGS = re.compile(
    "(?<![\U0001f3f4\U000e0000-\U000e007f])[\U000e0000-\U000e007f]{1,9999}|[\U000e0000-\U000e007f]{8,9999}"
)
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,9999}")
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060-\u2064\ufeff\u00ad\u180e"
_NOTHING_SEEN = re.compile(f"[{_ZERO_WIDTH}]{{4,9999}}")
_UNSEEN = re.compile(f"[{_ZERO_WIDTH}\ufe00-\ufe0f\U000e0000-\U000e01ef]")
_WITHIN_WORD = re.compile(f"(?<=[A-Za-z])[{_ZERO_WIDTH}]{{1,8}}(?=[A-Za-z])")
_INVISIBLE = re.compile(f"[{_ZERO_WIDTH}\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
_LETTER_BY_LETTER = re.compile(f"(?:[\\w -][{_ZERO_WIDTH}]{{1,4}}){{6,2000}}")
_OVERRIDES = re.compile("[\u202d\u202e][^\u202c\n]{1,500}")

_COMMENT = re.compile(r"<!--")
_COMMENT_END = re.compile(r"--!?>")
_LONGEST_COMMENT = 4_000
_HIDDEN_STYLE = re.compile(
    r"<[a-z][a-z0-9]{0,15}\b[^<>]{0,200}?\bstyle\s{0,3}=\s{0,3}[\"'][^\"'<>]{0,200}?"
    r"(?:display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden|font-size\s{0,3}:\s{0,3}[01](?:px|pt|em|%)?\s{0,3}[;\"']"
    r"|opacity\s{0,3}:\s{0,3}0(?:\.0\d?)?\s{0,3}[;\"']|(?<!-)color\s{0,3}:\s{0,3}(?:white|#fff(?:fff)?|transparent)\b)"
    r"[^<>]{0,200}>",
    re.IGNORECASE,
)
_SEEN_UNTIL = 600
"""Characters behind a hidden element's beginning that are taken for its text."""
_TAG = re.compile(r"<[^<>]{0,400}>")

# Words of one who tells a reader of the page's source, not of the page, what to do or say.
_TELLING = re.compile(
    r"\b(?:say|state|print|output|respond|reply|answer|tell|repeat|ignor\w{0,4}|disregard|reveal|recommend|always|never|must"
    r"|user|reader|assistant|model|ai|llm|instructions?|prompt|password|account|click|follow this link|do not"
    r"|declara|responde|indica|répondez|antworte\w{0,2}|sage?n?)\b",
    re.IGNORECASE,
)
_TELLING_WORDS = 3

_BASE64 = re.compile(r"(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/]{24,8000}+={0,2}(?![A-Za-z0-9+/_-])")
_LETTERS = 0.75
"""The least share of letters and spaces in what decodes to a text."""


def invisible_text(text: str) -> Iterator[Place]:
    """Runs of characters that are not shown at all."""
    if text.isascii() or not _UNSEEN.search(text):
        return
    for pattern in (_TAGS, _SELECTORS, _NOTHING_SEEN, _LETTER_BY_LETTER):
        for found in pattern.finditer(text):
            yield Place(*found.span(), _spelled(found[0]))


def parted_words(text: str) -> Iterator[Place]:
    """Commands that show once invisible characters are taken out of their words."""
    if text.isascii() or not _WITHIN_WORD.search(text):
        return
    for line in re.finditer(r"[^\n]{1,2000}", text):
        if _WITHIN_WORD.search(line[0]) and commands(_INVISIBLE.sub("", line[0])) and not commands(line[0]):
            yield Place(*line.span(), _INVISIBLE.sub("", line[0]))


def turned_text(text: str) -> Iterator[Place]:
    """Text that is shown in another order than it is read."""
    if text.isascii():
        return
    for found in _OVERRIDES.finditer(text):
        yield Place(*found.span(), _INVISIBLE.sub("", found[0]))


def comments(text: str) -> Iterator[Place]:
    """Comments of HTML and Markdown that tell somebody what to say or do."""
    position = 0
    while (begins := _COMMENT.search(text, position)) is not None:
        ends = _COMMENT_END.search(text, begins.end(), begins.end() + _LONGEST_COMMENT)
        stop = ends.start() if ends else min(len(text), begins.end() + _LONGEST_COMMENT)
        position = max(stop, begins.end())
        if _tells(text[begins.end() : stop]):
            yield Place(begins.start(), ends.end() if ends else stop)


def hidden_elements(text: str) -> Iterator[Place]:
    """Elements with text that their style hides."""
    if "style" not in text:
        return
    for found in _HIDDEN_STYLE.finditer(text):
        inside = text[found.end() : found.end() + _SEEN_UNTIL].partition("</")[0]
        if len(_TAG.sub(" ", inside).split()) > 2:
            yield Place(found.start(), found.end() + len(inside), inside)


def encoded_commands(text: str) -> Iterator[Place]:
    """Base64 that decodes to a command."""
    for found in _BASE64.finditer(text):
        decoded = _decoded(found[0])
        if decoded is not None and (commands(decoded) or _tells(decoded)):
            yield Place(*found.span(), decoded)


def _tells(text: str) -> bool:
    return commands(text) or len({word.lower() for word in _TELLING.findall(text)}) >= _TELLING_WORDS


def _decoded(encoded: str) -> str | None:
    whole = encoded.rstrip("=")
    try:
        decoded = base64.b64decode(whole + "=" * (-len(whole) % 4), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None
    readable = sum(character.isalpha() or character.isspace() for character in decoded)
    return decoded if readable >= _LETTERS * len(decoded) else None


def _spelled(hidden: str) -> str:
    """What invisible characters spell, where they stand for visible ones."""
    letters = "".join(chr(ord(character) - 0xE0000) for character in hidden if 0xE0020 <= ord(character) <= 0xE007E)
    return letters or _INVISIBLE.sub("", hidden) or f"{len(hidden)} invisible characters"


RULES = (
    Rule("instruction", "invisible characters", "high", invisible_text),
    Rule("instruction", "command parted by invisible characters", "high", parted_words),
    Rule("instruction", "text that is shown in another order", "medium", turned_text),
    Rule("instruction", "comment that tells what to say", "medium", comments),
    Rule("instruction", "text hidden by its style", "medium", hidden_elements),
    Rule("instruction", "encoded command", "high", encoded_commands),
)
