"""Artifacts made by hand, to be written and proven."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.support.builders import a_content
from workbench.domain.prompt import PromptFile
from workbench.domain.release import Artifact, Evidence, Release
from workbench.formats import prompt_yaml


def make_artifact(version="1.0.0", prompt="support", user="{{question}}", **document):
    content = a_content(user)
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


@pytest.fixture
def artifact():
    """Make an artifact with the parts that a test is about."""
    return make_artifact
