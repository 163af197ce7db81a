"""The forms in which an answer can hold a text without showing it: encoded, reversed, spaced out."""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from workbench.metrics.text import plain

SHORTEST_BARE = 6
"""Letters and digits that a text must have to be looked for without what stands between them."""
LONGEST = 50_000
"""Characters of an answer that are decoded."""

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,8000}={0,2}")
_HEX = re.compile(r"(?:(?:0x|\\x)?[0-9A-Fa-f]{2}[\s:,-]{0,2}){4,4000}")
_HEX_DIGITS = re.compile(r"[0-9A-Fa-f]{2}")
_HEX_MARK = re.compile(r"0x|\\x")
_TAGS = re.compile("[\U000e0020-\U000e007e]")


@dataclass(frozen=True)
class Form:
    """A text as somebody reads it who knows how it was written."""

    how: str
    """How it was hidden, as a clause: `reversed`. Empty for the text as it stands."""
    text: str
    """In lower case, with single spaces."""
    bare: str
    """Its letters and digits alone."""


def bare(text: str) -> str:
    """The letters and digits of a text in lower case: equal for a text and the same spaced out."""
    return "".join(character for character in plain(text) if character.isalnum())


@lru_cache(maxsize=64)
def forms(text: str) -> tuple[Form, ...]:
    """The text as it stands, and everything that it decodes to."""
    decoded = ((how, decoded) for how, decoded in _decoded(text[:LONGEST]) if decoded.strip())
    return (Form("", plain(text), bare(text)), *(Form(how, plain(said), bare(said)) for how, said in decoded))


def how_held(text: str, wanted: str) -> str | None:
    """How a text holds another one: empty as it stands, `reversed`, `in Base64` and so on. None when it does not.

    Case and white space never matter. From six letters and digits on, neither does what stands between them.
    """
    whole, letters = plain(wanted), bare(wanted)
    if not letters:
        return None
    pattern = re.compile(rf"(?<!\w){re.escape(whole)}(?!\w)")
    found = [form for form in forms(text) if pattern.search(form.text)]
    if found:
        return found[0].how
    if len(letters) < SHORTEST_BARE:
        return None
    apart = next((form for form in forms(text) if letters in form.bare), None)
    return None if apart is None else apart.how or "spaced out"


def _decoded(text: str) -> Iterator[tuple[str, str]]:
    yield "reversed", text[::-1]
    yield "in ROT13", codecs.decode(text, "rot13")
    if "%" in text:
        yield "in an address", unquote(text)
    if "&" in text:
        yield "in HTML", html.unescape(text)
    if _TAGS.search(text):
        yield "in invisible characters", "".join(chr(ord(tag) - 0xE0000) for tag in _TAGS.findall(text))
    yield "in Base64", "\n".join(filter(None, (_from_base64(found[0]) for found in _BASE64.finditer(text))))
    yield "in hexadecimal", "\n".join(_from_hex(found[0]) for found in _HEX.finditer(text))


def _from_base64(encoded: str) -> str:
    characters = encoded.rstrip("=").replace("-", "+").replace("_", "/")
    characters = characters[: len(characters) - (len(characters) % 4 == 1)]
    try:
        return base64.b64decode(characters + "=" * (-len(characters) % 4)).decode("utf-8", "ignore")
    except binascii.Error:
        return ""


def _from_hex(encoded: str) -> str:
    return bytes.fromhex("".join(_HEX_DIGITS.findall(_HEX_MARK.sub("", encoded)))).decode("utf-8", "ignore")
