import json

from tests.support import sourced
from tests.support.completers import Scripted
from tests.support.projects import right
from workbench.domain.review import Review
from workbench.errors import BadRequestError
from workbench.store import scores
from workbench.workspace.runs.events import scores_by_trial

KEYS = [
    "request_id",
    "timestamp",
    "tenant_id",
    "use_case",
    "prompt_name",
    "prompt_version",
    "model",
    "example_id",
    "repeat",
    "prompt_tokens",
    "completion_tokens",
    "total_tokens",
    "cost_usd",
    "ttft_ms",
    "total_latency_ms",
    "retrieval_latency_ms",
    "scores",
    "groundedness_score",
    "citation_count",
    "safety_pass",
    "rag_chunks_used",
    "cache_hit",
    "error",
    "output",
]


def test_every_trial_is_one_event_with_exactly_the_documented_keys(filled, models):
    models.default = Scripted(lambda r: BadRequestError("no") if "item 2 " in r.messages[-1].content else right(r))
    run = filled.run(["answer@1", "answer@2"], "golden", models="one").id

    events = list(filled.events.of_run(run))

    assert [list(event) for event in events] == [KEYS] * 12
    assert len({event["request_id"] for event in events}) == 12
    assert json.loads(json.dumps(events, allow_nan=False)) == events


def test_an_answer_says_what_it_cost_and_a_failure_says_why_and_nothing_else(filled, models):
    models.default = Scripted(lambda r: BadRequestError("no") if "item 2 " in r.messages[-1].content else right(r))
    run = filled.run("answer@2", "golden", models="one", metrics=["checks"]).id
    by_example = {event["example_id"]: event for event in filled.events.of_run(run)}

    answered, failed = by_example["q-1"], by_example["q-2"]
    assert (answered["prompt_tokens"], answered["completion_tokens"], answered["total_tokens"]) == (10, 5, 15)
    assert (answered["use_case"], answered["prompt_version"], answered["model"]) == ("desk", 2, "one")
    assert (answered["scores"], answered["error"]) == ({"checks": 1.0}, None)
    assert failed["error"] == "BadRequestError: no"
    unknown = ("output", "cost_usd", "total_tokens", "total_latency_ms", "citation_count", "groundedness_score")
    assert [failed[key] for key in unknown] == [None] * 6


def test_an_unscored_answer_has_null_for_its_score(filled):
    run = filled.run("answer@1", "golden", models="one", metrics=["citation_validity"]).id

    assert [event["scores"] for event in filled.events.of_run(run)] == [{"citation_validity": None}] * 6


def test_many_events_come_in_pieces_and_completely(filled, monkeypatch):
    monkeypatch.setattr("workbench.workspace.runs.events.READ_AT_ONCE", 5)
    run = filled.run(["answer@1", "answer@2"], "golden", models="one").id

    assert len({event["request_id"] for event in filled.events.of_run(run)}) == 12


def test_reviews_count_as_one_more_score(finished):
    run = finished.runs.find("latest")
    trial = finished.runs.outputs(run)[0].trial_id
    now = finished.context.clock.now()
    said = [Review(trial, run, "ann", "pass", "", now), Review(trial, run, "ben", "fail", "", now)]

    frame = finished.context.read(lambda s: scores.frame(s, run))
    assert scores_by_trial(frame, said)[trial]["human"] == 0.5
    assert "human" not in scores_by_trial(frame)[trial]


def test_an_event_names_its_arm_where_prompt_and_model_do_not(wb, models):
    sourced.fill(wb)
    run = wb.run("desk@1", "golden", models="one", index=[sourced.LARGE, sourced.SMALL]).id

    events = list(wb.events.of_run(run))

    assert [list(event) for event in events] == [[*KEYS, "arm"]] * 10
    assert {event["arm"] for event in events} == {"desk@1:one with handbook", "desk@1:one with handbook-small"}
    assert {event["model"] for event in events} == {"one"}
