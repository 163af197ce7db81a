"""Where an artifact's files lie and what is in them: the same release, the same bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import yaml

from workbench.errors import InputError
from workbench.hashing import plain

if TYPE_CHECKING:
    from workbench.domain.release import Artifact, SignOff

SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def folder(prompt: str) -> str:
    """The prompt's folder inside the repository folder. Raises InputError for a name that is no file name."""
    if not SAFE_NAME.fullmatch(prompt) or ".." in prompt:
        raise InputError(
            f"{prompt!r} cannot be a folder's name.", hint="Use letters, digits, '.', '-' and '_' in the prompt's name."
        )
    return f"prompts/{prompt}"


def prompt_path(prompt: str, version: str) -> str:
    """The released prompt file; never changed."""
    return f"{folder(prompt)}/versions/{version}.prompt.yaml"


def evidence_path(prompt: str, version: str) -> str:
    """What the approval rests on; never changed."""
    return f"{folder(prompt)}/versions/{version}.evidence.json"


def dataset_path(prompt: str, version: str) -> str:
    """The golden set that the approval rests on, where it was wanted; never changed."""
    return f"{folder(prompt)}/versions/{version}.dataset.jsonl"


def environments_path(prompt: str) -> str:
    """Which release stands in which environment, with history: the only file that changes."""
    return f"{folder(prompt)}/environments.yaml"


def manifest_path(prompt: str) -> str:
    """The hash of every other file."""
    return f"{folder(prompt)}/manifest.json"


def immutable_files(artifact: Artifact) -> dict[str, bytes]:
    """The files of a release that never change, by path."""
    prompt, version = artifact.release.prompt, artifact.release.version
    made = {
        prompt_path(prompt, version): prompt_bytes(artifact),
        evidence_path(prompt, version): evidence_bytes(artifact),
    }
    if artifact.dataset_text is not None:
        made[dataset_path(prompt, version)] = artifact.dataset_text.encode()
    return made


def prompt_bytes(artifact: Artifact) -> bytes:
    """The prompt file with `version`, `status` and `evaluation` after its own fields."""
    extra = {"version": artifact.release.version, "status": "approved", "evaluation": plain(artifact.evaluation)}
    return (artifact.prompt_text.rstrip("\n") + "\n" + _yaml(extra)).encode()


def evidence_bytes(artifact: Artifact) -> bytes:
    """The evidence document."""
    release = artifact.release
    hashes: dict[str, Any] = plain(release.evidence)
    document = {
        "schema": 2,
        "prompt": {"name": release.prompt, "number": release.number, "version": release.version},
        "changelog": release.changelog,
        "audit": {"head": hashes.pop("audit_head"), "length": hashes.pop("audit_length")},
        "hashes": hashes,
        "approvals": [_approval(signed) for signed in release.approvals],
        "self_approved": release.self_approved,
        **{key: value for key, value in release.document.items() if key != "evaluation"},
    }
    return _json(document)


def _approval(signed: SignOff) -> dict[str, Any]:
    return {
        "approver": signed.by,
        "at": signed.at.isoformat(timespec="seconds") + "Z",
        "note": signed.note,
        **({"override": signed.override} if signed.override else {}),
        **({"without_run": signed.without_run} if signed.without_run else {}),
    }


def environments_bytes(current: Mapping[str, Any]) -> bytes:
    """The environments file."""
    return _yaml(plain(current)).encode()


def manifest_bytes(files: Mapping[str, str]) -> bytes:
    """The manifest of some files: path inside the prompt's folder to tagged hash."""
    return _json({"schema": 1, "files": files})


def manifest_files(data: bytes) -> dict[str, str]:
    """What a manifest lists. Raises ValueError when it is none."""
    manifest = json.loads(data)
    files = manifest.get("files") if isinstance(manifest, dict) else None
    if not isinstance(files, dict) or not all(isinstance(digest, str) for digest in files.values()):
        raise ValueError("it lists no files")
    return files


def _yaml(value: Any) -> str:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=110)


def _json(value: Any) -> bytes:
    text = json.dumps(plain(value), indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode()
