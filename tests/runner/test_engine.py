"""Carrying out cells: every cell ends as one output or one final failure, whatever a model does."""

import asyncio
from collections import Counter

import pytest

from tests.support.builders import a_plan, a_version, an_arm, an_example
from tests.support.completers import Holding, Scripted, an_answer
from workbench.domain.clock import SystemClock
from workbench.domain.index import Chunk, RetrievedChunk
from workbench.domain.model import Usage
from workbench.domain.prompt import RetrievalSettings
from workbench.domain.run import Cell, TrialFailure, TrialOutput
from workbench.errors import AuthenticationError, BadRequestError, OverloadedError, RateLimitedError
from workbench.runner.engine import Engine, Lane
from workbench.runner.retry import RetryPolicy

AT_ONCE = RetryPolicy(attempts=3, base_s=0.0)


def engine(completers, *, concurrency=4, retrievers=None, timeout_s=5.0, retry=AT_ONCE):
    lanes = {alias: Lane(alias, completer, concurrency) for alias, completer in completers.items()}
    return Engine("run", lanes, retrievers or {}, SystemClock(), timeout_s, retry)


def carry_out(made, cells):
    async def collect():
        return [outcome async for outcome in made.outcomes(cells)]

    return asyncio.run(collect())


def by_kind(outcomes):
    outputs = [outcome for outcome in outcomes if isinstance(outcome, TrialOutput)]
    return outputs, [outcome for outcome in outcomes if isinstance(outcome, TrialFailure)]


def test_every_cell_is_answered_once():
    plan = a_plan([an_arm(), an_arm(a_version(number=2))], examples=5, repeats=3)
    model = Scripted()

    outputs, failures = by_kind(carry_out(engine({"offline/reader": model}), plan.cells()))

    assert failures == []
    assert len(model.requests) == plan.size == 30
    assert {o.trial_id for o in outputs} == {c.trial_id("run") for c in plan.cells()}
    assert all(count == 1 for count in Counter(o.trial_id for o in outputs).values())


def test_at_most_the_lanes_concurrency_is_in_flight():
    model = Scripted()

    carry_out(engine({"offline/reader": model}, concurrency=3), a_plan(examples=40).cells())

    assert model.most_at_once == 3


def test_cost_comes_from_the_arms_price_and_is_unknown_without_one():
    plan = a_plan([an_arm(model="priced"), an_arm(model="unpriced", price=None)], examples=1)
    usage = Usage(1_000_000, 500_000)
    models = {"priced": Scripted(lambda _: an_answer(usage=usage)), "unpriced": Scripted(lambda _: an_answer())}

    outputs, _ = by_kind(carry_out(engine(models), plan.cells()))

    assert {o.arm: o.cost_usd for o in outputs} == {"answer@1:priced": 2.0, "answer@1:unpriced": None}


def test_a_passing_fault_becomes_a_failed_attempt_and_then_an_output():
    answers = iter([OverloadedError("down"), RateLimitedError("slow", retry_after_s=0.01), an_answer("at last")])

    outputs, failures = by_kind(
        carry_out(engine({"offline/reader": Scripted(lambda _: next(answers))}), a_plan(examples=1).cells())
    )

    assert [(o.completion.text, o.attempts) for o in outputs] == [("at last", 3)]
    assert [(f.error, f.final, f.attempt) for f in failures] == [
        ("OverloadedError", False, 1),
        ("RateLimitedError", False, 2),
    ]


def test_a_lasting_fault_ends_as_one_final_failure():
    model = Scripted(lambda _: OverloadedError("down"))

    outputs, failures = by_kind(carry_out(engine({"offline/reader": model}), a_plan(examples=1).cells()))

    assert outputs == []
    assert [f.final for f in failures] == [False, False, True]


def test_a_refused_request_is_not_repeated():
    model = Scripted(lambda _: BadRequestError("no"))

    _, failures = by_kind(carry_out(engine({"offline/reader": model}), a_plan(examples=2).cells()))

    assert len(model.requests) == 2
    assert [f.final for f in failures] == [True, True]


def test_a_wrong_key_stops_its_lane_at_the_first_call_and_no_other():
    plan = a_plan([an_arm(model="locked"), an_arm(model="open")], examples=20)
    models = {"locked": Scripted(lambda _: AuthenticationError("wrong key")), "open": Scripted()}
    made = engine(models, concurrency=1)

    outputs, failures = by_kind(carry_out(made, plan.cells()))

    assert len(models["locked"].requests) == 1
    assert [f.arm for f in failures] == ["answer@1:locked"]
    assert len(outputs) == 20
    assert made.lanes["locked"].closed_by is not None


def test_a_defect_in_a_model_costs_one_trial_not_the_run():
    def answer(request):
        return ZeroDivisionError("oops") if "2" in request.messages[-1].content else an_answer()

    outputs, failures = by_kind(carry_out(engine({"offline/reader": Scripted(answer)}), a_plan(examples=3).cells()))

    assert len(outputs) == 2
    assert [(f.error, f.final) for f in failures] == [("ProviderError", True)]
    assert "ZeroDivisionError" in failures[0].message


def test_a_model_that_never_answers_is_given_up(monkeypatch):
    monkeypatch.setattr("workbench.runner.engine.TIMEOUT_SLACK_S", 0.0)
    policy = RetryPolicy(attempts=3, timeout_attempts=2, base_s=0.0)

    async def collect():
        made = engine({"offline/reader": Holding()}, timeout_s=0.02, retry=policy)
        return [outcome async for outcome in made.outcomes(a_plan(examples=1).cells())]

    _, failures = by_kind(asyncio.run(collect()))

    assert [(f.error, f.final) for f in failures] == [("ModelTimeoutError", False), ("ModelTimeoutError", True)]


def test_cancel_keeps_answers_that_still_arrive_and_starts_no_more():
    async def collect():
        model = Holding()
        made = engine({"offline/reader": model}, concurrency=1)
        outcomes = []

        async def take():
            outcomes.extend([outcome async for outcome in made.outcomes(a_plan(examples=50).cells())])

        taking = asyncio.create_task(take())
        await model.asked.wait()
        made.cancel()
        model.release.set()
        await taking
        return outcomes

    outputs, failures = by_kind(asyncio.run(collect()))

    assert failures == []
    assert len(outputs) == 1


def test_cancel_ends_calls_that_do_not_come_back(monkeypatch):
    monkeypatch.setattr("workbench.runner.engine.CANCEL_GRACE_S", 0.01)

    async def collect():
        model = Holding()
        made = engine({"offline/reader": model})
        stream = made.outcomes(a_plan(examples=5).cells())
        first = asyncio.ensure_future(anext(stream, None))
        await model.asked.wait()
        made.cancel()
        return await first

    assert asyncio.run(collect()) is None


class OneShelf:
    """A retriever that finds one chunk and counts how often it is asked."""

    fingerprint = "sha256:shelf"

    def __init__(self):
        self.asked = []

    def retrieve(self, query, settings):
        self.asked.append(query)
        return (RetrievedChunk(Chunk("c1", "fees.md", 0, "The fee is 1%.", 0, 14, ("Fees",)), 1, 0.9),)


def test_arms_that_ask_the_same_share_one_search_and_see_numbered_sources():
    settings = RetrievalSettings("handbook")
    versions = [a_version(number=n, user="{{question}}\n{{context}}", retrieval=settings) for n in (1, 2)]
    plan = a_plan([an_arm(v, index_fingerprint="sha256:shelf") for v in versions], examples=2)
    shelf, model = OneShelf(), Scripted()

    outputs, _ = by_kind(carry_out(engine({"offline/reader": model}, retrievers={"sha256:shelf": shelf}), plan.cells()))

    assert sorted(shelf.asked) == ["Question 1?", "Question 2?"]
    assert model.requests[0].messages[-1].content == "Question 1?\n[1] fees.md › Fees\nThe fee is 1%."
    assert all(o.retrieval_ms is not None and o.retrieved[0].chunk.id == "c1" for o in outputs)


def test_a_row_that_cannot_fill_the_template_fails_alone():
    arm = an_arm(a_version(user="{{question}} {{context}}"))
    cells = [Cell(arm, an_example(1), 1), Cell(arm, an_example(2, context=("Given text.",)), 1)]

    outputs, failures = by_kind(carry_out(engine({"offline/reader": Scripted()}), cells))

    assert [o.example_id for o in outputs] == ["q-002"]
    assert [(f.example_id, f.error, f.final) for f in failures] == [("q-001", "MissingVariableError", True)]


@pytest.mark.parametrize("retry_after_s", [0.0, 0.01])
def test_retry_after_holds_back_the_whole_lane(retry_after_s):
    first = iter([RateLimitedError("slow down", retry_after_s=retry_after_s)])
    model = Scripted(lambda _: next(first, None) or an_answer())

    outputs, failures = by_kind(carry_out(engine({"offline/reader": model}), a_plan(examples=10).cells()))

    assert len(outputs) == 10
    assert len(failures) == 1
