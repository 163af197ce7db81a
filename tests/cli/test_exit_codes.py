"""What the shell learns: the exit statuses, and that nothing was stored where they say so."""

import contextlib
import signal

import pytest

from tests.support.commands import started
from tests.support.completers import Scripted
from tests.support.processes import until
from tests.support.projects import open_project, right
from workbench.errors import BadRequestError, StoreBusyError
from workbench.store.store import Store

ASKED = ("run", "--prompt", "answer@1", "--dataset", "golden", "--model", "one")

LONG = ("run", "--prompt", "answer@1", "--dataset", "golden", "--model", "offline/reader", "--repeats", "1500")


def test_0_when_all_is_done(workbench):
    assert workbench(*ASKED).code == 0
    assert workbench("--help").code == 0
    assert workbench("--version").out.startswith("workbench, version")


def test_1_when_verify_finds_a_difference(workbench, project):
    workbench("release", "approve", "answer@1")
    workbench("export", "answer@1", "--to", "out")
    assert workbench("verify", "out").code == 0
    with contextlib.chdir(project / "out"):
        assert workbench("verify").code == 0
    assert f"{project} holds no exported prompt" in workbench("verify").err

    (project / "out/prompts/answer/versions/1.0.0.prompt.yaml").write_text("changed")
    ended = workbench("verify", "out")
    assert (ended.code, "1.0.0.prompt.yaml was changed" in ended.out) == (1, True)


def test_1_when_the_audit_log_was_tampered_with(workbench, project):
    assert workbench("audit", "verify").code == 0

    with open_project(project) as wb:
        wb.context.write(lambda s: s.execute("UPDATE audit_entries SET actor = 'mallory' WHERE number = 2"))
    ended = workbench("audit", "verify")
    assert (ended.code, "Entry 2 was changed" in ended.out) == (1, True)


@pytest.mark.parametrize(
    "command",
    [
        ("nonsense",),
        ("run",),
        ("run", "--prompt", "answer"),
        ("run", "--prompt", "nobody", "--dataset", "golden"),
        ("run", "--prompt", "answer", "--dataset", "golden", "--model", "onee"),
        ("run", "--prompt", "answer", "--dataset", "golden", "--metric", "corect"),
        ("run", "--prompt", "answer", "--dataset", "golden", "--repeats", "0"),
        ("run", "gone.yaml"),
        ("resume", "nope"),
        ("cancel", "latest"),
        ("outputs", "nope"),
        ("score", "latest"),
        ("compare", "nope"),
        ("compare", "latest", "--baseline", "answer"),
        ("compare", "latest", "--metric", "groundedness"),
        ("prompt", "add", "gone.prompt.yaml"),
        ("prompt", "add", "plain.prompt.yaml", "golden.jsonl"),
        ("prompt", "show", "answer@9"),
        ("dataset", "add", "plain.prompt.yaml", "--name", "golden"),
        ("dataset", "add", "golden.jsonl", "--name", "golden", "--column", "nonsense"),
        ("index", "build", "library", "gone"),
        ("index", "query", "gone", "books"),
        ("review", "import", "golden.jsonl"),
        ("review", "export", "nope", "--to", "out.jsonl"),
        ("review", "failures", "latest", "--baseline", "nope"),
        ("release", "approve", "answer@9"),
        ("release", "list", "answr"),
        ("release", "history", "answr"),
        ("audit", "verify", "--against", "documents"),
        ("export", "answer@1", "--branch", "mine"),
        ("export", "answer@1", "--to", "out"),
        ("verify", "documents"),
    ],
    ids=" ".join,
)
def test_2_for_bad_input_with_a_message_and_nothing_stored(workbench, project, command):
    with open_project(project) as wb:
        before = wb.audit.list(), len(wb.runs.list())

    ended = workbench(*command)

    assert (ended.code, ended.out) == (2, "")
    assert "rror: " in ended.err
    assert "Traceback" not in ended.err
    with open_project(project) as wb:
        assert (wb.audit.list(), len(wb.runs.list())) == before


def test_2_outside_of_a_project_with_the_way_out(workbench, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    ended = workbench("runs")
    assert (ended.code, "workbench init" in ended.err) == (2, True)


def test_4_when_trials_failed_with_the_reason_and_the_rest_stored(workbench, models):
    def answer(request):
        return BadRequestError("refused \x1b[2J") if "item 3" in request.messages[-1].content else right(request)

    models.default = Scripted(answer)
    ended = workbench(*ASKED, "--no-cache", "--json")

    assert (ended.code, ended.json["done"], ended.json["failed"]) == (4, 5, 1)
    told = workbench(*ASKED, "--no-cache")
    assert "BadRequestError: refused" in told.err
    assert "--retry-failed" in told.err
    assert "\x1b" not in told.err

    models.default = Scripted(right)
    run = ended.json["run"]
    assert workbench("resume", run).code == 4
    assert workbench("resume", run, "--retry-failed").code == 0


def test_5_when_another_process_keeps_the_store(workbench, monkeypatch):
    def held(self, fn):
        raise StoreBusyError("it is in use by process 7")

    monkeypatch.setattr(Store, "read", held)

    ended = workbench("runs")
    assert (ended.code, "process 7" in ended.err) == (5, True)


@pytest.mark.slow
def test_5_when_another_process_carries_the_run_out_and_130_after_its_interrupt_with_the_answers_so_far_kept(
    workbench, project
):
    running = started(*LONG, cwd=project)
    with open_project(project) as wb:
        try:
            until(lambda: len(wb.runs.list()) == 2 and wb.runs.list()[0].summary.done > 0)
            ended = workbench("resume", "latest")
        finally:
            running.send_signal(signal.SIGINT)
            out, err = running.communicate(timeout=60)

        line = wb.runs.list()[0]
    assert (ended.code, f"by process {running.pid} (" in ended.err) == (5, True)
    assert running.returncode == 130, err
    assert out == ""
    assert "Interrupted" in err
    assert "Traceback" not in err
    assert line.status == "cancelled"
    assert 0 < line.summary.done < line.summary.planned


@pytest.mark.slow
def test_a_reader_that_leaves_early_is_no_failure(project):
    outputs = started("outputs", "latest", "--jsonl", cwd=project)
    outputs.stdout.readline()
    outputs.stdout.close()

    assert outputs.wait(60) == 0
    assert outputs.stderr.read() == ""
    outputs.stderr.close()
