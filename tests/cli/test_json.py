"""What scripts rely on: the documents of `--json`, alone on stdout."""

import json

import click
import pytest

from tests.support.own_code import forgotten_afterwards, write_module
from tests.support.projects import CAREFUL
from workbench.cli.main import cli

SUMMARY = {"run", "planned", "done", "failed", "cached", "cost_usd", "seconds", "stopped_by", "settled_at"}
EVENT = {
    "request_id",
    "timestamp",
    "tenant_id",
    "use_case",
    "prompt_name",
    "prompt_version",
    "model",
    "example_id",
    "repeat",
    "prompt_tokens",
    "completion_tokens",
    "total_tokens",
    "cost_usd",
    "ttft_ms",
    "total_latency_ms",
    "retrieval_latency_ms",
    "scores",
    "groundedness_score",
    "citation_count",
    "safety_pass",
    "rag_chunks_used",
    "cache_hit",
    "error",
    "output",
}
ASKED = ("--prompt", "answer@1", "--prompt", "answer@2", "--dataset", "golden")


def test_adding_a_prompt_says_name_version_hash_and_whether_it_is_new(workbench, project):
    again = workbench("prompt", "add", project / "plain.prompt.yaml", "--json")
    assert (again.code, set(again.json)) == (0, {"name", "version", "hash", "created"})
    assert (again.json["name"], again.json["version"], again.json["created"]) == ("answer", 1, False)

    (project / "new.prompt.yaml").write_text(CAREFUL.replace("one sentence", "two sentences"))
    new = workbench("prompt", "add", project / "new.prompt.yaml", "--json").json
    assert (new["version"], new["created"]) == (3, True)


def test_adding_a_dataset_says_the_same(workbench, project):
    added = workbench("dataset", "add", "golden.jsonl", "--name", "golden", "--json").json

    assert set(added) == {"name", "version", "hash", "created"}
    assert added["created"] is False


def test_a_run_says_its_counts_and_talks_on_stderr_only(workbench):
    ended = workbench("run", *ASKED, "--model", "one", "--json")

    assert ended.code == 0
    assert set(ended.json) == SUMMARY
    assert (ended.json["planned"], ended.json["done"], ended.json["stopped_by"]) == (12, 12, None)
    assert "12 of 12 done" in ended.err


def test_unknown_cost_is_null(workbench):
    assert workbench("run", *ASKED, "--model", "two", "--json").json["cost_usd"] is None


def test_runs_are_listed_with_their_state(workbench):
    (line,) = workbench("runs", "--json").json

    assert set(line) == {*SUMMARY, "status"}
    assert line["status"] == "done"


def test_resume_says_the_counts_of_the_whole_run(workbench):
    resumed = workbench("resume", "latest", "--json").json

    assert (set(resumed), resumed["done"]) == (SUMMARY, 12)


def test_compare_says_run_dataset_arms_and_pairs(workbench):
    assert set(workbench("compare", "latest", "--json").json) >= {"run", "dataset", "arms", "pairs"}


def test_outputs_are_one_event_a_line(workbench):
    events = [json.loads(line) for line in workbench("outputs", "latest", "--jsonl").out.splitlines()]

    assert len(events) == 12
    assert {frozenset(event) for event in events} == {frozenset(EVENT)}
    assert events[0]["timestamp"].endswith("Z")
    assert events[0]["tenant_id"] == "Library"


def test_an_index_query_says_the_chunks(workbench):
    document = workbench("index", "query", "library", "How long are books lent?", "--json").json

    assert set(document) == {"index", "fingerprint", "chunks"}
    assert set(document["chunks"][0]) == {"id", "document", "score", "fit", "text"}
    assert document["chunks"][0]["document"] == "loans.md"


@pytest.mark.parametrize(
    "command",
    [
        ("prompt", "list"),
        ("prompt", "show", "answer"),
        ("dataset", "list"),
        ("dataset", "show", "golden"),
        ("index", "list"),
        ("index", "build", "library", "documents"),
        ("model", "list"),
        ("release", "list"),
        ("release", "show", "answer@1"),
        ("release", "approve", "answer@1"),
        ("audit", "list"),
    ],
    ids=" ".join,
)
def test_every_other_document_is_alone_on_stdout(workbench, command):
    ended = workbench(*command, "--json")

    assert (ended.code, ended.err) == (0, "")
    assert ended.json is not None


def test_what_differs_what_was_written_and_what_was_read_back_are_documents(workbench, project):
    assert workbench("prompt", "diff", "answer@1", "answer@1", "--json").json["differ"] is False
    differs = workbench("prompt", "diff", "answer@1", "answer@2", "--json").json
    assert (differs["before"], differs["after"], differs["differ"]) == ("answer@1", "answer@2", True)
    assert differs["diff"]
    assert workbench("dataset", "export", "golden", "out.csv", "--json").json == {
        "dataset": "golden",
        "file": "out.csv",
    }
    asked = workbench("review", "export", "latest", "--to", "asked.jsonl", "--json").json
    assert (asked["file"], asked["answers"] > 0) == ("asked.jsonl", True)
    lines = [json.loads(line) for line in (project / "asked.jsonl").read_text().splitlines()]
    (project / "asked.jsonl").write_text("\n".join(json.dumps(line | {"verdict": "pass"}) for line in lines))
    assert workbench("review", "import", "asked.jsonl", "--json").json == {"stored": asked["answers"]}
    assert workbench("init", project, "--json").json == {"directory": str(project), "created": False}


def test_every_command_has_a_document_but_those_that_show_or_fetch_something():
    without = {"app", "demo", "outputs", "index fetch-embedder"}

    assert {" ".join(path) for path, command in commands(cli) if not has_json(command)} == without


def commands(group, path=()):
    """All commands below a group, each with its words."""
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


def has_json(command):
    return any("--json" in option.opts for option in command.params)


def test_two_releases_are_compared_in_one_document(workbench):
    workbench("release", "approve", "answer@1")
    workbench("release", "approve", "answer@2")
    compared = workbench("release", "compare", "answer", "1.0.0", "1.1.0", "--json").json
    assert (compared["before"], compared["after"], compared["same_rows"]) == ("1.0.0", "1.1.0", True)
    assert {"model", "metric", "before", "after", "difference"} == set(compared["figures"][0])


def test_a_request_is_rejected_or_withdrawn_with_a_document(workbench):
    asked = ("release", "request", "answer@1", "--changelog", "first", "--json")
    assert workbench(*asked).json["state"] == "waiting"
    assert workbench("release", "reject", "answer@1", "--reason", "no", "--json").json["state"] == "rejected"
    assert workbench(*asked).json["state"] == "waiting"
    withdrawn = workbench("release", "withdraw", "answer@1", "--json").json
    assert withdrawn == {"name": "answer", "version": 1, "state": "withdrawn"}
    assert workbench("release", "list", "answer", "--json").json == []


def test_export_and_verify_say_files_and_differences(workbench, project):
    workbench("release", "approve", "answer@1")
    exported = workbench("export", "answer@1", "--to", "out", "--json").json
    assert set(exported) == {"directory", "files", "written"}
    assert len(exported["written"]) == 4

    assert workbench("verify", "out", "--json").json == []
    (project / "out" / "prompts" / "answer" / "environments.yaml").write_text("{}")
    (difference,) = workbench("verify", "out", "--json").json
    path = "prompts/answer/environments.yaml"
    assert difference == {"path": path, "problem": "was changed", "ahead": "repository"}


def test_what_own_code_prints_does_not_get_into_the_document(workbench, project, monkeypatch):
    monkeypatch.undo()
    monkeypatch.chdir(project)
    toml = project / "workbench.toml"
    toml.write_text(
        toml.read_text() + '\n[models.loud]\nmodel = "python:loud:answer"\n'
        '[judges.tone]\nmodel = "loud"\ncriteria = ["Is it polite?"]\n'
        '[metrics.mine]\nkind = "python"\nfunction = "noisy:mine"\n'
    )
    write_module(
        project, "loud", "print('imported')\n\ndef answer(messages):\n    print('asked')\n    return 'Hello.'\n"
    )
    write_module(project, "noisy", "print('imported')\n\ndef mine(answer):\n    return True\n")
    with forgotten_afterwards(project):
        checked = workbench("model", "check", "loud", "--json")
        ran = workbench("run", *ASKED, "--model", "loud", "--metric", "mine", "--json")
        in_pairs = workbench("score", "latest", "--judge", "tone", "--pairwise", "--json")

    assert checked.json["ok"]
    assert ran.json["done"] == 12
    assert ran.err.count("asked") == 12
    assert in_pairs.json["judge"].startswith("tone in pairs")
