"""Answers of earlier runs are replayed instead of asked again: seen from the server's side, over real HTTP."""

from __future__ import annotations

import json

import pytest

from tests.support.http_projects import command, make_http_project, marked, open_http_project, planned_run
from tests.support.openai_server import OpenAIServer, ok

pytestmark = pytest.mark.slow

ROWS = 6
RUN = (*planned_run("answer@1"), "--json")


@pytest.fixture
def server():
    with OpenAIServer() as running:
        running.default = lambda asked, http: ok(marked(asked))(asked, http)
        yield running


@pytest.fixture
def asked(server, tmp_path):
    """Carry out a command and return its document, and how many requests it sent."""
    project = make_http_project(tmp_path / "desk", {"tiny": server}, ROWS)

    def carry_out(*arguments):
        before = len(server.requests)
        ended = command(project, *arguments)
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout), len(server.requests) - before

    carry_out.project = project
    return carry_out


def test_the_same_run_again_sends_nothing_costs_nothing_and_says_so(asked):
    first, sent = asked(*RUN)
    assert (first["cached"], sent) == (0, ROWS)
    assert first["cost_usd"] > 0

    again, sent = asked(*RUN)
    assert (again["done"], again["cached"], again["cost_usd"], sent) == (ROWS, ROWS, 0.0, 0)
    with open_http_project(asked.project) as wb:
        measured, replayed = (wb.runs.outputs(run["run"]) for run in (first, again))
        assert [output.completion for output in replayed] == [output.completion for output in measured]
        assert [output.cost_usd for output in replayed] == [output.cost_usd for output in measured]

    anew, sent = asked(*RUN, "--no-cache")
    assert (anew["cached"], anew["cost_usd"], sent) == (0, first["cost_usd"], ROWS)


def test_repeats_are_asked_one_by_one_and_each_is_replayed_as_itself(asked, server):
    async def something_new(asked, http):
        return await ok(f"Answer {len(server.requests)}.")(asked, http)

    server.default = something_new

    _, sent = asked(*RUN)
    assert sent == ROWS
    twice, sent = asked(*RUN, "--repeats", 2)
    assert (twice["cached"], sent) == (ROWS, ROWS)

    with open_http_project(asked.project) as wb:
        texts = [output.completion.text for output in wb.runs.outputs(twice["run"])]
    assert len(set(texts)) == 2 * ROWS
