"""Reranking over real HTTP: what is asked of a reranker, what it costs, and what becomes of a run when it fails."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.http_projects import KEY
from tests.support.openai_server import Asked, OpenAIServer, Usage, ok, status
from tests.support.processes import until
from tests.support.projects import jsonl
from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.domain.prompt import RetrievalSettings
from workbench.errors import BadResponseError, BudgetReachedError, InputError, NotFoundError, UnavailableError
from workbench.store import spend
from workbench.workspace import background
from workbench.workspace.knowledge.embedding_desks import limits_of
from workbench.workspace.runs.planning import RunOptions

TOPICS = ("books", "records", "laptops", "tents", "bicycles", "cameras")
DOCUMENTS = {
    f"{topic}.md": f"Loans of {topic}: {topic} are lent for {days} days." for days, topic in enumerate(TOPICS, 1)
}
QUESTION = "Loans of what are lent for 4 days. ?"
MODELS = """
[project]
name = "Desk"

[models.ranker]
model = "hosted_vllm/bge-reranker"
api_base = "{base}"
api_key_env = "DESK_KEY"
price = {{ input_per_million = 1000.0, output_per_million = 0.0 }}

[models.reader]
model = "openai/reader"
api_base = "{base}"
api_key_env = "DESK_KEY"
price = {{ input_per_million = 1000.0, output_per_million = 2000.0 }}
parameters = {{ max_tokens = 50 }}
"""
PROMPT = """
prompt_name: answer
messages:
  - {{role: user, content: "{words} {{{{question}}}} {{{{context}}}}"}}
retrieval: {{index: library, k: 2, rerank: {rerank}}}
"""


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


@pytest.fixture
def desk(server, tmp_path) -> Iterator[Desk]:
    made = Desk(tmp_path / "desk", server)
    yield made
    made.wb.close()


class Desk:
    """A project with an index, two models that can rerank, and prompts that have their sources reranked."""

    def __init__(self, folder: Path, server: OpenAIServer) -> None:
        self.folder, self.server = folder, server
        (folder / "docs").mkdir(parents=True)
        for name, text in DOCUMENTS.items():
            (folder / "docs" / name).write_text(text)
        self.configure()
        questions = [
            {"id": f"q{at}", "inputs": {"question": f"How long are {topic} lent?"}} for at, topic in enumerate(TOPICS)
        ]
        (folder / "golden.jsonl").write_text(jsonl(questions))
        self.wb = self.open()
        self.wb.add_dataset(folder / "golden.jsonl", name="golden")
        self.wb.build_index("library", folder / "docs")

    def configure(self, more: str = "") -> None:
        (self.folder / "workbench.toml").write_text(MODELS.format(base=self.server.api_base) + more)

    def open(self) -> Workbench:
        return Workbench.open(self.folder, actor=Actor("ann"), environ=KEY)

    def prompt(self, words: str, rerank: str = "ranker") -> None:
        path = self.folder / "answer.prompt.yaml"
        path.write_text(PROMPT.format(words=words, rerank=rerank))
        self.wb.add_prompt(path)

    def query(self, rerank: str, **options: object):
        settings = RetrievalSettings("library", rerank=rerank, **options)
        return self.wb.indexes.query("library", QUESTION, settings)

    def options(self, *prompts: str, **more: object) -> RunOptions:
        return RunOptions(prompts=prompts, dataset="golden", models=["reader"], metrics=["length"], **more)

    def run(self, *prompts: str, **more: object):
        runs = self.wb.runs
        return runs.start(runs.plan(self.options(*prompts, **more))).wait()

    def asked(self, path: str = "rerank") -> list[Asked]:
        return [asked for asked in self.server.requests if path in asked.path]

    def apart(self) -> list[tuple]:
        return self.wb.context.read(lambda s: s.rows("SELECT what, model, usd, run FROM spend_apart"))


def verdict(number: object):
    async def reply(asked: Asked, http):
        code = re.search("Code of this request: ([0-9a-f]+)", asked.question)[1]
        return await ok(f"VERDICT {code}: {number}", usage=Usage(10, 5))(asked, http)

    return reply


def test_the_reranker_decides_which_come_first_and_the_floor_is_one_of_its_relevance(desk):
    plain = desk.query(None, k=6)
    found = desk.query("ranker", k=6)

    assert found[0].chunk.document == "tents.md"
    assert [hit.rank for hit in found] == list(range(1, 7))
    assert {hit.chunk.id for hit in found} == {hit.chunk.id for hit in plain}
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    assert desk.query("ranker", k=6, min_score=found[0].score) == found[:1]
    assert desk.query("ranker", k=2) == found[:2]


def test_what_was_asked_once_is_never_paid_again(desk):
    first = desk.query("ranker", k=3)
    desk.wb.close()
    desk.wb = desk.open()

    assert desk.query("ranker", k=3) == first
    assert len(desk.asked()) == 1
    ((what, model, usd, run),) = desk.apart()
    assert (what, model, run) == ("rerank", "ranker", None)
    assert usd == pytest.approx(len(" ".join(desk.asked()[0].body["documents"]).split()) * 1e-3)


def test_any_model_reranks_by_being_asked_about_each_chunk(desk):
    desk.server.default = verdict(2)
    desk.server.when("records are lent", verdict(9))
    desk.server.when("laptops are lent", verdict("no idea"))
    before = desk.query(None, k=6)
    found = desk.query("reader", k=6)

    assert before[0].chunk.document == "tents.md"
    assert found[0].chunk.document == "records.md"
    assert found[0].score == pytest.approx(0.9)
    (unread,) = [hit for hit in found if hit.chunk.document == "laptops.md"]
    assert unread.rank == next(hit.rank for hit in before if hit.chunk.document == "laptops.md")
    assert "no readable relevance" in unread.note
    assert len(desk.asked("chat")) == 6


def test_a_model_whose_relevances_cannot_be_read_says_so_and_is_asked_again_next_time(desk):
    desk.server.default = ok("I like all of them.")
    with pytest.raises(BadResponseError, match="no readable relevance for 6 of 6 chunks"):
        desk.query("reader", k=6)
    desk.server.default = verdict(5)
    assert desk.query("reader", k=6) == tuple(desk.query("reader", k=6))


def test_a_run_reranks_each_question_once_for_all_arms_and_repeats_and_counts_what_it_cost(desk):
    desk.prompt("Say")
    desk.prompt("Tell")
    ended = desk.run("answer@1", "answer@2", repeats=2)

    assert (ended.done, ended.failed) == (24, 0)
    assert len(desk.asked()) == len(TOPICS)
    rows = desk.apart()
    assert {(what, model, run) for what, model, _, run in rows} == {("rerank", "ranker", ended.run)}
    paid = sum(usd for *_, usd, _ in rows)
    assert desk.wb.context.read(lambda s: spend.of_run(s, ended.run)).usd == pytest.approx(ended.cost_usd + paid)
    latencies = desk.wb.context.read(lambda s: s.rows("SELECT retrieval_ms FROM trial_outputs"))
    assert all(ms > 0 for (ms,) in latencies)

    again = desk.run("answer@1", "answer@2", repeats=2)
    assert again.cached == 24
    assert len(desk.asked()) == len(TOPICS)


def test_a_question_whose_reranking_fails_costs_its_trial_and_not_the_run(desk):
    desk.prompt("Say")
    desk.server.script(status(400, "I cannot read that."))
    ended = desk.run("answer@1")
    assert (ended.done, ended.failed) == (5, 1)
    (failure,) = desk.wb.context.read(lambda s: s.rows("SELECT error, message FROM trial_failures"))
    assert failure[0] == "BadRequestError"
    assert "bge-reranker" in failure[1]

    mended = desk.wb.runs.resume(ended.run, retry_failed=True).wait()
    assert (mended.done, mended.failed) == (6, 0)
    assert len(desk.asked()) == 7


def test_a_reranker_that_refuses_the_key_leaves_the_rest_of_the_run_for_a_resume(desk):
    desk.prompt("Say")
    desk.server.script(*[status(401, "wrong key")] * 4)
    ended = desk.run("answer@1")

    assert ended.done + ended.failed < 6
    assert desk.wb.runs.status(ended.run) == "interrupted"
    desk.server.reset()
    mended = desk.wb.runs.resume(ended.run, retry_failed=True).wait()
    assert (mended.done, mended.failed) == (6, 0)


def test_a_run_stops_before_reranking_would_break_its_budget(desk):
    desk.prompt("Say")
    ended = desk.run("answer@1", max_cost_usd=0.5)

    assert ended.stopped_by == "budget"
    assert desk.wb.context.read(lambda s: spend.of_run(s, ended.run)).usd <= 0.5
    mended = desk.wb.runs.resume(ended.run, max_cost_usd=1000.0).wait()
    assert (mended.done, mended.failed) == (6, 0)


def test_the_budget_of_the_month_holds_for_questions_too(desk):
    desk.configure("[budget]\nmonth_usd = 0.0001\n")
    desk.wb.close()
    desk.wb = desk.open()
    with pytest.raises(BudgetReachedError, match="budget of the month is reached"):
        desk.query("ranker", k=2)
    assert desk.asked() == []


def test_an_estimate_asks_no_reranker_and_names_its_calls(desk):
    desk.prompt("Say")
    estimate = desk.wb.estimates.of_plan(desk.wb.runs.plan(desk.options("answer@1")))

    assert desk.server.requests == []
    assert any("ranker reranks the sources of 6 questions" in note for note in estimate.notes())


def test_a_reranker_that_is_not_there_or_not_ready_is_said_before_the_run(desk):
    desk.prompt("Say", rerank="rankr")
    with pytest.raises(NotFoundError, match="rankr"):
        desk.run("answer@1")
    desk.prompt("Say", rerank="cohere/rerank-v3.5")
    with pytest.raises(UnavailableError, match="COHERE_API_KEY"):
        desk.run("answer@2")
    assert desk.server.requests == []


def test_a_budget_that_cannot_be_held_for_lack_of_the_rerankers_price_is_refused(desk):
    desk.configure()
    text = (desk.folder / "workbench.toml").read_text()
    price = "price = { input_per_million = 1000.0, output_per_million = 0.0 }\n"
    (desk.folder / "workbench.toml").write_text(text.replace(price, ""))
    desk.wb.close()
    desk.wb = desk.open()
    desk.prompt("Say")
    with pytest.raises(InputError, match="the price of 'ranker', which reranking for answer@1:reader asks"):
        desk.run("answer@1", max_cost_usd=5.0)


def test_a_cancelled_run_does_not_wait_for_its_reranker_and_loses_no_question(desk):
    async def never(asked: Asked, http):
        await asyncio.Event().wait()

    desk.prompt("Say")
    desk.server.script(never)
    runs = desk.wb.runs
    job = runs.start(runs.plan(desk.options("answer@1")))
    until(lambda: len(desk.asked()) == 1)
    job.cancel()
    ended = job.wait(20)

    assert (ended.done + ended.failed, runs.status(ended.run)) == (0, "cancelled")
    mended = runs.resume(ended.run).wait()
    assert (mended.done, mended.failed) == (6, 0)


def test_two_searches_that_ask_the_same_at_once_pay_once(desk):
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: desk.query("ranker", k=3), range(4)))

    assert all(one == found[0] for one in found)
    assert len(desk.asked()) == 1


def test_a_try_of_a_prompt_reranks_too(desk):
    desk.prompt("Say")
    content = desk.wb.prompts.get("answer@1").content
    example = desk.wb.datasets.examples("golden@1")[3]
    tried = desk.wb.tries.ask(content, example, model="reader", prompt="answer")

    assert tried.sources[0].chunk.document == "tents.md"
    assert len(desk.asked()) == 1
    assert ("rerank", "ranker") in {(what, model) for what, model, *_ in desk.apart()}


def test_limits_per_minute_hold_over_several_questions(desk):
    desk.configure("")
    path = desk.folder / "workbench.toml"
    path.write_text(
        path.read_text().replace("[models.reader]", "limits = { requests_per_minute = 2 }\n\n[models.reader]")
    )
    desk.wb.close()
    desk.wb = desk.open()
    desk.query("ranker")
    spec = desk.wb.models.resolve("ranker")
    _, pace = limits_of(spec, desk.wb.context.clock, id(background.loop()))
    seconds, reason = pace.take(0.0)

    assert len(desk.asked()) == 1
    assert seconds > 1
    assert reason == "its limit is 2 requests a minute"
