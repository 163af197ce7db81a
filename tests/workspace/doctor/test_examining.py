"""What the doctor finds, and that it says a way out of every problem."""

import socket

import pytest

from tests.support.project_files import tree
from workbench.workspace.doctor import installation
from workbench.workspace.doctor.examining import examine

KEY = "sk-planted-1234567890abcdef"
TOML = """
[project]
name = "Busy"
[models.mini]
model = "openai/gpt-4o-mini"
[models.far]
model = "openai/x"
api_base = "https://models.example/v1"
api_key_env = "FAR_KEY"
[models.here]
model = "openai/x"
api_base = "http://127.0.0.1:9/v1"
[models.claude]
model = "anthropic/claude-haiku-5-5"
[models.own]
model = "python:own:answer"
[embedders.small]
model = "openai/text-embedding-3-small"
[judges.groundedness]
model = "mini"
"""


def of(found, area):
    return [finding for finding in found.findings if finding.area == area]


def problems(found):
    return {finding.area: finding for finding in found.findings if finding.state == "problem"}


def test_a_healthy_project_has_no_problem_and_is_left_as_it_was(finished):
    finished.close()
    before = tree(finished.root)

    found = examine(finished.root, {"OPENAI_API_KEY": KEY})

    assert problems(found) == {}
    assert found.healthy
    assert {"program", "libraries", "disk", "ports", "git", "project", "store", "audit", "keys"} <= {
        finding.area for finding in found.findings
    }
    assert tree(finished.root) == before
    assert KEY not in repr(found)
    assert "OPENAI_API_KEY" in of(found, "keys")[0].text


def test_what_would_leave_this_machine_is_told_with_its_host(project):
    (project / "workbench.toml").write_text(TOML)

    found = examine(project, {})

    assert [(one.what, one.host) for one in found.leaving] == [
        ("the model mini", "api.openai.com"),
        ("the model far", "models.example"),
        ("the model claude", "the servers of anthropic"),
        ("the embedder small", "api.openai.com"),
        ("the judge groundedness", "api.openai.com"),
    ]
    lacking = [finding for finding in found.findings if finding.area == "models" and finding.state == "problem"]
    assert [finding.fix for finding in lacking] == [
        "Set OPENAI_API_KEY first.",
        "Set FAR_KEY first.",
        "Set ANTHROPIC_API_KEY first.",
    ]


def test_a_damaged_store_a_short_token_and_a_broken_log_are_problems_with_a_fix(finished):
    finished.context.write(lambda s: s.execute("UPDATE audit_entries SET actor = 'eve' WHERE number = 1"))
    broken = problems(examine(finished.root, {"WORKBENCH_API_TOKEN": "short"}))
    assert set(broken) == {"audit", "serving"}
    assert "workbench audit verify" in broken["audit"].fix

    finished.close()
    finished.context.store.path.write_bytes(b"x" * 20_000)
    damaged = problems(examine(finished.root, {}))
    assert set(damaged) == {"store"}
    assert "restore" in damaged["store"].fix


@pytest.mark.parametrize(("toml", "says"), [(None, "no workbench.toml"), ("[projekt]", "projekt")])
def test_without_a_project_the_machine_is_looked_at_all_the_same(tmp_path, toml, says):
    if toml is not None:
        (tmp_path / "workbench.toml").write_text(toml)

    found = examine(tmp_path, {})

    assert says in problems(found)["project"].text
    assert of(found, "program") != []
    assert not found.healthy


def test_a_taken_port_and_a_full_disk_are_seen(tmp_path, monkeypatch):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        monkeypatch.setattr(installation, "PORT", held.getsockname()[1])
        monkeypatch.setattr(installation, "LEAST_FREE", 2**62)
        found = {finding.area: finding for finding in installation.machine(tmp_path)}

    assert (found["ports"].state, found["disk"].state) == ("note", "problem")
    assert found["disk"].fix == "Free some space."


def test_every_problem_has_a_way_out(tmp_path, monkeypatch):
    monkeypatch.setattr(installation, "LIBRARIES", ("no-such-library",))
    monkeypatch.setattr(installation, "NEWEST", (3, 0))

    found = examine(tmp_path, {})

    assert len(problems(found)) >= 3
    assert all(finding.fix for finding in found.findings if finding.state == "problem")
