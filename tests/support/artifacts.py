"""Artifacts made by hand, and exported folders in the state that a test is about."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import yaml

from tests.support.builders import a_content
from workbench.domain.prompt import PromptFile
from workbench.domain.release import Artifact, Evidence, Release
from workbench.formats import prompt_yaml
from workbench.hashing import bytes_hash


def make_artifact(version="1.0.0", prompt="support", user="{{question}}", fields=None, **document):
    content = a_content(user, **(fields or {}))
    release = Release(
        prompt=prompt,
        number=1,
        version=version,
        approver="ben",
        self_approved=False,
        note="good",
        evidence=Evidence(content.hash, run="r1"),
        created_at=datetime(2026, 1, 2, 3, 4, 5),  # noqa: DTZ001 (naive UTC, as everywhere)
        document=document,
    )
    return Artifact(release, prompt_yaml.write(PromptFile(prompt, content)), content.hash, {"run": "r1"})


def stand(directory: Path, prompt: str, **versions: str | None) -> None:
    """Put releases into environments, in the file and in its manifest, as a promotion does."""
    folder = directory / "prompts" / prompt
    file, manifest = folder / "environments.yaml", folder / "manifest.json"
    current = yaml.safe_load(file.read_text())
    current["environments"].update(versions)
    file.write_text(yaml.safe_dump(current, sort_keys=False))
    listed = json.loads(manifest.read_text())
    listed["files"]["environments.yaml"] = bytes_hash(file.read_bytes())
    manifest.write_text(json.dumps(listed))
