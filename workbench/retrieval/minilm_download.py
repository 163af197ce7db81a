"""Fetching the file of `chroma/minilm`, after a person agreed."""

from __future__ import annotations

import hashlib
import http.client
import os
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from workbench.errors import IntegrityError, StoreError, UnavailableError
from workbench.retrieval import minilm

OnBytes = Callable[[int, int | None], None]
"""Called with the bytes that are there and those in all; None when the server did not say."""

_TIMEOUT_S = 30.0
_PIECE = 2**18
_MOST = 2**28
"""Bytes; three times the file."""


def address() -> str:
    """Where Chroma publishes the file."""
    from chromadb.utils.embedding_functions.onnx_mini_lm_l6_v2 import ONNXMiniLM_L6_V2

    return str(ONNXMiniLM_L6_V2.MODEL_DOWNLOAD_URL)


def fetch(to: Path, on_bytes: OnBytes | None = None, *, url: str | None = None, sha256: str | None = None) -> None:
    """Fetch the archive, check it, and put it in place at once; a file that is right already is left alone.

    Raises UnavailableError where it cannot be had, IntegrityError when what came is not the known file, StoreError
    when the disk fails. Nothing is left behind then.
    """
    source, known = url or address(), sha256 or minilm.SHA256
    if to.is_file() and _digest(to) == known:
        return
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=to.parent, prefix=f".{to.name}-")
        os.close(descriptor)
    except OSError as error:
        raise StoreError(f"{str(to.parent)!r} cannot be written: {error}.") from error
    part = Path(name)
    try:
        if _receive(source, part, on_bytes or (lambda _done, _all: None)) != known:
            raise IntegrityError(
                f"What {urlsplit(source).hostname} sent is not the known file of {minilm.NAME}; it was thrown away.",
                hint="Try again; if it stays, something stands between this machine and that server.",
            )
        part.replace(to)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _receive(source: str, part: Path, on_bytes: OnBytes) -> str:
    """Write what the server sends into a file; returns its hash."""
    digest, received = hashlib.sha256(), 0
    try:
        with urllib.request.urlopen(source, timeout=_TIMEOUT_S) as answer, part.open("wb") as file:  # noqa: S310
            length = answer.headers.get("Content-Length", "")
            expected = int(length) if length.isdecimal() else None
            while piece := answer.read(_PIECE):
                received += len(piece)
                if received > _MOST:
                    raise IntegrityError(f"What {urlsplit(source).hostname} sent is far larger than {minilm.SIZE}.")
                digest.update(piece)
                file.write(piece)
                on_bytes(received, expected)
            _require_whole(received, expected)
    except (OSError, http.client.HTTPException, ValueError) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        raise UnavailableError(
            f"The file of {minilm.NAME} could not be fetched from {urlsplit(source).hostname}: {error}.",
            hint=f"Copy {minilm.ARCHIVE} from a machine with a network, and name its folder in {minilm.VARIABLE}.",
        ) from error
    return digest.hexdigest()


def _require_whole(received: int, expected: int | None) -> None:
    if expected is not None and received < expected:
        raise OSError(f"the connection broke off after {received:,} of {expected:,} bytes")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
