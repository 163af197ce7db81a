"""Plain files: what columns are taken for, what is said of guesses, and what is refused."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import FormatError
from workbench.formats.results.reading import read_results


def read(text, name="answers.csv", **columns):
    return read_results([(name, text.encode())], columns=columns)


def only(found):
    ((answer,),) = (arm.answers for arm in found.arms)
    return answer


def lines(*rows):
    return "\n".join(json.dumps(row) for row in rows)


def test_usual_names_are_understood_whatever_their_spelling():
    answer = only(
        read('Ideal Answer,userInput,Model Response,Latency (ms),Cost USD,correct,"Notes"\nB,Q,A,120,0.01,yes,n\n')
    )

    assert (answer.inputs, answer.expected, answer.text) == ({"question": "Q"}, "B", "A")
    assert (answer.latency_ms, answer.cost_usd, answer.metadata) == (120, 0.01, {"Notes": "n"})
    assert [(score.name, score.value) for score in answer.scores] == [("correct", 1)]


def test_columns_can_be_named():
    answer = only(
        read(
            "Frage,Antwort,Sprache,Note\nQ,A,de,3\n",
            Frage="question",
            Antwort="output",
            Sprache="inputs.language",
            Note="skip",
        )
    )

    assert (answer.inputs, answer.text, answer.scores) == ({"question": "Q", "language": "de"}, "A", ())


def test_a_column_that_is_not_there_is_refused_with_the_nearest():
    with pytest.raises(FormatError, match=r"no column 'anwser'.*'answer'"):
        read("question,answer\nQ,A\n", anwser="output")


@pytest.mark.parametrize(
    ("header", "cell", "ms"),
    [("latency", "2.5", 2500), ("latency", "2500", 2500), ("latency_s", "250", 250_000), ("duration_ms", "2", 2)],
)
def test_times_without_a_unit_are_told_by_their_size(header, cell, ms):
    found = read(f"question,answer,{header}\nQ,A,{cell}\n")

    assert only(found).latency_ms == ms
    assert any("was read as" in note for note in found.notes) == (header == "latency")


def test_arms_are_told_by_their_columns():
    found = read("question,answer,variant,model\nQ,A,new,big\nQ,B,old,big\nR,C,new,big\n")

    assert [(arm.name, arm.model, len(arm.answers)) for arm in found.arms] == [("new", "big", 2), ("old", "big", 1)]


def test_prompts_that_are_filled_in_are_no_arms_and_templates_are():
    filled = read("question,answer,prompt\nQ,A,Answer Q\nR,B,Answer R\n")
    templates = read("question,answer,prompt\nQ,A,Short\nR,B,Short\nQ,A,Long\nR,B,Long\n")

    assert [arm.name for arm in filled.arms] == ["answers"]
    assert [arm.messages[0].content for arm in templates.arms] == ["Short", "Long"]


def test_what_users_said_is_a_score():
    found = read(
        lines(
            {"question": "Q", "output": "A", "feedback": "thumbs_up", "rating": 4},
            {"question": "R", "output": "B", "feedback": "👎", "rating": None},
            {"question": "S", "output": "C"},
        ),
        "events.jsonl",
    )

    given_scores = [{score.name: score.value for score in answer.scores} for answer in found.arms[0].answers]
    assert given_scores == [
        {"feedback": 1, "rating": 4},
        {"feedback": 0, "rating": None},
        {"feedback": None, "rating": None},
    ]


def test_our_own_events_are_read_with_prompt_model_scores_and_failures():
    event = {
        "request_id": "t1",
        "timestamp": "2026-05-01T10:00:00.000Z",
        "prompt_name": "answer",
        "prompt_version": 2,
        "model": "big",
        "example_id": "q-1",
        "repeat": 1,
        "prompt_tokens": 9,
        "cost_usd": 0.5,
        "total_latency_ms": 700,
        "scores": {"correct": 1.0, "tone": None},
        "rag_chunks_used": [],
        "cache_hit": False,
        "error": None,
        "output": "A",
    }
    failed = {**event, "request_id": "t2", "example_id": "q-2", "output": None, "error": "TimeoutError: late"}
    found = read(lines(event, failed), "events.jsonl")
    answered, lost = found.arms[0].answers

    assert (found.tool, found.arms[0].name, found.arms[0].model) == ("events", "answer 2", "big")
    assert (answered.id, answered.repeat, answered.latency_ms, answered.prompt_tokens) == ("q-1", 1, 700, 9)
    assert [(score.name, score.value) for score in answered.scores] == [("correct", 1), ("tone", None)]
    assert (lost.text, lost.error) == (None, "TimeoutError: late")


def test_scores_without_answers_are_taken_and_said():
    found = read("question,relevance\nQ,0.5\n")

    assert only(found).scores[0].value == 0.5
    assert any("no answers" in note for note in found.notes)


def test_a_column_that_numbers_the_rows_is_no_score():
    def scores(name, values):
        found = read("\n".join([f"question,answer,{name}", *(f"Q{at},A,{value}" for at, value in enumerate(values))]))
        return {score.name for arm in found.arms for answer in arm.answers for score in answer.scores}

    assert scores("Nr", range(1, 3)) == scores("place", range(5)) == set()
    assert scores("stars", range(1, 5)) == scores("stars", [1, 2, 3, 4, 4]) == {"stars"}


def test_a_reason_belongs_to_its_score():
    answer = only(read("question,answer,tone,tone_reason\nQ,A,0.5,curt\n"))

    assert [(score.name, score.reason) for score in answer.scores] == [("tone", "curt")]


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("", "a.csv", "empty"),
        ("question,answer\n", "a.csv", "line 1: there are no rows"),
        ("results:\n  - x\n", "a.yaml", "Export JSON"),
        ("colour,answer\nred,A\n", "a.csv", "no column says what was asked"),
        ("question,colour\nQ,red\n", "a.csv", "neither answers nor scores"),
        ('question,answer\nQ,"A\n', "a.csv", "line 2: a quote is opened"),
        ("question,answer\nQ,A,B\n", "a.csv", "line 2: this row has 3 cells"),
        ('{"question": "Q", "answer": "A"}\n{"question": }\n', "a.jsonl", "line 2, column 14"),
        ('[{"question": "Q", "answer": "A"},\n 5]', "a.json", "line 2: an answer is a JSON object"),
        ('{"a": {"b": 1}, "list": [{"c": 1}]}', "a.json", "no results file that is known"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text, name, said):
    with pytest.raises(FormatError, match=said):
        read(text, name)


def test_what_is_hostile_stays_text():
    hostile = ['=cmd|"/c calc"!A1', "<img src=x onerror=alert(1)>", "\x1b[31mred", "__import__('os').system('true')"]
    found = read(lines(*({"question": text, "answer": text, "contexts": text} for text in hostile)), "a.jsonl")

    assert [answer.text for answer in found.arms[0].answers] == hostile
    assert [answer.sources for answer in found.arms[0].answers] == [(text,) for text in hostile]


def test_numbers_beyond_all_measure_are_unknown_and_a_time_is_no_repeat():
    rows = [
        {"question": "a", "answer": "b", "score": 10**400, "prompt_tokens": 10**30, "epoch": 1_750_000_000},
        {"question": "c", "answer": "d", "score": 1, "prompt_tokens": 12, "epoch": 2},
    ]
    (arm,) = read(lines(*rows), "a.jsonl").arms
    assert [(answer.prompt_tokens, answer.repeat) for answer in arm.answers] == [(None, None), (12, 2)]


def test_files_with_thousands_of_columns_are_read():
    names = [f"column {number}" for number in range(3_000)]
    text = ",".join(["question", "answer", *names]) + "\n" + ",".join(["a", "b", *names])
    assert len(only(read(text)).metadata) == 3_000


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader_in_another_way_than_it_says(data):
    with suppress(FormatError):
        read_results([("some.file", data)])


KEYS = (
    *(
        "results",
        "version",
        "vars",
        "prompt",
        "testCases",
        "metricsData",
        "input",
        "output",
        "id",
        "traceId",
        "release",
    ),
    *("answer", "question", "score", "scores", "latency", "context"),
)
documents = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(KEYS), inner),
    max_leaves=12,
)


@given(documents)
def test_no_document_breaks_the_reader_in_another_way_than_it_says(document):
    with suppress(FormatError):
        read_results([("some.json", json.dumps(document).encode())])


def test_a_persons_verdicts_and_notes_have_columns_of_their_own():
    rows = [
        {"question": "Q1", "answer": "A", "verdict.ann": "pass", "note.ann": "fine", "verdict.ben": 0},
        {"question": "Q2", "answer": "A", "verdict.ann": "unsure", "verdict.ben": ""},
    ]
    (arm,) = read(lines(*rows), "answers.jsonl").arms
    assert [[(one.reviewer, one.verdict, one.note) for one in answer.reviews] for answer in arm.answers] == [
        [("ann", "pass", "fine"), ("ben", "fail", "")],
        [("ann", "unsure", "")],
    ]
    assert not any(answer.scores for answer in arm.answers)


def test_a_rating_is_no_verdict():
    with pytest.raises(FormatError, match=r"'verdict.ann' says '4'") as raised:
        read(lines({"question": "Q", "answer": "A", "verdict.ann": 4}), "answers.jsonl")
    assert "are scores" in raised.value.hint
