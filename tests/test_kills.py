"""Runs that are killed at random moments: nothing is lost, stored twice, or paid without being counted.

The process gets SIGKILL, over real HTTP, in the middle of what it does. That stands for a power cut too, as far as a
test can: what a process handed to the operating system survives a kill, and here only that is told apart from what it
still had in memory. That it is also on the disk, because the store asks for it, is DuckDB's part.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import re
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.held_answers import HeldAnswers, mark
from tests.support.http_projects import (
    begin,
    command,
    make_http_project,
    marked,
    open_http_project,
    stored_marks,
    usd,
)
from tests.support.openai_server import Asked, OpenAIServer, ok, status
from tests.support.processes import until
from workbench import Workbench
from workbench.store import spend

pytestmark = pytest.mark.slow

SEED = "KILLS_SEED"
"""The environment variable that repeats the moments of an earlier test."""
ROWS = 150
FEW = 30
SOON_S, LATER_S = (0.0, 0.3), (2.0, 2.6)
"""A moment after a few calls, and one so late that answers of more than a second ago must be stored."""
KILLS = ((SOON_S, 2), (LATER_S, 10))
"""Moments, and what may be spent until then: less than the whole run costs, in US dollars."""
METRICS = ("checks", "length")
PLAN = (
    *("run", "--prompt", "answer@1", "--prompt", "answer@2", "--model", "tiny", "--dataset", "golden"),
    *(option for metric in METRICS for option in ("--metric", metric)),
)
PLANNED = 2 * ROWS
FAULT_EVERY = 37
LOST_WITHIN_S = 1.0
SLACK_S = 0.8
"""What a machine that does other things as well may add to the second within which an answer is stored."""


class Provider:
    """Answers after a random while, and refuses every so often."""

    def __init__(self, luck: random.Random) -> None:
        self.refused: list[Asked] = []
        self._luck = luck
        self._numbers = itertools.count(1)

    async def __call__(self, asked, http):
        if next(self._numbers) % FAULT_EVERY == 0:
            self.refused.append(asked)
            return await status(503)(asked, http)
        return await ok(marked(asked), delay_s=self._luck.uniform(0.05, 0.25))(asked, http)


@dataclass
class Victim:
    """A run that is killed at random moments, with what was seen then."""

    project: Path
    server: OpenAIServer
    luck: random.Random
    run: str | None = None
    process: subprocess.Popen[str] | None = None
    began_s: list[float] = field(default_factory=list)
    """When each process began."""
    killed_s: list[float] = field(default_factory=list)
    stored_then: list[set[str]] = field(default_factory=list)

    def go_on(self, *options: object) -> subprocess.Popen[str]:
        """Begin the run, or resume it."""
        self.began_s.append(time.monotonic())
        asked = PLAN if self.run is None else ("resume", self.run)
        self.process = begin(self.project, *asked, *options, "--json")
        return self.process

    def finish(self, *options: str) -> None:
        """Go on to the end, and check that it is one."""
        out, err = self.go_on(*options).communicate(timeout=60)
        ended = json.loads(out)
        assert (ended["done"], ended["failed"], self.process.returncode) == (PLANNED, 0, 0), err

    def kill(self, after_s: tuple[float, float]) -> None:
        """Kill it once it has asked a few more times, and a moment after that: so many seconds, at random."""
        more = len(self.server.requests) + self.luck.randrange(1, FEW)
        until(lambda: len(self.server.requests) >= more or self.process.poll() is not None)
        threading.Event().wait(self.luck.uniform(*after_s))
        self.process.kill()
        self.killed_s.append(time.monotonic())
        self.process.communicate(timeout=30)
        until(lambda: self.server.open == 0)

    def look(self, wb: Workbench) -> None:
        """Check what holds after every kill."""
        self.run = self.run or wb.runs.find("latest")
        marks = stored_marks(wb, self.run)
        self.stored_then.append(set(marks))
        summary = wb.runs.summary(self.run)
        assert summary.planned == PLANNED
        assert summary.done == len(marks) == len(set(marks))
        assert scores_by_measure(wb, self.run) == Counter({(metric, 1): len(marks) for metric in METRICS if marks})
        assert wb.runs.status(self.run) in {"interrupted", "done"}

    def refused(self) -> set[int]:
        """The requests that got no answer from the server, by `id`."""
        return {id(asked) for asked in self.server.default.refused}

    def lost(self) -> list[list[Asked]]:
        """For each process, the requests that were sent by it and not stored after its end, but for refused ones."""
        answered = [asked for asked in self.server.requests if id(asked) not in self.refused()]
        ends = [*self.began_s[1:], float("inf")]
        return [
            [asked for asked in answered if began <= asked.arrived_s < end and mark(asked.prompt) not in stored]
            for began, end, stored in zip(self.began_s, ends, self.stored_then, strict=True)
        ]

    def charged(self) -> float:
        """What the server would charge for: whatever reached it, but for what it refused."""
        return sum(usd(asked) for asked in self.server.requests if id(asked) not in self.refused())

    def counted(self, wb: Workbench) -> float:
        """What counts against the run's budget."""
        return wb.context.read(lambda s: spend.of_run(s, self.run)).usd


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


@pytest.fixture
def victim(server, tmp_path) -> Iterator[Victim]:
    seed = int(os.environ.get(SEED) or random.SystemRandom().randrange(10**6))
    print(f"{SEED}={seed}")  # pytest shows it when the test fails
    luck = random.Random(seed)
    server.default = Provider(luck)
    made = Victim(make_http_project(tmp_path / "desk", {"tiny": server}, ROWS), server, luck)
    yield made
    made.process.kill()
    made.process.communicate(timeout=30)


def scores_by_measure(wb: Workbench, run: str) -> Counter:
    """By measure and number of scores: how many trials have so many by it."""
    rows = wb.context.read(
        lambda s: s.rows("SELECT metric, count(*) FROM scores WHERE run = ? GROUP BY metric, trial_id", [run])
    )
    return Counter(rows)


def test_killed_at_any_moment_a_run_loses_what_was_in_flight_only_and_counts_all_that_it_spent(victim):
    for after_s, cap_usd in KILLS:
        victim.go_on("--max-cost", cap_usd)
        victim.kill(after_s)
        with open_http_project(victim.project) as wb:
            victim.look(wb)
            assert victim.charged() <= victim.counted(wb) <= cap_usd
    victim.finish("--max-cost", "1000")

    with open_http_project(victim.project) as wb:
        victim.look(wb)
        assert victim.charged() <= victim.counted(wb)
        assert wb.audit.verify() == []
    lost = victim.lost()[: len(KILLS)]
    assert len(victim.server.requests) == PLANNED + sum(map(len, lost)) + len(victim.refused())
    for killed_s, requests in zip(victim.killed_s, lost, strict=True):
        ages = [killed_s - asked.answered_s for asked in requests if asked.answered_s is not None]
        assert max(ages, default=0.0) < LOST_WITHIN_S + SLACK_S


def verdict(asked: Asked) -> str:
    """Half of the claims are supported, said the way that the judge's instructions ask for."""
    return f"VERDICT {re.search('[0-9a-f]{6,}', asked.question)[0]}: 1 of 2"


def test_a_kill_among_verdicts_costs_no_answer_and_a_resume_asks_for_those_that_lack(server, tmp_path):
    server.default = HeldAnswers(100, marked)
    held = HeldAnswers(5, verdict)
    with OpenAIServer() as jury:
        jury.default = held
        servers, judge = {"tiny": server, "jury": jury}, '[judges.groundedness]\nmodel = "jury"\n'
        project = make_http_project(tmp_path / "desk", servers, 6, judge, context=["Items are lent for days."])
        process = begin(project, *PLAN, "--judge", "groundedness")
        with open_http_project(project) as wb:
            until(lambda: len(jury.requests) > 5 and wb.runs.list() and wb.runs.list()[0].summary.done == 12)
            until(lambda: judged(wb) == 5)
        process.kill()
        process.communicate(timeout=30)
        before = len(jury.requests)
        held.let_go()

        ended = command(project, "resume", "latest")

        assert ended.returncode == 0, ended.stderr
        assert len(server.requests) == 12
        assert len(jury.requests) - before == 12 - 5
        with open_http_project(project) as wb:
            assert scores_by_measure(wb, wb.runs.find("latest")) == Counter(
                {(metric, 1): 12 for metric in (*METRICS, "groundedness")}
            )


def judged(wb: Workbench) -> int:
    """How many verdicts are stored."""
    return scores_by_measure(wb, wb.runs.find("latest"))["groundedness", 1]


def test_of_two_processes_that_resume_one_run_one_wins_and_the_other_says_which(server, tmp_path):
    server.default = held = HeldAnswers(3, marked)
    project = make_http_project(tmp_path / "desk", {"tiny": server}, 6)
    first = begin(project, *PLAN)
    until(lambda: len(server.requests) > 3)
    first.kill()
    first.communicate(timeout=30)
    asked = len(server.requests)

    both = [begin(project, "resume", "latest") for _ in range(2)]
    until(lambda: any(process.poll() is not None for process in both))
    (loser,), (winner,) = ([p for p in both if (p.poll() is None) is goes_on] for goes_on in (False, True))
    told = loser.communicate(timeout=30)[1]
    held.let_go()
    winner_told = winner.communicate(timeout=30)[1]

    assert (loser.returncode, winner.returncode) == (5, 0), (told, winner_told)
    assert f"is being carried out by process {winner.pid} (" in told
    assert "workbench cancel" in told
    with open_http_project(project) as wb:
        run = wb.runs.find("latest")
        marks = stored_marks(wb, run)
    assert len(marks) == len(set(marks)) == 12
    assert Counter(mark(request.prompt) for request in server.requests[asked:]).most_common(1)[0][1] == 1
