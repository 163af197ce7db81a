"""A review packet as one HTML file that works from disk and loads nothing."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from pathlib import Path
from string import Template

from workbench.workspace.reviews.packets.packet import Packet

_HERE = Path(__file__).parent


def packet_html(packet: Packet, guidelines: str | None) -> str:
    """The whole page. Its own script and style are let in by their hashes, and nothing else: no request, no markup.

    All text of others is in one block of data, which the script shows as text.
    """
    style, script = _source("css"), _source("js")
    data = _inert_json(packet.document(guidelines))
    return Template(_source("html")).substitute(
        policy=_policy(style, script),
        digest=hashlib.sha256(data.encode("ascii")).hexdigest(),
        style=style,
        script=script,
        data=data,
    )


def _source(ending: str) -> str:
    return (_HERE / f"page.{ending}").read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src 'sha256-{_hash(style)}'; script-src 'sha256-{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _inert_json(document: object) -> str:
    """JSON without a character that could end the block of data or be changed on the way: plain ASCII, no markup."""
    text = json.dumps(document, allow_nan=False, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
