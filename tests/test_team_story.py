"""A team of two, from a draft to a rollback: real git, the command line, and CI in a clone that has no store."""

import json
import time

import pytest
import yaml
from click.testing import CliRunner
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.support.completers import an_answer
from tests.support.projects import TOML, Models, jsonl, open_project, right, rows
from tests.support.repository import a_repository, git, untouched
from workbench.api import prompt_routes
from workbench.cli import main as command
from workbench.models import registry

PATIENCE_S = 20
"""Far more than the moment that a rollback takes to be served: a slow machine is no failure."""
SETTINGS = f"""{TOML}
[gates.release]
rules = [{{ metric = "correct", at_least = 0.6 }}, {{ must_pass = true }}]

[people]
approvers = ["ben", "cleo"]
"""
DRAFT = """\
prompt_name: answer
messages:
  - {role: user, content: "{{question}}"}
changelog: "a first draft"
"""
BETTER = DRAFT.replace("a first draft", "Say how to answer.").replace(
    "messages:\n", 'messages:\n  - {role: system, content: "Give the number of days."}\n'
)
BEST = BETTER.replace("Give the number of days.", "Give the number of days, in one sentence.").replace(
    "Say how to answer.", "One sentence is enough."
)


def careful(request):
    """Right where the prompt says how to answer, and beside the point otherwise."""
    return right(request) if request.messages[0].role == "system" else an_answer("It depends.")


@pytest.fixture
def workbench(tmp_path, monkeypatch):
    """Run a command in a folder and return its exit status, stdout and stderr."""
    scripted = Models()
    scripted.default.answer = careful
    monkeypatch.setattr(registry, "completer_for", scripted.completer_for)
    monkeypatch.delenv("WORKBENCH_PROJECT", raising=False)
    monkeypatch.setenv("WORKBENCH_USER", "ann")
    monkeypatch.setenv("OPENAI_API_KEY", "not-a-key")

    def run(*arguments, cwd, code=0):
        monkeypatch.chdir(cwd)
        with CliRunner().isolation() as (out, err, _):
            monkeypatch.setattr("sys.argv", ["workbench", *map(str, arguments)])
            with pytest.raises(SystemExit) as ended:
                command.main()
            said = out.getvalue().decode(), err.getvalue().decode()
        assert int(ended.value.code or 0) == code, said
        return said[0] + said[1]

    return run


@pytest.fixture
def repository(tmp_path):
    """A repository with the project in it, as ann keeps it; the store is ignored."""
    folder = a_repository(tmp_path / "team")
    (folder / "workbench.toml").write_text(SETTINGS)
    (folder / ".gitignore").write_text(".workbench/\n")
    (folder / "golden.jsonl").write_text(jsonl([{**row, "must_pass": row["id"] == "q-1"} for row in rows(20)]))
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "A project")
    return folder


def approved(workbench, repository, text, number):
    """Save a version, run it, and have it asked for by ann and approved by ben."""
    (repository / "draft.yaml").write_text(text)
    workbench("prompt", "add", "draft.yaml", cwd=repository)
    workbench("run", "--prompt", f"answer@{number}", "--model", "one", "--dataset", "golden", cwd=repository)
    workbench("gate", f"answer@{number}", cwd=repository)
    workbench("release", "request", f"answer@{number}", cwd=repository)
    workbench("release", "approve", f"answer@{number}", "--note", "read all", "--as", "ben", cwd=repository)


def test_a_team_of_two_takes_a_prompt_from_draft_to_rollback(workbench, repository, tmp_path):
    (repository / "draft.yaml").write_text(DRAFT)
    workbench("dataset", "add", "golden.jsonl", "--name", "golden", cwd=repository)
    workbench("prompt", "add", "draft.yaml", cwd=repository)
    workbench("run", "--prompt", "answer@1", "--model", "one", "--dataset", "golden", cwd=repository)

    # The gate fails, and nobody can approve past it without saying why.
    assert "does not pass gate release" in workbench("gate", "answer@1", cwd=repository, code=1)
    assert "does not pass" in workbench("release", "approve", "answer@1", "--as", "ben", cwd=repository, code=2)

    # Fixed: the gate passes; ann asks, may not approve her own, ben sends it back once and then approves.
    (repository / "draft.yaml").write_text(BETTER)
    workbench("prompt", "add", "draft.yaml", cwd=repository)
    workbench("run", "--prompt", "answer@2", "--model", "one", "--dataset", "golden", cwd=repository)
    workbench("gate", "answer@2", cwd=repository)
    workbench("release", "request", "answer@2", cwd=repository)
    workbench("release", "approve", "answer@2", cwd=repository, code=2)
    workbench("release", "reject", "answer@2", "--reason", "say more", "--as", "ben", cwd=repository)
    workbench("release", "request", "answer@2", "--changelog", "Say how to answer.\n\nIt guessed.", cwd=repository)
    seen = workbench("release", "show", "answer@2", cwd=repository)
    assert "Say how to answer." in seen
    assert "passes gate release" in seen
    workbench("release", "approve", "answer@2", "--note", "read all", "--as", "ben", cwd=repository)

    # On a branch of its own, while ann has work under way.
    (repository / "README.md").write_text("unfinished")
    git(repository, "add", "README.md")
    before = untouched(repository)
    workbench("export", "answer", "--commit", "--with-dataset", "--with-ci", cwd=repository)
    assert untouched(repository) == before
    branch = "prompts/answer-1.0.0"
    assert git(repository, "log", "-1", "--format=%s", branch) == "Release answer 1.0.0: Say how to answer."

    # CI: a fresh clone, without the store.
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--branch", branch, repository, clone)
    assert "as they were exported" in workbench("verify", ".", cwd=clone)
    assert "passes gate release" in workbench("gate", "--from", ".", cwd=clone)
    assert not (clone / ".workbench").exists()

    # A step at a time; the next release follows.
    git(repository, "commit", "--quiet", "-m", "Mine")
    git(repository, "merge", "--quiet", "--no-edit", branch)
    workbench("release", "promote", "answer", "--to", "production", "--as", "ben", cwd=repository, code=2)
    for _ in ("staging", "production"):
        workbench("release", "promote", "answer", "--as", "ben", cwd=repository)
    approved(workbench, repository, BEST, 3)
    workbench("export", "answer", cwd=repository)
    workbench("release", "promote", "answer@3", "--as", "cleo", cwd=repository)
    workbench("release", "promote", "answer@3", "--as", "cleo", cwd=repository)
    assert "(workbench is ahead)" in workbench("verify", ".", cwd=repository, code=1)
    workbench("export", "answer", "--environments", cwd=repository)
    workbench("verify", ".", cwd=repository)

    # An edit by hand is found, and comes back as a version of its own.
    file = repository / "prompts/answer/versions/1.1.0.prompt.yaml"
    released = file.read_text()
    file.write_text(released.replace("in one sentence", "in two sentences"))
    assert "1.1.0.prompt.yaml was changed (repository is ahead)" in workbench("verify", ".", cwd=repository, code=1)
    assert "answer@4" in workbench("release", "take-back", file, cwd=repository)
    file.write_text(released)

    # Back at once: for who asks the running app, and in the files too.
    with (
        open_project(repository) as served,
        TestClient(
            Starlette(routes=prompt_routes(lambda: served)), base_url="http://localhost", client=("127.0.0.1", 50000)
        ) as service,
    ):
        assert service.get("/api/prompts/answer?environment=production").json()["version"] == "1.1.0"
        workbench("release", "rollback", "answer", "--reason", "complaints", cwd=repository)
        back = time.monotonic()
        while service.get("/api/prompts/answer?environment=production").json()["version"] != "1.0.0":
            assert time.monotonic() - back < PATIENCE_S
    workbench("export", "answer", "--environments", cwd=repository)
    said = yaml.safe_load((repository / "prompts/answer/environments.yaml").read_text())
    assert said["environments"] == {"dev": "1.1.0", "staging": "1.1.0", "production": "1.0.0"}
    assert said["history"][-1]["reason"] == "complaints"
    workbench("verify", ".", cwd=repository)

    # The log tells all of it, and is the one that the files were sealed by.
    workbench("audit", "verify", "--against", clone, cwd=repository)
    told = [entry["action"] for entry in json.loads(workbench("audit", "list", "-n", "100", "--json", cwd=repository))]
    for action in (
        "approval requested",
        "version sent back",
        "version approved",
        "release committed",
        "release rolled back",
    ):
        assert action in told
