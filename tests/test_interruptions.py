"""Runs that are interrupted by what happens to a machine: a full disk, sleep, other processes, a person's cancel."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.held_answers import HeldAnswers
from tests.support.http_projects import (
    begin,
    command,
    command_apart,
    make_http_project,
    marked,
    open_http_project,
    planned_run,
    stored_marks,
)
from tests.support.openai_server import OpenAIServer, ok
from tests.support.processes import until

pytestmark = pytest.mark.slow

BOTH = planned_run("answer@1", "answer@2")
ROWS = 30
DISK_BYTES = 48 * 2**20
LEFT_BYTES = 10**6
LONG = "x" * 50_000
TIMEOUT_S = 2.0
ASLEEP_S = 3.0
"""Longer than a call may take, and than the server keeps a connection."""
AT_ONCE = 64


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        running.default = lambda asked, http: ok(marked(asked))(asked, http)
        yield running


def answers(project: Path, run: str = "latest") -> list[str]:
    """The marks of what is stored, each once."""
    with open_http_project(project) as wb:
        marks = stored_marks(wb, wb.runs.find(run))
    assert len(marks) == len(set(marks))
    return marks


class SmallDisk:
    """A file system with little room left. Raises PermissionError where none may be mounted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"
        folder.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)]
        if not shutil.which("mount") or subprocess.run(mount, check=False, capture_output=True).returncode:
            raise PermissionError

    def fill(self) -> None:
        self._ballast.write_bytes(bytes(shutil.disk_usage(self.folder).free - LEFT_BYTES))

    def make_room(self) -> None:
        self._ballast.unlink()

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return command_apart(self.folder / "desk", *arguments)

    def close(self) -> None:
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)


class SmallFiles:
    """A folder whose files may not grow, while it counts as full."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._full = False

    def fill(self) -> None:
        self._full = True

    def make_room(self) -> None:
        self._full = False

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return command_apart(self.folder / "desk", *arguments, largest_file=LEFT_BYTES if self._full else None)

    def close(self) -> None:
        """Nothing is left to undo."""


@pytest.fixture
def disk(tmp_path) -> Iterator[SmallDisk | SmallFiles]:
    """A full disk, and where none may be mounted, what comes nearest to one."""
    try:
        made = SmallDisk(tmp_path / "disk")
    except PermissionError:
        made = SmallFiles(tmp_path / "disk")
    yield made
    made.close()


def test_a_full_disk_stops_a_run_and_with_room_again_it_goes_on_where_it_was(server, disk):
    # Slow enough that what is stored at once is a part of what the disk still holds.
    server.default = lambda asked, http: ok(f"{LONG} {marked(asked)}", delay_s=0.3)(asked, http)
    project = make_http_project(disk.folder / "desk", {"tiny": server}, ROWS)
    disk.fill()
    for arguments in ((*BOTH, "--concurrency", 2), ("resume", "latest")):
        stopped = disk.command(*arguments)
        assert stopped.returncode == 4, stopped.stderr
        assert "The disk is full" in stopped.stderr
        assert "`workbench resume" in stopped.stderr
        assert "Traceback" not in stopped.stderr
    kept, asked = answers(project), len(server.requests)
    assert 0 < len(kept) < 2 * ROWS
    disk.make_room()

    resumed = disk.command("resume", "latest")

    assert resumed.returncode == 0, resumed.stderr
    assert len(server.requests) - asked == 2 * ROWS - len(kept)
    whole = answers(project)
    assert set(kept) < set(whole)
    assert len(whole) == 2 * ROWS


def test_a_machine_that_sleeps_in_the_middle_goes_on_when_it_wakes(tmp_path):
    with OpenAIServer(keep_alive_s=ASLEEP_S / 2) as server:
        server.default = lambda asked, http: ok(marked(asked), delay_s=0.2)(asked, http)
        project = make_http_project(tmp_path / "desk", {"tiny": server}, ROWS)
        running = begin(project, *BOTH, "--timeout", TIMEOUT_S, "--json")
        until(lambda: len(server.requests) > ROWS)

        running.send_signal(signal.SIGSTOP)
        threading.Event().wait(ASLEEP_S)
        running.send_signal(signal.SIGCONT)
        out, err = running.communicate(timeout=60)

    assert running.returncode == 0, err
    assert json.loads(out)["done"] == len(answers(project)) == 2 * ROWS
    with open_http_project(project) as wb:
        lost = wb.runs.failures(json.loads(out)["run"])
    # A call that was lost while it was being connected never reached the server.
    assert 2 * ROWS <= len(server.requests) <= 2 * ROWS + len(lost)


def test_a_cancel_from_another_process_keeps_what_still_arrives_and_sends_nothing_more(server, tmp_path):
    server.default = held = HeldAnswers(1, marked)
    project = make_http_project(tmp_path / "desk", {"tiny": server}, 2 * AT_ONCE)
    running = begin(project, *BOTH, "--concurrency", AT_ONCE, "--json")
    until(lambda: len(server.requests) > AT_ONCE)

    cancelled = command(project, "cancel", "latest")
    held.let_go(most=5)
    out, err = running.communicate(timeout=60)

    assert cancelled.returncode == 0, cancelled.stderr
    assert running.returncode == 4, err
    assert json.loads(out)["stopped_by"] == "cancel"
    answered = [asked for asked in server.requests if asked.answered_s is not None]
    assert len(answers(project)) == len(answered) == 1 + 5
    # Whoever was answered before the cancel was seen may have asked once more.
    assert len(server.requests) <= 1 + AT_ONCE + 5
    until(lambda: server.open == 0)


def test_two_runs_and_a_reader_in_processes_of_their_own_do_not_hold_one_another_up(server, tmp_path):
    server.default = lambda asked, http: ok(marked(asked), delay_s=0.1)(asked, http)
    project = make_http_project(tmp_path / "desk", {"tiny": server}, ROWS)
    with open_http_project(project) as wb:
        first = wb.run(["answer@1", "answer@2"], "golden", models="tiny", metrics=["checks"], use_cache=False).id

        runs = [begin(project, *planned_run(prompt), "--no-cache", "--json") for prompt in ("answer@1", "answer@2")]
        looks = 0
        while any(process.poll() is None for process in runs):
            assert len(wb.compare(first).as_json()["arms"]) == 2
            assert wb.runs.list()[-1].summary.done == 2 * ROWS
            looks += 1
            threading.Event().wait(0.2)  # a reader, not an idle loop that takes the runs' processor

    for process in runs:
        out, err = process.communicate(timeout=30)
        assert process.returncode == 0, err
        assert len(answers(project, json.loads(out)["run"])) == ROWS
    assert looks > 1
