"""What is known of the files of an index, kept beside it so that asking whether they changed reads none of them.

Nothing is lost with it: without it the files are read again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from workbench import __version__
from workbench.domain.index import IndexInfo
from workbench.errors import InputError
from workbench.hashing import short
from workbench.whole_files import write_whole

if TYPE_CHECKING:
    from workbench.retrieval.file_facts import FileFact

FOLDER = "sources"
_REMEMBERED = 4


def known(state: Path, info: IndexInfo) -> Mapping[str, FileFact]:
    """The facts by path; empty when there are none, or another program read the files, or otherwise."""
    file = _file(state, info)
    try:
        found = file.stat()
    except OSError:
        return {}
    return _read(file, found.st_mtime_ns, found.st_size, info.reading.text_column)


def keep(state: Path, info: IndexInfo, facts: Mapping[str, FileFact]) -> None:
    """Replace what is known. A disk that refuses it costs time only."""
    files = {
        path: [list(fact.stamp), [[one.name, one.text, one.metadata] for one in fact.documents]]
        for path, fact in facts.items()
    }
    content = {"program": __version__, "text_column": info.reading.text_column, "files": files}
    with suppress(InputError):
        write_whole(_file(state, info), json.dumps(content).encode())


def _file(state: Path, info: IndexInfo) -> Path:
    return state / FOLDER / f"{short(info.fingerprint)}.json"


@lru_cache(maxsize=_REMEMBERED)
def _read(file: Path, _mtime_ns: int, _size: int, text_column: str | None) -> Mapping[str, FileFact]:
    from workbench.retrieval.file_facts import DocumentFact, FileFact

    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        if (content["program"], content["text_column"]) != (__version__, text_column):
            return {}
        return {
            path: FileFact((size, mtime, ctime), tuple(DocumentFact(*one) for one in documents))
            for path, ((size, mtime, ctime), documents) in content["files"].items()
        }
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}
