"""promptfoo's tables, old and new."""

from __future__ import annotations

from tests.support.real_data import real_data
from workbench.formats.results.reading import read_results

OLD = """"Say, {{body}}",Speak {{body}},body
"[FAIL] Expected output ""Yarr""
---
Aye.",[PASS] Ahoy,Yes
[PASS] =HYPERLINK(1),[ERROR] no connection,No
"""
MIDDLE = """[gpt-4] Say,question
"[FAIL] (0.50, tone: 0.20)

An answer.

Fail Reason: not polite",Why?
"""
NEW = """question,[echo] Short: {{question}},Status,Score,Named Scores,Metric: tone,Grader Reason,Comment,[echo] Long,Status,Score
Why?,Because,FAIL,0.50,"{""tone"":1}",1.00,not long,,So,PASS,1.00
"""


def arms(text):
    return read_results([("output.csv", text.encode())]).arms


def test_old_cells_hold_verdict_reason_and_answer():
    say, speak = arms(OLD)

    assert (say.name, say.answers[0].text) == ("Say, {{body}}", "Aye.")
    assert (say.answers[0].scores[0].value, say.answers[0].scores[0].reason) == (0, 'Expected output "Yarr"')
    assert say.answers[1].text == "=HYPERLINK(1)"
    assert speak.answers[0].inputs == {"body": "Yes"}
    assert (speak.answers[1].text, speak.answers[1].error) == (None, "no connection")


def test_cells_between_have_a_score_and_the_reason_below():
    (arm,) = arms(MIDDLE)

    assert arm.answers[0].text == "An answer."
    assert [(score.name, score.value, score.reason) for score in arm.answers[0].scores] == [
        ("pass", 0, "not polite"),
        ("score", 0.5, "not polite"),
    ]


def test_new_tables_have_columns_beside_the_answer():
    short, long = arms(NEW)

    assert (short.name, short.model, short.answers[0].text) == ("Short: {{question}}", "echo", "Because")
    assert [(score.name, score.value) for score in short.answers[0].scores] == [
        ("pass", 0),
        ("score", 0.5),
        ("tone", 1),
    ]
    assert (long.name, long.answers[0].scores[0].value) == ("Long", 1)
    assert short.answers[0].identity == long.answers[0].identity


def test_tables_that_promptfoo_wrote_in_2023_are_read():
    folder = real_data("peer-formats") / "promptfoo-2023"
    pirates = arms((folder / "simple-test" / "output.csv").read_text())
    (weather,) = arms((folder / "openai-function-call" / "output.csv").read_text())

    assert [len(arm.answers) for arm in pirates] == [5, 5]
    assert [answer.scores[0].value for answer in pirates[0].answers] == [0, 1, 1, 1, 1]
    assert pirates[0].answers[0].text == "Aye."
    assert weather.messages[0].content == "What is the weather like in {{city}}?"
    assert len(weather.answers) == 4
