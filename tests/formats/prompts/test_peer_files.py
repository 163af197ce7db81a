"""Every file of the collection of other tools' files: read and equal after a round trip, or refused with reason and line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.real_data import VARIABLE, real_data
from workbench.errors import FormatError, InputError
from workbench.formats.dataset_rows import to_row
from workbench.formats.datasets import read_dataset, write_jsonl
from workbench.formats.prompts import registry
from workbench.formats.prompts.foreign import Source
from workbench.formats.utf8 import decode

WRITTEN = [one for one in registry.FORMATS if one.write is not None]


def paths():
    """The files by their path in the collection; one stand-in, which skips, where there is no collection."""
    root = Path(os.environ.get(VARIABLE, "")) / "peer-formats"
    if VARIABLE not in os.environ or not root.is_dir():
        return ["no collection"]
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def source(path):
    file = real_data("peer-formats") / path

    def beside(named):
        if not (file.parent / named).is_file():
            raise InputError(f"There is no file {named!r} in the folder.")
        return (file.parent / named).read_bytes()

    return Source(path, decode(file.read_bytes(), path), beside)


def read_or_refused(given):
    try:
        return registry.read(given)[1], None
    except FormatError as error:
        return None, error


@pytest.mark.parametrize("path", paths())
def test_it_comes_back_equal_or_is_refused_with_reason_and_line(path):
    found, refused = read_or_refused(source(path))
    if refused is not None:
        assert refused.line is not None, refused
        assert refused.problem
        assert (real_data("peer-formats") / path).parent.joinpath(refused.file.rpartition("/")[2]).exists()
        return
    assert found.prompts or found.examples
    for prompt in found.prompts:
        equal = set()
        for form in WRITTEN:
            try:
                written = form.write(prompt, found.examples)
            except InputError:
                continue
            _, back = registry.read(Source(f"{prompt.name}{form.ending}", written.text))
            if (back.prompts, back.examples) == ((prompt,), found.examples):
                equal.add(form.name)
            else:
                assert written.losses, form.name
        assert "promptfoo" in equal, "the format that carries most brings it back whole"
        if not found.examples:
            assert "workbench" in equal
    if found.examples:
        rows = write_jsonl(found.examples)
        assert [to_row(one) for one in read_dataset("rows.jsonl", rows.encode())] == [
            to_row(one) for one in found.examples
        ]


KNOWN = {
    "github": "github-models/*.yml",
    "prompty": "prompty-*/**/*.prompty",
    "dotprompt": "dotprompt/examples/**/*.prompt",
    "langchain": "langchain/*prompt*.*",
    "promptfoo": "promptfoo-*/**/promptfooconfig.yaml",
}


@pytest.mark.parametrize("form", KNOWN)
def test_files_are_known_by_what_they_hold(form):
    root = real_data("peer-formats")
    files = list(root.glob(KNOWN[form]))
    assert files
    for file in files:
        assert registry.detect(file.read_text(encoding="utf-8"), file.name).name == form, file


ACCEPTED = {"github-models": 5, "promptfoo-2023": 4, "promptfoo-datadog": 1}


@pytest.mark.parametrize("folder", ACCEPTED)
def test_whole_folders_come_in(folder):
    root = real_data("peer-formats")
    configurations = [
        path
        for path in (root / folder).rglob("*.y*ml")
        if folder == "github-models" or path.name.startswith("promptfooconfig")
    ]
    assert len(configurations) == ACCEPTED[folder]
    for path in configurations:
        assert registry.read(source(str(path.relative_to(root))))[1].prompts
