"""Paths as people type them."""

from pathlib import Path

import pytest

from workbench.errors import InputError
from workbench.workspace.files import typed_path

ROOT = Path("/srv/project")


def test_a_relative_path_starts_at_the_project():
    assert typed_path(ROOT, " documents/fees ") == ROOT / "documents" / "fees"
    assert typed_path(ROOT, "") == ROOT


def test_an_absolute_path_is_taken_as_it_is():
    assert typed_path(ROOT, "/data/handbook") == Path("/data/handbook")


def test_a_tilde_is_the_home_folder(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ann")
    monkeypatch.setenv("USERPROFILE", "/home/ann")

    assert typed_path(ROOT, "~/handbook") == Path("/home/ann/handbook")


@pytest.mark.parametrize("text", ["~nobody-of-this-name/x", "a\0b"])
def test_what_is_no_path_is_an_error_in_words(text):
    with pytest.raises(InputError):
        typed_path(ROOT, text)
