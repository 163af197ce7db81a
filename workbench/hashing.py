"""Content identity: canonical JSON and tagged SHA-256."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

TAG = "sha256:"
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def plain(value: Any) -> Any:
    """Reduce dataclasses, mappings, sequences and sets to JSON's own types.

    Mapping keys become strings; sets become sorted lists; tuples become lists. NaN, infinities and values of
    other types raise TypeError: they have no canonical form.
    """
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise TypeError(f"{value!r} has no canonical form")
        return value
    if hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        from dataclasses import fields  # whoever only proves a file need not wait for it

        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, AbstractSet):
        return sorted(plain(item) for item in value)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        return [plain(item) for item in value]
    raise TypeError(f"a {type(value).__name__} has no canonical form")


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces: equal content gives equal text, whatever the order of keys.

    Text is kept as it is (no Unicode normalisation): two prompts that differ in one code point differ.
    """
    return _canonical.encode(plain(value))


def content_hash(value: Any) -> str:
    """The tagged hash, `sha256:` and 64 hex digits, of a value's canonical JSON."""
    return TAG + hashlib.sha256(canonical_json(value).encode("utf-8", "surrogatepass")).hexdigest()


def bytes_hash(data: bytes | memoryview) -> str:
    """The tagged hash of bytes, as for a file."""
    return TAG + hashlib.sha256(data).hexdigest()


def short(tagged: str, digits: int = 12) -> str:
    """The first hex digits of a tagged hash, for people to read and for folder names."""
    return tagged.removeprefix(TAG)[:digits]
