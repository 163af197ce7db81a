"""The archive's own format: a zip with a list of its members and their hashes, read as if an enemy had made it."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from workbench.errors import InputError, IntegrityError
from workbench.hashing import TAG
from workbench.whole_files import unwritable

LIST = "archive.json"
STORE = "workbench.duckdb"
SETTINGS = "workbench.toml"
FOLDERS = ("uploads", "sources")
"""Folders of the state directory that hold what exists nowhere else."""
FORMAT = 1

MOST_MEMBERS = 20_000
MOST_LIST_BYTES = 16 * 2**20
HARMLESS_BYTES = 64 * 2**20
MOST_SQUEEZED = 300
"""So many times its packed size a large member may be; DuckDB's files come to about 20."""
_BLOCK = 2**20
_UNSAFE = re.compile(r'[\\:*?"<>|\x00-\x1f\x7f]')
_LONGEST_NAME = 500
_UNPACKING = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    struct.error,
    OSError,
)
"""What the library may raise for a zip whose parts do not fit together."""


@dataclass(frozen=True)
class ArchiveList:
    """What an archive says of itself."""

    project: str
    program: str
    """The version of the program that made it."""
    made_at: str
    members: Mapping[str, tuple[str, int]]
    """Name to tagged hash and number of bytes."""


def write(file: Path, about: Mapping[str, Any], members: Mapping[str, Path]) -> ArchiveList:
    """Pack files under their names. The archive appears under its name when it is complete, or not at all."""
    beside = file.with_name(f".{file.name}.unfinished")
    listed: dict[str, dict[str, Any]] = {}
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
            for name, source in members.items():
                listed[name] = _pack(packed, name, source)
            packed.writestr(LIST, json.dumps({"format": FORMAT, **about, "members": listed}, indent=1))
        with beside.open("rb+") as written:
            os.fsync(written.fileno())
        beside.replace(file)
    except OSError as error:
        raise unwritable(file, error) from error
    finally:
        beside.unlink(missing_ok=True)
    return _list_of({"format": FORMAT, **about, "members": listed}, file)


def _pack(packed: zipfile.ZipFile, name: str, source: Path) -> dict[str, Any]:
    digest, size = sha256(), 0
    member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    member.compress_type = zipfile.ZIP_DEFLATED
    with source.open("rb") as read, packed.open(member, "w", force_zip64=True) as into:
        while block := read.read(_BLOCK):
            digest.update(block)
            size += len(block)
            into.write(block)
    return {"sha256": TAG + digest.hexdigest(), "bytes": size}


class ArchiveFile:
    """An archive that was opened and looked through: its members are those of its list, and none is hostile."""

    def __init__(self, file: Path, packed: zipfile.ZipFile) -> None:
        self.file = file
        self._packed = packed
        self._infos = self._looked_through()
        self.list = self._read_list()

    def extract(self, name: str, target: Path) -> None:
        """Write a member to a file. Raises IntegrityError when it is not what the list says."""
        expected, size = self.list.members[name]
        digest, read = sha256(), 0
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as into:
                for block in self._blocks(name):
                    digest.update(block)
                    read += len(block)
                    into.write(block)
                into.flush()
                os.fsync(into.fileno())
        except OSError as error:
            raise unwritable(target, error) from error
        if read != size or TAG + digest.hexdigest() != expected:
            raise self._damaged(f"{name} is not what the archive's list says")

    def _blocks(self, name: str) -> Iterator[bytes]:
        """A member's content, a piece at a time. Raises IntegrityError where it cannot be unpacked."""
        try:
            with self._packed.open(self._infos[name]) as source:
                while block := source.read(_BLOCK):
                    yield block
        except _UNPACKING as error:
            raise self._damaged(f"{name} cannot be unpacked") from error

    def require_room(self, directory: Path) -> None:
        """Raise InputError when the disk has no room for everything that is in it."""
        needed, free = sum(info.file_size for info in self._infos.values()), shutil.disk_usage(directory).free
        if needed > free:
            raise InputError(
                f"{self.file} unpacks to {needed // 2**20:,} MB, and {directory} has {free // 2**20:,} MB left.",
                hint="Free some space and try again.",
            )

    def _looked_through(self) -> Mapping[str, zipfile.ZipInfo]:
        infos = self._packed.infolist()
        if len(infos) > MOST_MEMBERS:
            raise self._hostile(f"it has {len(infos):,} members")
        for info in infos:
            if not _safe(info.filename):
                raise self._hostile(f"a member is called {info.filename[:80]!r}")
            if stat.S_ISLNK(info.external_attr >> 16):
                raise self._hostile(f"{info.filename} is a link")
            if info.flag_bits & 1 or info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                raise self._hostile(f"{info.filename} is packed in a way that is not read")
            if info.file_size > max(HARMLESS_BYTES, MOST_SQUEEZED * info.compress_size):
                raise self._hostile(f"{info.filename} would unpack to {info.file_size:,} bytes")
        named = {info.filename: info for info in infos}
        if len(named) != len(infos):
            raise self._hostile("a member is there twice")
        return named

    def _read_list(self) -> ArchiveList:
        info = self._infos.get(LIST)
        if info is None:
            raise _no_archive(self.file)
        if info.file_size > MOST_LIST_BYTES:
            raise self._hostile(f"its list has {info.file_size:,} bytes")
        try:
            document = json.loads(b"".join(self._blocks(LIST)))
        except (ValueError, RecursionError) as error:
            raise self._damaged(f"{LIST} cannot be read") from error
        found = _list_of(document, self.file)
        if set(found.members) != set(self._infos) - {LIST}:
            raise self._damaged("its members are not those of its list")
        return found

    def _damaged(self, what: str) -> IntegrityError:
        return IntegrityError(f"{self.file} is damaged: {what}. Nothing was restored.", hint="Take another archive.")

    def _hostile(self, what: str) -> IntegrityError:
        return IntegrityError(
            f"{self.file} is not one of `workbench archive`: {what}. Nothing was restored.",
            hint="Take another archive.",
        )


@contextmanager
def opened(file: Path) -> Iterator[ArchiveFile]:
    """An archive, looked through. Raises InputError for what is none, IntegrityError for a damaged or hostile one."""
    try:
        packed = zipfile.ZipFile(file)
    except FileNotFoundError as error:
        raise InputError(f"There is no file {str(file)!r}.", hint="Check the path.") from error
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}.") from error
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
        raise _no_archive(file) from error
    with packed:
        yield ArchiveFile(file, packed)


def _safe(name: str) -> bool:
    """Whether a member is one that an archive has: a file of the project's own, or one inside the kept folders."""
    if name in {LIST, STORE, SETTINGS}:
        return True
    path = PurePosixPath(name)
    return (
        len(name) <= _LONGEST_NAME
        and len(path.parts) > 1
        and path.parts[0] in FOLDERS
        and path.as_posix() == name
        and ".." not in path.parts
        and not _UNSAFE.search(name)
    )


def _list_of(document: Any, file: Path) -> ArchiveList:
    if not isinstance(document, dict) or not isinstance(document.get("members"), dict):
        raise _no_archive(file)
    if document.get("format") != FORMAT:
        raise InputError(f"{file} was made by a newer version of this program.", hint="Update the program.")
    members = {}
    for name, member in document["members"].items():
        digest, size = (member.get("sha256"), member.get("bytes")) if isinstance(member, dict) else (None, None)
        if not isinstance(digest, str) or not isinstance(size, int):
            raise _no_archive(file)
        members[name] = (digest, size)
    said = {key: str(document.get(key, "")) for key in ("project", "program", "made_at")}
    return ArchiveList(members=members, **said)


def _no_archive(file: Path) -> InputError:
    return InputError(f"{file} is no archive.", hint="`workbench archive FILE` makes one.")
