"""Projects with gates, and evidence of them as exported files."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.support.projects import CAREFUL, PLAIN, TOML, jsonl, open_project, rows
from workbench import Workbench
from workbench.hashing import bytes_hash

GATE = '[gates.release]\nrules = [{ metric = "correct", at_least = 0.5 }]\n'


def gated_project(directory: Path, gates: str = GATE, golden: Sequence[dict[str, Any]] | None = None) -> Workbench:
    """A project with two prompt versions, a golden set of 20 rows unless others are given, and gates."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "workbench.toml").write_text(f"{TOML}\n{gates}", encoding="utf-8")
    (directory / "plain.prompt.yaml").write_text(PLAIN)
    (directory / "careful.prompt.yaml").write_text(CAREFUL)
    (directory / "golden.jsonl").write_text(jsonl(rows(20) if golden is None else list(golden)))
    wb = open_project(directory)
    wb.prompts.add_all([wb.root / "plain.prompt.yaml", wb.root / "careful.prompt.yaml"])
    wb.datasets.add(wb.root / "golden.jsonl", name="golden")
    return wb


def regated(wb: Workbench, gates: str) -> Workbench:
    """The project with other gates in its file."""
    (wb.root / "workbench.toml").write_text(f"{TOML}\n{gates}", encoding="utf-8")
    return wb.with_settings_of_now()


def exported(wb: Workbench, reference: str, directory: Path, *, gate: str = "release") -> Path:
    """Approve a version by a gate and export it; the path of its evidence."""
    release = wb.releases.approve(reference, gate=gate, override="to see what the gate says of its files")
    assert release is not None
    wb.releases.export(reference, directory)
    return directory / f"prompts/{release.prompt}/versions/{release.version}.evidence.json"


def list_files(folder: Path) -> None:
    """Write the manifest anew, as one who changes files would."""
    files = {
        file.relative_to(folder).as_posix(): bytes_hash(file.read_bytes())
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != "manifest.json"
    }
    (folder / "manifest.json").write_text(json.dumps({"schema": 1, "files": files}), encoding="utf-8")


def tampered(file: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change evidence, and the manifest along with it, so that no hash of a file gives it away."""
    evidence = json.loads(file.read_text(encoding="utf-8"))
    change(evidence)
    file.write_text(json.dumps(evidence), encoding="utf-8")
    list_files(file.parent.parent)
