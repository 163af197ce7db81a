"""A real ONNX model of a few numbers, in an archive as that of `chroma/minilm`: each word has a vector of its own.

The model is one Gather over a table, written in the wire format of protocol buffers, because no library for writing
ONNX is among those that are installed.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import struct
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

WORDS: Mapping[str, Sequence[float]] = {
    "[UNK]": (0.0, 0.0, 0.0, 1.0),
    "books": (1.0, 0.0, 0.0, 0.0),
    "novels": (0.9, 0.1, 0.0, 0.0),
    "films": (0.0, 1.0, 0.0, 0.0),
    "rooms": (0.0, 0.0, 1.0, 0.0),
}
_FLOAT, _INT64 = 1, 7
INPUTS = ("input_ids", "attention_mask", "token_type_ids")


def write_archive(folder: Path, *, leave_out: str = "") -> str:
    """Write `onnx.tar.gz` into a folder; returns its sha256. `leave_out` names a member that is not put in."""
    packed = archive_bytes(leave_out=leave_out)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "onnx.tar.gz").write_bytes(packed)
    return hashlib.sha256(packed).hexdigest()


def archive_bytes(*, leave_out: str = "") -> bytes:
    members = {"onnx/model.onnx": _model(), "onnx/tokenizer.json": _tokenizer(), "onnx/config.json": b"{}"}
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in members.items():
            if name != leave_out:
                member = tarfile.TarInfo(name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=0)


def _tokenizer() -> bytes:
    vocabulary = {word: number for number, word in enumerate(WORDS)}
    return json.dumps(
        {
            "version": "1.0",
            "added_tokens": [],
            "normalizer": {"type": "Lowercase"},
            "pre_tokenizer": {"type": "Whitespace"},
            "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"},
        }
    ).encode()


def _model() -> bytes:
    table = b"".join(struct.pack("<4f", *row) for row in WORDS.values())
    shape = b"".join(_number(1, size) for size in (len(WORDS), 4))
    tensor = shape + _number(2, _FLOAT) + _text(8, "table") + _bytes(9, table)
    node = _text(1, "table") + _text(1, "input_ids") + _text(2, "last_hidden_state") + _text(4, "Gather")
    graph = _bytes(1, node) + _text(2, "tiny") + _bytes(5, tensor)
    graph += b"".join(_bytes(11, _value(name, _INT64, 2)) for name in INPUTS)
    graph += _bytes(12, _value("last_hidden_state", _FLOAT, 3))
    return _number(1, 8) + _bytes(7, graph) + _bytes(8, _text(1, "") + _number(2, 13))


def _value(name: str, kind: int, dimensions: int) -> bytes:
    """A named tensor of any size in so many dimensions."""
    shape = b"".join(_bytes(1, _text(2, f"{name}-{at}")) for at in range(dimensions))
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, kind) + _bytes(2, shape)))


def _varint(value: int) -> bytes:
    parts = []
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())
