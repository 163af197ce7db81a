"""Judging exported files without a store or a project: what an artifact says is computed again, never believed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from workbench.artifacts.verify import verify
from workbench.domain.evidence import Measured
from workbench.errors import InputError, IntegrityError, NotFoundError
from workbench.formats.json_values import JsonProblem, decode_at
from workbench.settings import PROJECT_FILE, read_settings
from workbench.workspace.context import parse_reference
from workbench.workspace.files import read_text
from workbench.workspace.gates.choosing import choose_gate
from workbench.workspace.gates.judging import judge
from workbench.workspace.gates.recomputing import OwnProject, recomputed
from workbench.workspace.gates.result import GateResult
from workbench.workspace.gates.soundness import unsound, wrong_means
from workbench.workspace.releases.evidence import digest, read_document

SCHEMA = 2
_EVIDENCE = ".evidence.json"
_NOT_BOUND = "No gate was asked at the approval, so that nothing in the files names the evidence that it rests on."
_NUMBERS = re.compile(r"\d+")


def from_directory(
    directory: Path, *, prompt: str | None = None, gate: str | None = None, project: Path | None = None
) -> tuple[GateResult, ...]:
    """Put the newest release of every exported prompt to the gate that it was approved by, or to a named one.

    `prompt` is NAME, or NAME@N for one version. `project` is a project whose own metrics may be called; without one they
    are not. Raises InputError where there is nothing to judge; whatever was changed is among the result's problems.
    """
    directory = directory.expanduser().resolve()
    changed = {one.path: one.problem for one in verify(directory)}
    files = _files(directory, prompt)
    own = None if project is None else OwnProject(project, read_settings(project / PROJECT_FILE))
    return tuple(_of_file(directory, file, gate, own, changed) for file in files)


@dataclass(frozen=True)
class _Exported:
    """An evidence file."""

    document: Mapping[str, Any]
    measured: Measured

    @property
    def hashes(self) -> Mapping[str, Any]:
        """What the approval names; empty where that is gone."""
        return _mapping(self.document.get("hashes"))

    @property
    def result(self) -> Mapping[str, Any]:
        """What the gate said at the approval; empty where no gate was asked."""
        return _mapping(self.document.get("gate"))

    @property
    def gate(self) -> str | None:
        """The gate that was asked at the approval."""
        name = self.hashes.get("gate") or self.result.get("gate")
        return name if isinstance(name, str) else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _files(directory: Path, prompt: str | None) -> list[Path]:
    name, number = (None, None) if prompt is None else parse_reference(prompt)
    folders = sorted(folder for folder in (directory / "prompts").glob("*") if folder.is_dir())
    if name is not None:
        folders = [folder for folder in folders if folder.name == name]
        if not folders:
            known = sorted(folder.name for folder in (directory / "prompts").glob("*"))
            raise NotFoundError("exported prompt", name, known)
    found = []
    for folder in folders:
        files = sorted((folder / "versions").glob(f"*{_EVIDENCE}"), key=_order)
        if number is not None:
            files = [file for file in files if _number(file) == number]
        if not files:
            what = prompt or folder.name
            raise InputError(f"{directory} holds no evidence of {what}.", hint="Export it there with this program.")
        found.append(files[-1])
    return found


def _order(file: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in _NUMBERS.findall(file.name.removesuffix(_EVIDENCE)))


def _number(file: Path) -> Any:
    """The prompt version that an evidence file is about."""
    about = _json(file).get("prompt")
    return about.get("number") if isinstance(about, dict) else None


def _json(file: Path) -> Mapping[str, Any]:
    text = read_text(file)
    try:
        value, _ = decode_at(text, 0)
    except JsonProblem as problem:
        raise IntegrityError(f"{file} is no evidence any more: {problem.problem}.") from problem
    if not isinstance(value, dict):
        raise IntegrityError(f"{file} is no evidence any more: it is no JSON object.")
    return value


def _read(file: Path) -> _Exported:
    document = _json(file)
    if document.get("schema") != SCHEMA:
        raise InputError(
            f"{file} has the schema {document.get('schema')!r}, and this program judges {SCHEMA}.",
            hint="Approve and export the version again with this program.",
        )
    if "measured" not in document:
        raise InputError(
            f"{file} rests on no run, so there is nothing to judge it by.", hint="Run the version and approve that."
        )
    return _Exported(document, read_document(document["measured"]))


def _of_file(
    directory: Path, file: Path, gate: str | None, own: OwnProject | None, changed: Mapping[str, str]
) -> GateResult:
    exported = _read(file)
    stored = exported.measured
    name = choose_gate([one.name for one in stored.gates], gate or exported.gate)
    problems = [*_of_files(directory, file, changed), *unsound(stored), *_of_hashes(exported)]
    again = recomputed(stored, own)
    problems += [*again.problems, *wrong_means(stored)]
    notes = again.notes if exported.gate else (*again.notes, _NOT_BOUND)
    result = judge(again.measured, name, digest=digest(exported.document["measured"]), notes=notes)
    if name == exported.gate:
        problems += _other_result(exported, result)
    return replace(result, problems=tuple(problems))


def _of_files(directory: Path, file: Path, changed: Mapping[str, str]) -> list[str]:
    """What of the release's own files is not as its manifest says."""
    release = file.name.removesuffix(_EVIDENCE)
    folder = file.parent.parent.relative_to(directory).as_posix()
    mine = (f"{folder}/versions/{release}.", f"{folder}/manifest.json")
    return [f"{path} {problem}." for path, problem in changed.items() if path.startswith(mine) or path == folder]


def _of_hashes(exported: _Exported) -> list[str]:
    """Whether the approval names what the evidence is about."""
    measured = exported.measured
    about = {"prompt_hash": measured.hash, "run": measured.run.id, "dataset_hash": measured.run.dataset_hash}
    return [
        f"The approval names another {key.replace('_', ' ')} than the evidence is about."
        for key, value in about.items()
        if exported.hashes.get(key) != value
    ]


def _other_result(exported: _Exported, result: GateResult) -> list[str]:
    """Whether the gate, or what it said at the approval, is another one."""
    stored = exported.result
    if exported.hashes.get("gate_hash") != result.hash or stored.get("hash") != result.hash:
        return [f"Gate {result.gate} is not the one that the version was put to: its rules were changed."]
    if stored.get("evidence") != result.evidence:
        return [f"This is not the evidence that gate {result.gate} was asked about: its digest is another one."]
    if stored.get("verdict") != result.verdict:
        return [f"The stored result of gate {result.gate} is {stored.get('verdict')!r}; computed again it is not."]
    return []


def worst(results: Sequence[GateResult]) -> GateResult:
    """The result that decides: one that fails before one that cannot be told."""
    order = {"fail": 0, "cannot tell yet": 1, "pass": 2}
    return min(results, key=lambda result: order[result.verdict])


def as_document(results: Sequence[GateResult]) -> dict[str, Any]:
    """One result as it is; several beside the verdict on all of them."""
    if len(results) == 1:
        return results[0].as_json()
    return {"verdict": worst(results).verdict, "results": [one.as_json() for one in results]}
