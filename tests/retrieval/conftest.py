"""Helpers shared by the tests of retrieval."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from workbench.domain.index import Document, IndexInfo, IndexSettings, Section
from workbench.hashing import bytes_hash
from workbench.retrieval.index import build

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """An empty folder for documents."""
    folder = tmp_path / "docs"
    folder.mkdir()
    return folder


@pytest.fixture
def write(docs: Path) -> Write:
    """Write a file below `docs`."""

    def write_file(name: str, content: str | bytes) -> Path:
        path = docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


@pytest.fixture
def document() -> Callable[..., Document]:
    """Make a document of one section."""

    def make(text: str, name: str = "a.md", metadata: Mapping[str, Any] | None = None) -> Document:
        text_hash = bytes_hash(text.encode("utf-8", "surrogatepass"))
        return Document(name, text, (Section(0, len(text)),), text_hash, metadata or {})

    return make


@pytest.fixture
def build_index(tmp_path: Path) -> Callable[..., tuple[Path, IndexInfo]]:
    """Build an index of texts by name; returns its root and info."""

    def make(texts: dict[str, str], settings: IndexSettings | None = None) -> tuple[Path, IndexInfo]:
        documents = [
            Document(name, text, (Section(0, len(text)),), bytes_hash(text.encode())) for name, text in texts.items()
        ]
        root = tmp_path / "index"
        return root, build(
            root, "handbook", documents, settings or IndexSettings(), now=datetime.fromisoformat("2026-11-21")
        )

    return make


@pytest.fixture
def build_from(tmp_path: Path) -> Callable[[Sequence[Document]], tuple[Path, IndexInfo]]:
    """Build an index of documents; returns its root and info."""

    def make(documents: Sequence[Document]) -> tuple[Path, IndexInfo]:
        root, now = tmp_path / "index", datetime.fromisoformat("2026-11-21")
        return root, build(root, "handbook", documents, IndexSettings(), now=now)

    return make


@pytest.fixture
def make_pdf() -> Callable[[Sequence[str]], bytes]:
    """A PDF of one page per text, written by hand; an empty text is a page without any."""
    return _pdf


def _pdf(pages: Sequence[str]) -> bytes:
    count = len(pages)
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(count))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, text in enumerate(pages):
        stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET" if text else ""
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * number} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    body = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()
