"""`workbench prompt import` and `export --format`."""

from __future__ import annotations

import pytest

from tests.support.prompt_files import GITHUB, PROMPTFOO


@pytest.fixture
def file(project):
    path = project / "capital.prompt.yml"
    path.write_text(GITHUB, encoding="utf-8")
    return path


def test_what_came_in_and_what_did_not_is_told(workbench, project):
    (project / "promptfooconfig.yaml").write_text(PROMPTFOO, encoding="utf-8")
    ended = workbench("prompt", "import", "promptfooconfig.yaml", "--name", "pirate")

    assert ended.code == 0
    assert "promptfooconfig.yaml is a file of promptfoo." in ended.err
    assert "Saved pirate@2." in ended.err
    assert "golden set: 2 rows with 8 checks" in ended.err
    assert "'prompt.py' is a program, which is not run." in ended.err


def test_the_document_names_versions_rows_and_losses(workbench, file):
    told = workbench("prompt", "import", str(file), "--json").json

    assert (told["name"], told["version"], told["created"]) == ("capital-cities", 1, True)
    assert told["format"] == "github"
    assert told["dataset"]["name"] == "capital-cities"
    assert told["examples"] == 2
    assert any("judged" in loss for loss in told["losses"])


def test_it_leaves_in_the_format_that_is_asked_for_and_comes_back_the_same(workbench, file, project):
    first = workbench("prompt", "import", str(file), "--json").json
    out = workbench(
        "export", "capital-cities@1", "--to", "out", "--format", "promptfoo", "--dataset", "capital-cities", "--json"
    ).json
    back = workbench("prompt", "import", out["path"], "--json").json

    assert out["path"].endswith("capital-cities.promptfoo.yaml")
    assert (back["hash"], back["created"]) == (first["hash"], False)
    assert (back["dataset"]["hash"], back["dataset"]["created"]) == (first["dataset"]["hash"], False)


def test_a_broken_file_is_refused_with_its_line_and_stores_nothing(workbench, project):
    (project / "x.prompty").write_text("---\nname: x\n---\nuser:\n{% if a %}{{ a }}{% endif %}\n", encoding="utf-8")
    ended = workbench("prompt", "import", "x.prompty")

    assert ended.code == 2
    assert "x.prompty, line 5: '{% if a %}' is logic" in ended.err
    assert "x" not in [one["name"] for one in workbench("prompt", "list", "--json").json]


def test_options_of_releases_and_of_other_tools_do_not_mix(workbench):
    assert workbench("export", "answer", "--dataset", "golden").code == 2
    assert workbench("export", "answer", "--format", "github", "--commit").code == 2
