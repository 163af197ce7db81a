"""A provider that charges whatever it may: what it charges never passes a cap, over real HTTP and through kills."""

from __future__ import annotations

import json
import random
import threading

import pytest

from tests.support.commands import started, workbench
from tests.support.openai_server import OpenAIServer, Usage, ok, status
from tests.support.processes import until
from tests.support.projects import PLAIN, jsonl, rows
from workbench.workspace import Workbench

pytestmark = pytest.mark.slow

PRICE_IN, PRICE_OUT = 10.0, 200.0
LONGEST = 100
ROWS = 120
TOML = f"""\
[project]
name = "Dear"

[models.tiny]
model = "openai/tiny"
api_base = "API_BASE"
api_key_env = "DEAR_KEY"
parameters = {{ max_tokens = {LONGEST} }}
price = {{ input_per_million = {PRICE_IN}, output_per_million = {PRICE_OUT} }}
limits = {{ concurrency = 64 }}
"""
RUN = ("run", "--prompt", "answer@1", "--dataset", "golden", "--model", "tiny", "--no-cache", "--json")


class Provider:
    """Charges for every request as it arrives, at most what it may; some answers are then lost on the way."""

    def __init__(self, server: OpenAIServer) -> None:
        self.charged_usd = 0.0
        self._luck = random.Random(7)
        self._lock = threading.Lock()
        server.default = self.answer
        server.latency_s = 0.0

    async def answer(self, asked, http):
        with self._lock:
            fate = self._luck.random()
            sent = len(json.dumps(asked.body["messages"]).encode())
            usage = Usage(self._luck.randint(sent // 4, sent), self._luck.choice((1, LONGEST // 2, LONGEST)))
            if fate > 0.03:
                self.charged_usd += (usage.prompt * PRICE_IN + usage.completion * PRICE_OUT) / 1e6
        if fate <= 0.03:
            return await status(500)(asked, http)
        late = 0.05 + fate / 10
        return await ok("1 day " * 5, usage=usage, delay_s=late, cut_after=2 if fate > 0.97 else None)(asked, http)


@pytest.fixture
def provider():
    with OpenAIServer() as server:
        provider = Provider(server)
        provider.server = server
        yield provider


@pytest.fixture
def project(provider, tmp_path):
    (tmp_path / "workbench.toml").write_text(TOML.replace("API_BASE", provider.server.api_base))
    (tmp_path / "plain.prompt.yaml").write_text(PLAIN)
    (tmp_path / "golden.jsonl").write_text(jsonl(rows(ROWS)))
    with Workbench.open(tmp_path) as wb:
        wb.add_prompt(tmp_path / "plain.prompt.yaml")
        wb.add_dataset(tmp_path / "golden.jsonl", name="golden")
    return tmp_path


def spent(project) -> float:
    with Workbench.open(project) as wb:
        return wb.spending.month().spent.usd


def test_with_64_calls_in_flight_nobody_is_charged_more_than_the_runs_cap(provider, project):
    cap = 0.8
    ended = workbench(*RUN, "--max-cost", cap, cwd=project, DEAR_KEY="k")
    summary = json.loads(ended.stdout)
    assert summary["stopped_by"] == "budget", ended.stderr
    assert provider.server.peak > 16
    assert 0.7 * cap < provider.charged_usd <= cap
    again = workbench("resume", summary["run"], "--json", cwd=project, DEAR_KEY="k")
    assert json.loads(again.stdout)["stopped_by"] == "budget", again.stderr
    assert provider.charged_usd <= spent(project) + 1e-9 <= cap + 1e-6

    resumed = workbench("resume", summary["run"], "--max-cost", 100, "--json", cwd=project, DEAR_KEY="k")
    assert json.loads(resumed.stdout)["done"] == ROWS, resumed.stderr


def test_two_runs_in_two_processes_of_which_one_is_killed_stay_within_the_months_cap(provider, project):
    cap = 1.2
    toml = project / "workbench.toml"
    toml.write_text(toml.read_text() + f"[budget]\nmonth_usd = {cap}\n")
    first, second = (started(*RUN, cwd=project, DEAR_KEY="k") for _ in range(2))
    until(lambda: len(provider.server.requests) > 40)
    first.kill()
    first.communicate(timeout=60)
    out, err = second.communicate(timeout=120)
    runs = json.loads(workbench("runs", "--json", cwd=project).stdout)
    for run in runs:
        workbench("resume", run["run"], cwd=project, DEAR_KEY="k")

    assert json.loads(out)["done"], err
    assert len(runs) == 2
    assert 0.5 * cap < provider.charged_usd <= spent(project) + 1e-9 <= cap + 1e-6
