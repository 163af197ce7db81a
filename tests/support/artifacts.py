"""Artifacts made by hand, and exported folders in the state that a test is about."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import yaml

from tests.support.builders import a_content
from workbench.domain.environment import EnvironmentStep
from workbench.domain.prompt import PromptFile
from workbench.domain.release import Artifact, Evidence, Release, SignOff
from workbench.formats import prompt_yaml
from workbench.hashing import bytes_hash

AT = datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001 (naive UTC, as everywhere)


def a_step(version="1.0.0", environment="dev", prompt="support", kind="approved", length=0):
    return EnvironmentStep(prompt, environment, version, kind, "ben", AT, audit_length=length, audit_head="sha256:1")


def steps_to(version, prompt="support"):
    """How releases 1.0.0 to this one came to dev, each when it was approved."""
    return tuple(a_step(f"1.{number}.0", prompt=prompt) for number in range(int(version.split(".")[1]) + 1))


def make_artifact(version="1.0.0", prompt="support", user="{{question}}", fields=None, steps=None, **document):
    content = a_content(user, **(fields or {}))
    release = Release(
        prompt=prompt,
        number=1,
        version=version,
        approver="ben",
        self_approved=False,
        note="good",
        evidence=Evidence(content.hash, run="r1", audit_head="sha256:1", audit_length=7),
        created_at=AT,
        document=document,
        approvals=(SignOff("ben", AT, "good"),),
        changelog="why",
    )
    text = prompt_yaml.write(PromptFile(prompt, content))
    return Artifact(release, text, content.hash, {"run": "r1"}, steps or steps_to(version, prompt))


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
