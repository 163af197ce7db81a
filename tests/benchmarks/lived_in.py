"""What people and judges leave behind in a project that is used for long, put into the one of `big_project`.

Verdicts, notes, failure modes and a judge's scores on the newest run, gates, approvals on evidence, environments,
exports, and a long audit log.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.benchmarks import big_project
from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.domain.audit import AuditEntry, entry_hash
from workbench.domain.review import Review
from workbench.domain.review_queue import Pairs, QueueWork, RandomSample
from workbench.domain.score import Score, Scored
from workbench.store import audit, judge_versions, reviews, scores, trials
from workbench.store.codec import encode
from workbench.store.session import Session

REVIEWERS = ("ann", "ben", "cora")
JUDGED = 600
"""Answers that each reviewer judged."""
MODES = tuple(f"goes wrong in way {n}" for n in range(1, 13))
RELEASES = 8
AUDIT_ENTRIES = 10_000
JUDGE = "helpful"
SETTINGS = """
[judges.helpful]
model = "openai/judge"
criteria = ["Does the answer help?"]

[gates.release]
rules = [
  { metric = "correct", at_least = 0.5 },
  { metric = "latency", at_most = 4000, quantile = 0.95 },
  { examples_at_least = 50 },
]
"""


def build(folder: Path) -> list[str]:
    """Make the project with its runs and everything that people did, and return the runs' ids, oldest first."""
    made = big_project.build(folder)
    with (folder / "workbench.toml").open("a") as settings:
        settings.write(SETTINGS)
    with Workbench.open(folder, actor=Actor(REVIEWERS[0])) as wb:
        luck = random.Random(11)
        _judge_and_review(wb, made[-1], luck)
        _release(wb, made, folder / "repository")
        wb.context.write(lambda session: _log(wb, session))
        wb.context.store.checkpoint()
    return made


def _judge_and_review(wb: Workbench, run: str, luck: random.Random) -> None:
    """A judge's score for every answer of a run, queues, and the verdicts of three people with notes and tags."""
    judge, now = wb.measures.judge(JUDGE), wb.context.clock.now()
    answers = list(wb.context.read(lambda s: trials.frame(s, run))["trial_id"])
    wb.reviews.queues.create(run, RandomSample(JUDGED), QueueWork(name="a sample"))
    wb.reviews.queues.create(run, Pairs(n=JUDGED // 2), QueueWork(name="side by side"))
    queue = wb.reviews.queues.everything(run)
    given = [
        Score(trial, JUDGE, judge.version, Scored(float(luck.random() < 0.8), "It says so."), now) for trial in answers
    ]
    said = [
        _verdict(trial, run, name, queue.id, luck, now) for name in REVIEWERS for trial in luck.sample(answers, JUDGED)
    ]

    def change(session: Session) -> None:
        judge_versions.register(session, JUDGE, judge.version, judge.content, now)
        scores.append(session, given)
        reviews.append_all(session, said)

    wb.context.write(change)


def _verdict(trial: str, run: str, reviewer: str, queue: str, luck: random.Random, now) -> Review:
    failed = luck.random() < 0.3
    return Review(
        trial,
        run,
        reviewer,
        "fail" if failed else "pass",
        f"Here it {luck.choice(MODES)}: rule {luck.randrange(40)} was not kept." if failed else "",
        now,
        seconds=luck.uniform(5, 40),
        queue=queue,
        rubric="",
        tags=(luck.choice(MODES),) if failed and luck.random() < 0.8 else (),
    )


def _release(wb: Workbench, made: Sequence[str], repository: Path) -> None:
    """Approve some versions on evidence, put them into environments and write their files."""
    repository.mkdir()
    for run in made[-RELEASES:]:
        label = wb.runs.info(run).arms[0].partition(":")[0]
        wb.releases.approve(label, run=run, gate="release", override="It is for a measurement.")
        wb.releases.promote(label, to="staging")
        wb.releases.promote(label, to="production")
        wb.releases.export(label, repository)


def _log(wb: Workbench, session: Session) -> None:
    """Lengthen the audit log, as years of work would."""
    (number, previous), now = audit.head(session), wb.context.clock.now()
    rows = []
    while number < AUDIT_ENTRIES:
        number += 1
        at = now + timedelta(milliseconds=number)
        detail = {"verdict": "pass", "queue": "q"}
        entry = AuditEntry(number, at, REVIEWERS[number % 3], "review", f"trial {number}", detail, previous, "")
        previous = entry_hash(entry)
        entry = replace(entry, hash=previous)
        rows.append((number, at, entry.actor, entry.action, entry.subject, encode(detail), entry.previous, previous))
    columns = ("number", "happened_at", "actor", "action", "subject", "detail", "previous", "hash")
    session.insert("audit_entries", columns, rows)
