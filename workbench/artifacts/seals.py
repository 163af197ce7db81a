"""What exported files say of the audit log: how long it was at an approval or promotion, and where it ended."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from workbench.artifacts import environments
from workbench.artifacts.verify import EVIDENCE
from workbench.domain.audit import Seal


def seals(directory: Path) -> Iterator[Seal]:
    """The seals in every readable file below `directory/prompts`. What cannot be read seals nothing."""
    for file in sorted((directory / "prompts").glob(f"*/versions/*{EVIDENCE}")):
        try:
            said = json.loads(file.read_bytes())
        except (OSError, ValueError):
            continue
        audit = said.get("audit") if isinstance(said, Mapping) else None
        yield from _seal(audit, file.parent.parent.name, file.name.removesuffix(EVIDENCE), str(file))
    for file in sorted((directory / "prompts").glob("*/environments.yaml")):
        try:
            history = environments.read(file.read_bytes()).history
        except (OSError, ValueError):
            continue
        for step in history:
            yield from _seal(step.get("audit"), file.parent.name, str(step.get("version")), str(file))


def _seal(audit: Any, prompt: str, version: str, place: str) -> Iterator[Seal]:
    if not isinstance(audit, Mapping):
        return
    length, head = audit.get("length"), audit.get("head")
    if isinstance(length, int) and length > 0 and isinstance(head, str):
        yield Seal(length, head, prompt, version, place)
