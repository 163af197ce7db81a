"""From a name to the user's object, or to an error that says what to do."""

import importlib
import os
import sys

import pytest

from workbench.errors import InputError, UnavailableError
from workbench.own_code.target import find, parse


def found(own, name="python:mine:answer"):
    return find(parse(name), own.folder)


@pytest.mark.parametrize("name", ["python:a:b", "python:pack.part.mod:thing", "python:a:thing.method"])
def test_a_name_says_module_and_attribute(name):
    assert parse(name).name == name


@pytest.mark.parametrize(
    "name",
    ["python:", "python:a", "python:a:", "python::b", "python:a b:c", "python:../a:b", "python:a:b()", "python:a:b:c"],
)
def test_a_name_that_is_no_module_and_attribute_is_refused(name):
    with pytest.raises(InputError, match="python:MODULE:NAME"):
        parse(name)


def test_a_module_beside_the_projects_file_is_found_and_may_import_its_neighbours_when_called(own):
    own.write("WORD = 'salt'", name="words")
    own.write("def answer():\n    import words\n    return words.WORD")
    value = found(own)

    assert value.value() == "salt"
    assert value.file == str(own.folder / "mine.py")


def test_packages_and_attributes_of_attributes_are_followed(own):
    own.write("class Made:\n    def reply(self):\n        return 'yes'\nmade = Made()", name="pack.part.mine")

    assert found(own, "python:pack.part.mine:made.reply").value() == "yes"


def test_what_is_installed_is_found_without_a_project():
    assert find(parse("python:json:dumps"), None).value({}) == "{}"


def test_the_projects_folder_hides_nothing_that_is_installed(own):
    own.write("raise RuntimeError", name="colorsys")

    with pytest.raises(InputError, match=r"colorsys.py in the project.*another module"):
        found(own, "python:colorsys:rgb_to_hls")
    import colorsys

    assert str(own.folder) not in colorsys.__file__


def test_two_projects_with_a_module_of_one_name_are_told_apart(own, tmp_path_factory):
    own.write("def answer(): ...")
    found(own)
    own.folder = tmp_path_factory.mktemp("other")
    own.write("def answer(): ...")

    with pytest.raises(InputError, match="start the workbench again"):
        found(own)


def test_a_missing_module_says_where_to_put_it(own):
    with pytest.raises(InputError, match=r"no Python module 'mine'.*beside workbench.toml"):
        found(own)


def test_a_missing_attribute_is_answered_with_the_nearest(own):
    own.write("def answers(): ...")
    with pytest.raises(InputError, match=r"mine.py has no 'answer'.*'answers'"):
        found(own)


def test_a_module_that_the_code_needs_is_named_with_the_line_that_needs_it(own):
    own.write("x = 1\nimport no_such_library")
    with pytest.raises(UnavailableError, match=r"needs the Python module 'no_such_library'.*mine.py, line 2.*Install"):
        found(own)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\nraise KeyError('nope')", r"KeyError: 'nope' \(mine.py, line 2\)"),
        ("def answer(:\n    pass", r"SyntaxError: .* \(mine.py, line 1\)"),
        ("import sys\nsys.exit(4)", r"SystemExit: 4 \(mine.py, line 2\)"),
        ("import json\n\njson.loads('{')", r"JSONDecodeError: .* \(mine.py, line 3\)"),
    ],
)
def test_a_module_that_fails_says_how_and_in_which_line(own, text, said):
    own.write(text)
    with pytest.raises(UnavailableError, match=said):
        found(own)


def test_a_module_that_fails_when_asked_for_a_name_says_how(own):
    own.write("def __getattr__(name):\n    raise RuntimeError('no salt') if name == 'answer' else AttributeError(name)")
    with pytest.raises(UnavailableError, match=r"RuntimeError: no salt \(mine.py, line 2\)"):
        found(own)


def test_a_module_that_was_mended_is_imported_after_all(own):
    own.write("raise KeyError")
    with pytest.raises(UnavailableError):
        found(own)
    own.write("def answer():\n    return 'mended'")

    assert found(own).value() == "mended"


def test_code_that_changed_after_it_was_imported_does_not_answer_in_the_new_ones_name(own):
    file = own.write("def answer():\n    return 'old'")
    found(own)
    assert found(own).value() == "old"
    own.write("def answer():\n    return 'new!'")
    os.utime(file, ns=(1, 1))

    with pytest.raises(UnavailableError, match=r"mine.py was changed after it was imported.*Start the workbench"):
        found(own)
    assert importlib.reload(own.module).answer() == "new!"
    assert found(own).value() == "new!"


def test_reading_a_name_imports_nothing(own):
    own.write("raise RuntimeError")
    parse("python:mine:answer")
    assert "mine" not in sys.modules
