"""Runs that stop at a planned look, seen from the server's side over real HTTP: what is settled is not asked further."""

from __future__ import annotations

import json
import re
import signal

import pytest

from tests.support.http_projects import begin, command, make_http_project, open_http_project, planned_run
from tests.support.openai_server import OpenAIServer, ok
from tests.support.processes import until

pytestmark = pytest.mark.slow

ROWS = 40
RUN = (*planned_run("answer@1", "answer@2"), "--stop-early", "checks", "--json")


def right(asked) -> str:
    return f"{re.search(r'item ([0-9]+)', asked.question).group(1)} days"


def careful(asked) -> bool:
    return "one sentence" in asked.prompt


def the_careful_version_is_right(asked, http):
    return ok(right(asked) if careful(asked) else "I do not know.")(asked, http)


@pytest.fixture
def server():
    with OpenAIServer() as running:
        yield running


@pytest.fixture
def project(server, tmp_path):
    return make_http_project(tmp_path / "desk", {"tiny": server}, ROWS)


def carried_out(project, *arguments):
    ended = command(project, *arguments)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout), ended.stderr


def test_a_clear_difference_stops_the_run_at_half_and_nothing_more_is_sent(server, project):
    server.default = the_careful_version_is_right

    document, talk = carried_out(project, *RUN)

    assert (document["settled_at"], document["stopped_by"]) == ({"look": 2, "examples": 20}, None)
    assert (document["planned"], document["done"], document["failed"]) == (2 * ROWS, ROWS, 0)
    assert len(server.requests) == ROWS
    assert "Stopped early, settled after 20 rows" in talk
    with open_http_project(project) as wb:
        run = document["run"]
        asked = {row.id for row in wb.runs.stored_plan(run).examples[:20]}
        frame = wb.runs.frame(run)
        assert set(frame["example_id"]) == asked
        assert asked != {f"q-{n}" for n in range(1, 21)}  # not the file's order
        assert wb.runs.status(run) == "done"
        (pair,) = wb.compare(run).as_json()["pairs"]
        assert (pair["verdict"], pair["n"]) == ("better", 20)


def test_resume_leaves_the_rest_unasked_unless_it_is_told_to_ask_all(server, project):
    server.default = the_careful_version_is_right
    run = carried_out(project, *RUN)[0]["run"]

    again, _ = carried_out(project, "resume", run, "--json")

    assert (again["settled_at"], again["done"], len(server.requests)) == ({"look": 2, "examples": 20}, ROWS, ROWS)

    whole, _ = carried_out(project, "resume", run, "--all", "--json")

    assert (whole["settled_at"], whole["done"], len(server.requests)) == (None, 2 * ROWS, 2 * ROWS)
    assert carried_out(project, "resume", run, "--json")[0]["settled_at"] is None


def test_arms_that_are_alike_are_asked_everything(server, project):
    server.default = lambda asked, http: ok(right(asked))(asked, http)

    document, _ = carried_out(project, *RUN)

    assert (document["settled_at"], document["done"], len(server.requests)) == (None, 2 * ROWS, 2 * ROWS)


def test_a_killed_run_keeps_to_its_order_and_its_looks(server, project):
    server.default = lambda asked, http: ok(right(asked) if careful(asked) else "No.", delay_s=0.1)(asked, http)
    running = begin(project, *RUN)
    until(lambda: len(server.requests) > ROWS // 2)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    until(lambda: server.open == 0)
    with open_http_project(project) as wb:
        stored = len(wb.runs.frame("latest"))
    before = len(server.requests)

    resumed, _ = carried_out(project, "resume", "latest", "--json")

    assert resumed["settled_at"] == {"look": 2, "examples": 20}
    assert (resumed["done"], len(server.requests) - before) == (ROWS, ROWS - stored)
