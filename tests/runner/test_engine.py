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
from workbench.domain.run import Cell, Replayed, TrialFailure, TrialOutput
from workbench.errors import (
    AuthenticationError,
    BadRequestError,
    ConnectionFailedError,
    ContextTooLongError,
    ModelTimeoutError,
    OverloadedError,
    RateLimitedError,
)
from workbench.runner.brake import Brake
from workbench.runner.engine import Engine
from workbench.runner.lane import PAUSE_AFTER, Lane, Spend
from workbench.runner.preparing import Preparer
from workbench.runner.retry import RetryPolicy

AT_ONCE = RetryPolicy(attempts=3, base_s=0.0)


def engine(completers, *, concurrency=4, retrievers=None, timeout_s=5.0, retry=AT_ONCE, caches=None, **lane_options):
    brake, clock = Brake(), SystemClock()
    lanes = {
        alias: Lane(alias, completer, concurrency, clock=clock, brake=brake, **lane_options)
        for alias, completer in completers.items()
    }
    preparer = Preparer(retrievers or {}, timeout_s=timeout_s, caches=caches)
    return Engine("run", lanes, preparer, clock, brake, timeout_s, retry)


def carry_out(made, cells):
    async def collect():
        return [arrived.outcome async for arrived in made.outcomes(cells)]

    return asyncio.run(collect())


async def turns_until(condition):
    """Let the event loop turn until something has happened."""
    while not condition():  # noqa: ASYNC110 (no event tells of it)
        await asyncio.sleep(0)


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


def test_more_cells_may_be_carried_out_after_the_first():
    plan, model = a_plan(examples=20), Scripted()

    async def in_two_parts():
        made, cells = engine({"offline/reader": model}), plan.cells()
        return [[arrived.outcome async for arrived in made.outcomes(part)] for part in (cells[:5], cells[5:])]

    first, second = asyncio.run(in_two_parts())

    assert (len(first), len(second), len(model.requests)) == (5, 15, 20)


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
    assert made.lanes["locked"].state == "closed"


def test_a_defect_in_a_model_costs_one_trial_not_the_run():
    def answer(request):
        return ZeroDivisionError("oops") if "2" in request.messages[-1].content else an_answer()

    outputs, failures = by_kind(carry_out(engine({"offline/reader": Scripted(answer)}), a_plan(examples=3).cells()))

    assert len(outputs) == 2
    assert [(f.error, f.final) for f in failures] == [("ProviderError", True)]
    assert "ZeroDivisionError" in failures[0].message


def test_a_model_that_never_answers_is_given_up(monkeypatch):
    monkeypatch.setattr("workbench.runner.lane.TIMEOUT_SLACK_S", 0.0)
    policy = RetryPolicy(attempts=3, timeout_attempts=2, base_s=0.0)

    async def collect():
        made = engine({"offline/reader": Holding()}, timeout_s=0.02, retry=policy)
        return [arrived.outcome async for arrived in made.outcomes(a_plan(examples=1).cells())]

    _, failures = by_kind(asyncio.run(collect()))

    assert [(f.error, f.final) for f in failures] == [("ModelTimeoutError", False), ("ModelTimeoutError", True)]


def test_cancel_keeps_answers_that_still_arrive_and_starts_no_more():
    async def collect():
        model = Holding()
        made = engine({"offline/reader": model}, concurrency=1)
        outcomes = []

        async def take():
            outcomes.extend([arrived.outcome async for arrived in made.outcomes(a_plan(examples=50).cells())])

        taking = asyncio.create_task(take())
        await model.asked.wait()
        made.brake.pull("cancel")
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
        made.brake.pull("cancel")
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


def test_a_provider_that_is_down_pauses_its_lane_and_the_others_finish():
    plan = a_plan([an_arm(model="down"), an_arm(model="up")], examples=40)
    down = Scripted(lambda _: OverloadedError("down"))
    made = engine({"down": down, "up": Scripted()}, concurrency=1)

    outputs, failures = by_kind(carry_out(made, plan.cells()))

    assert len(outputs) == 40
    assert sum(failure.final for failure in failures) == PAUSE_AFTER
    assert made.lanes["down"].state == "paused"
    assert made.lanes["down"].stopped_by.message == "down"


def test_a_paused_lane_can_be_continued_while_others_work_and_loses_no_cell():
    async def collect():
        down, slow = Scripted(lambda _: OverloadedError("down")), Holding()
        made = engine({"down": down, "slow": slow}, concurrency=2)
        outcomes = []

        async def take():
            plan = a_plan([an_arm(model="down"), an_arm(model="slow")], examples=30)
            async for arrived in made.outcomes(plan.cells()):
                outcomes.append(arrived.outcome)

        taking = asyncio.create_task(take())
        await turns_until(lambda: made.lanes["down"].state == "paused" and not made.lanes["down"].slots.in_flight)
        down.answer = lambda _: an_answer()
        made.go_on("down")
        await turns_until(lambda: any(isinstance(outcome, TrialOutput) for outcome in outcomes))
        slow.release.set()
        await taking
        return outcomes

    outputs, failures = by_kind(asyncio.run(collect()))

    lost = {failure.trial_id for failure in failures if failure.final}
    assert len(outputs) + len(lost) == 60
    assert {output.trial_id for output in outputs} & lost == set()
    assert PAUSE_AFTER <= len(lost) <= PAUSE_AFTER + 1  # two calls are under way at once


def test_errors_about_single_rows_pause_nothing():
    model = Scripted(lambda _: ContextTooLongError("too long"))

    _, failures = by_kind(carry_out(engine({"offline/reader": model}), a_plan(examples=20).cells()))

    assert len(failures) == 20


def test_models_of_one_swapping_server_are_asked_one_after_another():
    order = []

    def answering(name):
        return Scripted(lambda _: order.append(name) or an_answer())

    plan = a_plan([an_arm(model="first"), an_arm(model="second")], examples=6)
    made = engine({"first": answering("first"), "second": answering("second")}, server="http://127.0.0.1:11434")

    outputs, _ = by_kind(carry_out(made, plan.cells()))

    assert order == ["first"] * 6 + ["second"] * 6
    assert len(outputs) == 12


def test_the_first_call_of_a_local_model_goes_alone_and_is_marked():
    model = Scripted()
    at_first = []
    model.answer = lambda request: at_first.append(model.at_once) or an_answer()

    outputs, _ = by_kind(carry_out(engine({"offline/reader": model}, local=True), a_plan(examples=8).cells()))

    assert at_first[0] == 1
    assert max(at_first) == 4
    assert [output.cold_start for output in outputs].count(True) == 1


class Known:
    """A cache that knows some answers, and keeps what it was asked."""

    def __init__(self, answers):
        self.answers = answers
        self.asked = []

    def find(self, request_keys):
        self.asked.append(list(request_keys))
        return {key: self.answers[key] for key in request_keys if key in self.answers}


def test_an_earlier_answer_is_replayed_with_what_it_took_then_and_nothing_is_asked():
    plan = a_plan(examples=3, repeats=2)
    first, _ = by_kind(carry_out(engine({"offline/reader": Scripted()}), plan.cells()))
    known = {o.request_key: Replayed(o.completion, 0.25, None) for o in first if o.repeat == 1}
    model, cache = Scripted(), Known(known)

    outputs, _ = by_kind(carry_out(engine({"offline/reader": model}, caches={"offline/reader": cache}), plan.cells()))

    replayed = [output for output in outputs if output.cache_hit]
    assert {output.repeat for output in replayed} == {1}
    assert [(o.cost_usd, o.spent_usd, o.attempts, o.completion.latency_ms) for o in replayed] == [
        (0.25, 0.0, 0, 1.0)
    ] * 3
    assert len(model.requests) == 3
    assert len(cache.asked) == 1


def test_what_a_model_says_it_cost_and_read_counts():
    answer = an_answer(cost_usd=0.125, sources=("Found by itself.",))

    outputs, _ = by_kind(carry_out(engine({"offline/reader": Scripted(lambda _: answer)}), a_plan(examples=1).cells()))

    assert (outputs[0].cost_usd, outputs[0].spent_usd) == (0.125, 0.125)
    assert [found.chunk.text for found in outputs[0].retrieved] == ["Found by itself."]


class Purse:
    """A budget in memory."""

    def __init__(self, usd):
        self.left = usd
        self.held = {}
        self.settled = []

    async def reserve(self, model, usd):
        if usd > self.left:
            return None
        self.left -= usd
        name = f"r{len(self.held) + 1}"
        self.held[name] = usd
        return name

    def settle(self, reservation, usd):
        self.settled.append((reservation, usd))
        self.left += 0.0 if usd is None else self.held[reservation] - usd


def spending(purse, cost=0.0625):
    return Spend(purse, lambda _: 0.25, lambda _: cost)


def test_nothing_is_sent_once_the_budget_is_reached_and_what_was_answered_is_kept():
    purse, model = Purse(1.0), Scripted()
    made = engine({"offline/reader": model}, concurrency=1, spend=spending(purse))

    outputs, failures = by_kind(carry_out(made, a_plan(examples=50).cells()))

    assert made.brake.reason == "budget"
    assert failures == []
    assert len(outputs) == len(model.requests) == 13  # the fourteenth could cost a quarter, and 0.1875 is left
    assert sorted(o.reservation for o in outputs) == sorted(purse.held)


@pytest.mark.parametrize(
    ("error", "charged"),
    [
        (OverloadedError("down", status=503), 0.0),
        (BadRequestError("no", status=400), 0.0),
        (ConnectionFailedError("refused", sent=False), 0.0),
        (ConnectionFailedError("cut"), None),
        (ModelTimeoutError("late"), None),
    ],
)
def test_reserved_spend_is_kept_where_the_provider_may_have_charged(error, charged):
    purse = Purse(10.0)
    made = engine(
        {"offline/reader": Scripted(lambda _: error)},
        spend=spending(purse),
        retry=RetryPolicy(attempts=1, timeout_attempts=1),
    )

    _, failures = by_kind(carry_out(made, a_plan(examples=1).cells()))

    assert purse.settled == [("r1", charged)]
    assert failures[0].reservation == (None if charged is None else "r1")


def test_a_call_that_a_cancel_cuts_off_keeps_its_reservation(monkeypatch):
    monkeypatch.setattr("workbench.runner.engine.CANCEL_GRACE_S", 0.01)
    purse = Purse(10.0)

    async def collect():
        model = Holding()
        made = engine({"offline/reader": model}, concurrency=1, spend=spending(purse))
        stream = made.outcomes(a_plan(examples=5).cells())
        first = asyncio.ensure_future(anext(stream, None))
        await model.asked.wait()
        made.brake.pull("cancel")
        await first

    asyncio.run(collect())

    assert purse.settled == [("r1", None)]


def test_a_cancel_after_the_budget_is_reached_does_not_wait_for_calls_under_way(monkeypatch):
    monkeypatch.setattr("workbench.runner.engine.CANCEL_GRACE_S", 0.01)

    async def collect():
        model = Holding()
        made = engine({"offline/reader": model}, timeout_s=60.0)
        first = asyncio.ensure_future(anext(made.outcomes(a_plan(examples=5).cells()), None))
        await model.asked.wait()
        made.brake.pull("budget")
        for _ in range(5):
            await asyncio.sleep(0)
        made.brake.pull("cancel")
        return await first

    assert asyncio.run(collect()) is None
