"""DeepEval, Ragas and Langfuse, in the spellings that their versions use."""

from __future__ import annotations

import json

import pytest

from tests.support.real_data import real_data
from workbench.errors import FormatError
from workbench.formats.results.reading import read_results


def read(document, name="file.json", **options):
    return read_results([(name, json.dumps(document).encode())], **options)


def scores(answer):
    return {score.name: score.value for score in answer.scores}


CASE = {
    "name": "case",
    "input": "Why?",
    "actual_output": "So.",
    "expected_output": "Because.",
    "retrieval_context": ["one", "two"],
    "success": False,
    "completion_time": 1.5,
    "metrics_data": [
        {"name": "Faithfulness", "score": 0.4, "threshold": 0.7, "success": False, "reason": "made up"},
        {"name": "Bias", "score": None, "threshold": 0.5, "success": False, "error": "timeout"},
    ],
}


def test_deepeval_in_either_spelling():
    camel = {
        "name": "case",
        "input": "Why?",
        "actualOutput": "So.",
        "expectedOutput": "Because.",
        "retrievalContext": ["one", "two"],
        "success": False,
        "completionTime": 1.5,
        "metricsData": CASE["metrics_data"],
    }
    snake, found = read({"test_cases": [CASE]}), read({"testCases": [camel]})

    assert snake == found
    (answer,) = found.arms[0].answers
    assert (answer.text, answer.expected, answer.sources, answer.latency_ms) == (
        "So.",
        "Because.",
        ("one", "two"),
        1500,
    )
    assert scores(answer) == {"pass": 0, "Faithfulness": 0.4, "Faithfulness passed": 0, "Bias": None}
    assert answer.scores[-1].reason == "The metric failed: timeout"


def test_deepevals_model_and_prompt_name_the_arm():
    found = read({"testCases": [CASE], "hyperparameters": {"model": "gpt-4o", "prompt template": "Answer: {input}"}})

    assert (found.arms[0].model, found.arms[0].messages[0].content) == ("gpt-4o", "Answer: {input}")


def test_a_test_run_that_deepeval_wrote_is_read():
    path = real_data("peer-formats") / "deepeval/deepeval/inspect/fixtures/test_run_sample.json"
    (answer,) = read_results([(path.name, path.read_bytes())]).arms[0].answers

    assert scores(answer) == {
        "pass": 0,
        "Answer Relevancy": 0.92,
        "Answer Relevancy passed": 1,
        "Faithfulness": 0.45,
        "Faithfulness passed": 0,
    }


def test_ragas_annotations_hold_the_judges_verdict_and_the_persons():
    path = real_data("peer-formats") / "ragas/docs/_static/sample_annotated_summary.json"
    document = json.loads(path.read_text())
    found = read_results([(path.name, path.read_bytes())])
    answers = found.arms[0].answers

    assert found.tool == "Ragas"
    assert [scores(answer)["summary_accuracy"] for answer in answers] == [
        one["metric_output"] for one in document["summary_accuracy"]
    ]
    assert [scores(answer)["summary_accuracy accepted"] for answer in answers] == [
        one["is_accepted"] for one in document["summary_accuracy"]
    ]
    assert answers[0].scores[0].reason.startswith("The summary accurately captures")


def test_ragas_table_of_results_with_lists_as_pandas_writes_them_and_missing_scores():
    table = """user_input,retrieved_contexts,response,reference,faithfulness,answer_relevancy
Why?,"['first', ""it's second""]",So.,Because.,0.5,
When?,['third'],Now.,Later.,,0.75
"""
    found = read_results([("ragas.csv", table.encode())])
    why, when = found.arms[0].answers

    assert found.tool == "Ragas"
    assert why.sources == ("first", "it's second")
    assert (why.expected, why.inputs) == ("Because.", {"question": "Why?"})
    assert scores(why) == {"faithfulness": 0.5, "answer_relevancy": None}
    assert scores(when) == {"faithfulness": None, "answer_relevancy": 0.75}


TRACE = {
    "id": "t1",
    "name": "chat",
    "timestamp": "2026-05-01T10:00:00.000Z",
    "sessionId": None,
    "release": "v7",
    "environment": "production",
    "input": {"messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Why?"}]},
    "output": {"role": "assistant", "content": "So."},
    "latency": 1.25,
    "totalCost": 0.003,
    "tags": ["a"],
}


def test_langfuse_traces_with_scores_as_a_list_or_flat():
    listed = {**TRACE, "scores": [{"name": "helpful", "value": 1, "comment": "nice"}, {"name": "helpful", "value": 0}]}
    flat = {**TRACE, "helpful": [1, 0], "quality": ["good"]}

    (one,) = read([listed]).arms[0].answers
    (two,) = read([flat]).arms[0].answers

    assert (one.inputs, one.text, one.latency_ms, one.cost_usd) == ({"question": "Why?"}, "So.", 1250, 0.003)
    assert (one.scores[0].value, one.scores[0].reason) == (0.5, "nice")
    assert scores(two) == {"helpful": 0.5, "quality": 1}
    assert read([flat]).arms[0].name == "chat v7"


def test_langfuse_observations_are_told_apart_by_prompt_and_model_and_only_generations_are_answers():
    row = {"trace_id": "t1", "start_time": "2026-05-01 10:00:00.000", "end_time": "2026-05-01 10:00:02.500"}
    rows = [
        {"id": "s", "type": "SPAN", "input": "x", "output": "y", **row},
        *(
            {
                "id": f"g{n}",
                "type": "GENERATION",
                "input": "Why?",
                "output": "So.",
                "prompt_name": "answer",
                "prompt_version": n,
                "provided_model_name": "gpt-4o",
                "usage_details": {"input": 10, "output": 2},
                **row,
            }
            for n in (1, 2)
        ),
    ]
    lines = "\n".join(json.dumps(one) for one in rows)
    ratings = "\n".join(
        json.dumps({"id": f"s{n}", "trace_id": "t1", "observation_id": f"g{n}", "name": "ok", "value": n - 1})
        for n in (1, 2)
    )
    found = read_results([("observations.jsonl", lines.encode()), ("scores.jsonl", ratings.encode())])

    assert [(arm.name, arm.model) for arm in found.arms] == [("answer 1", "gpt-4o"), ("answer 2", "gpt-4o")]
    answers = [arm.answers[0] for arm in found.arms]
    assert [scores(answer) for answer in answers] == [{"ok": 0}, {"ok": 1}]
    assert (answers[0].latency_ms, answers[0].prompt_tokens) == (2500, 10)
    assert any("no generations" in note for note in found.notes)


def test_langfuse_scores_of_people_categories_and_texts_are_told_apart():
    given = [
        {"name": "helpful", "value": 1, "dataType": "BOOLEAN", "source": "EVAL"},
        {"name": "helpful", "value": 0, "dataType": "BOOLEAN", "source": "ANNOTATION"},
        {"name": "tone", "value": 2, "dataType": "CATEGORICAL", "stringValue": "stern"},
        {"name": "mood", "value": 3, "dataType": "CATEGORICAL", "stringValue": "positive"},
        {"name": "remark", "value": 0, "dataType": "TEXT", "stringValue": "long"},
    ]
    (answer,) = read([{**TRACE, "scores": given}]).arms[0].answers

    assert scores(answer) == {"helpful": 1, "helpful (people)": 0, "tone": None, "mood": 1}


def test_langfuse_numbers_that_are_no_scores_and_its_zeros_for_unknown():
    row = {**TRACE, "observationCount": 3, "timeToFirstToken": 0.2, "totalCost": 0, "inputTokens": 0, "accuracy": None}
    (answer,) = read([row]).arms[0].answers

    assert (answer.scores, answer.cost_usd, answer.prompt_tokens) == ((), None, None)


def test_langfuse_tables_hold_json_in_cells():
    table = """id,timestamp,name,sessionId,release,environment,input,output,latency,tags,accuracy
t1,2026-05-01T10:00:00Z,chat,,v7,production,"{""question"": ""Why?""}",So.,2,"[""a""]",[0.5]
"""
    found = read_results([("traces.csv", table.encode())])
    (answer,) = found.arms[0].answers

    assert (found.tool, answer.inputs, answer.text, answer.tags) == ("Langfuse", {"question": "Why?"}, "So.", ("a",))
    assert (answer.latency_ms, scores(answer)) == (2000, {"accuracy": 0.5})


def test_langfuse_rows_without_input_and_output_say_how_to_export_them():
    with pytest.raises(FormatError, match="field group io"):
        read([{**TRACE, "input": None, "output": None}])


def test_a_named_format_overrules_and_says_when_it_is_not_that():
    with pytest.raises(FormatError, match="does not look like results of deepeval"):
        read([TRACE], tool="deepeval")
