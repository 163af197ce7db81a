"""promptfoo's JSON, as versions 1, 2 and 3 of its format write it."""

from __future__ import annotations

import json

import pytest

from tests.support.real_data import real_data
from workbench.errors import FormatError
from workbench.formats.results.reading import read_results


def result(prompt=0, test=0, *, success=True, question="What is 2+2?", **fields):
    """One result of format version 3."""
    return {
        "promptIdx": prompt,
        "testIdx": test,
        "prompt": {"raw": f"filled in {prompt}", "label": ["Short: {{question}}", "Long: {{question}}"][prompt]},
        "provider": {"id": "openai:gpt-4o-mini", "label": ""},
        "vars": {"question": question},
        "response": {"output": "4", "tokenUsage": {"prompt": 12, "completion": 3}, "cost": 0.002},
        "success": success,
        "score": 1 if success else 0.25,
        "latencyMs": 812,
        "failureReason": 0 if success else 1,
        "error": None if success else 'Expected output to contain "four"',
        "gradingResult": {
            "pass": success,
            "reason": "All assertions passed" if success else 'Expected output to contain "four"',
            "componentResults": [
                {"pass": success, "score": 1 if success else 0, "reason": "", "assertion": {"type": "llm-rubric"}},
                {"pass": True, "score": 1, "reason": "", "assertion": {"type": "contains", "metric": "arithmetic"}},
            ],
        },
        "namedScores": {"arithmetic": 1},
        "testCase": {"vars": {"question": question}, "assert": [], "metadata": {"topic": "sums"}},
        **fields,
    }


def read(results, version=3):
    document = {"evalId": "eval-1", "results": {"version": version, "results": results, "stats": {}}, "config": {}}
    return read_results([("results.json", json.dumps(document).encode())])


def test_version_3_gives_an_arm_for_each_prompt_with_all_it_says():
    found = read([result(0), result(1, success=False)])

    assert found.tool == "promptfoo"
    assert [(arm.name, arm.model) for arm in found.arms] == [
        ("Short: {{question}}", "openai:gpt-4o-mini"),
        ("Long: {{question}}", "openai:gpt-4o-mini"),
    ]
    (answer,) = found.arms[0].answers
    assert answer.inputs == {"question": "What is 2+2?"}
    assert (answer.text, answer.latency_ms, answer.cost_usd) == ("4", 812, 0.002)
    assert (answer.prompt_tokens, answer.completion_tokens, answer.metadata) == (12, 3, {"topic": "sums"})
    assert {score.name: score.value for score in answer.scores} == {
        "pass": 1,
        "score": 1,
        "arithmetic": 1,
        "llm-rubric": 1,
    }


def test_an_assertion_that_fails_is_a_score_and_an_error_is_no_answer():
    failed = result(success=False)
    broken = result(test=1, failureReason=2, error="429 Too Many Requests", response={"error": "429"}, success=False)

    wrong, lost = read([failed, broken]).arms[0].answers

    assert (wrong.text, wrong.error) == ("4", None)
    assert wrong.scores[0].value == 0
    assert wrong.scores[0].reason == 'Expected output to contain "four"'
    assert (lost.text, lost.error, lost.scores) == (None, "429", ())


def test_what_came_from_the_cache_has_no_time_and_no_cost():
    cached = result(response={"output": "4", "cached": True, "cost": 0})

    found = read([cached])

    assert (found.arms[0].answers[0].latency_ms, found.arms[0].answers[0].cost_usd) == (None, None)
    assert any("cache" in note for note in found.notes)


def test_arms_stand_in_the_order_of_the_prompts_whatever_was_answered_first():
    assert [arm.name for arm in read([result(1), result(0)]).arms] == ["Short: {{question}}", "Long: {{question}}"]


def test_a_cost_of_nothing_is_an_unknown_one():
    assert read([result(response={"output": "4", "cost": 0}, cost=0)]).arms[0].answers[0].cost_usd is None


def test_answers_stand_in_the_order_of_their_tests_whatever_came_first():
    found = read([result(test=2, question="c"), result(test=0, question="a"), result(test=1, question="b")])

    assert [answer.inputs["question"] for answer in found.arms[0].answers] == ["a", "b", "c"]


def test_versions_1_and_2_tell_arms_by_prompt_and_provider():
    old = [
        {
            "prompt": {"raw": "Say it in Pirate: Hi", "display": f"{start} {{{{body}}}}"},
            "vars": {"body": "Hi"},
            "response": {"output": "Ahoy", "tokenUsage": {"cached": 19}},
            "success": True,
        }
        for start in ("Say", "Speak")
    ]
    version_1 = read_results([("o.json", json.dumps({"version": 1, "results": old}).encode())])
    version_2 = read([{**one, "provider": {"id": "ollama:phi"}} for one in old], version=2)

    assert [arm.name for arm in version_1.arms] == ["Say {{body}}", "Speak {{body}}"]
    assert [arm.model for arm in version_2.arms] == ["ollama:phi"] * 2


def test_prompts_that_are_kept_filled_in_are_no_arms():
    kept = [
        {
            "prompt": {"raw": f"Say {n}"},
            "vars": {"n": n},
            "response": {"output": "x"},
            "success": True,
            "provider": model,
        }
        for n in range(4)
        for model in ("small", "large")
    ]

    assert [(arm.name, arm.model, len(arm.answers)) for arm in read(kept, version=2).arms] == [
        ("", "small", 4),
        ("", "large", 4),
    ]


def test_json_lines_are_read_too():
    lines = "\n".join(json.dumps(result(prompt)) for prompt in (0, 1))

    assert len(read_results([("out.jsonl", lines.encode())]).arms) == 2


def test_a_result_without_vars_is_refused_with_its_place():
    with pytest.raises(FormatError, match=r"results\[1\]"):
        read([result(), {"prompt": {"raw": "x"}}])


def test_files_that_promptfoo_wrote_in_2023_are_read():
    folder = real_data("peer-formats") / "promptfoo-2023"
    found = read_results([("output.json", (folder / "simple-csv" / "output.json").read_bytes())])

    assert [(arm.name, len(arm.answers)) for arm in found.arms] == [
        ("Rephrase this in {{language}}: {{body}}", 4),
        ("Translate this to conversational {{language}}: {{body}}", 4),
    ]
    assert found.arms[0].answers[0].text == "Bonjour le monde"
    assert all(score.value == 1 for arm in found.arms for answer in arm.answers for score in answer.scores)
