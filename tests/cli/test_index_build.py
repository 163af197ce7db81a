"""`workbench index build`: which files are read and how, and building again from the same ones."""

from __future__ import annotations

import pytest

BUILD = ("index", "build", "faq", "--json")


@pytest.fixture
def faq(project):
    folder = project / "faq"
    folder.mkdir()
    (folder / "all.csv").write_text("id,question,reply\nleave,How long is leave?,Thirty days.\n")
    (folder / "pay.md").write_text("# Pay\n\nOn the last day of the month.\n")
    (folder / "draft.md").write_text("# Draft\n\nNot for readers.\n")
    return folder


def built(workbench, *arguments):
    return workbench(*BUILD, *arguments).json


def test_patterns_and_the_text_column_choose_what_is_read(workbench, faq):
    first = built(workbench, str(faq), "--exclude", "draft.md", "--exclude", "*.txt", "--text-column", "reply")
    assert (first["documents"], first["skipped"]) == (2, [])
    only = built(workbench, str(faq), "--include", "pay.md", "--include", "draft.md")
    assert only["documents"] == 2


def test_a_table_without_a_known_text_column_is_named_with_its_columns(workbench, faq):
    ended = workbench("index", "build", "faq", str(faq))
    assert ended.code == 0
    assert "Left out all.csv: no column is called text" in ended.err
    assert "There is: 'id', 'question', 'reply'" in ended.err


def test_without_paths_the_index_is_built_again_in_the_same_way(workbench, faq):
    first = built(workbench, str(faq), "--exclude", "draft.md", "--text-column", "reply", "--chunk-size", "50")
    (faq / "new.md").write_text("# New\n\nSomething new.\n")
    (faq / "all.csv").write_text("id,question,reply\nleave,How long is leave?,Thirty days.\nsick,And when ill?,Call.\n")

    again = built(workbench)
    assert again["documents"] == first["documents"] + 2

    otherwise = built(workbench, "--exclude", "*.csv", "--chunk-size", "40")
    assert otherwise["documents"] == 3


def test_without_paths_there_must_be_an_index_of_that_name(workbench, project):
    ended = workbench("index", "build", "faq")
    assert ended.code == 2
    assert "There is no index 'faq'" in ended.err
    assert "workbench index build faq FOLDER" in ended.err


def test_the_list_says_which_indexes_are_behind_their_files(workbench, faq):
    workbench(*BUILD, str(faq), "--text-column", "reply")
    assert "changed since faq" not in workbench("index", "list").err
    (faq / "pay.md").write_text("# Pay\n\nOn the first day of the month.\n")
    listed = workbench("index", "list")
    assert "1 document changed since faq was built. Build it again: workbench index build faq" in listed.err
    assert "changed" not in workbench("index", "list", "--json").err
