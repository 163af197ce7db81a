from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from workbench.models.offline.question import is_polar
from workbench.models.offline.reader import READERS
from workbench.models.offline.selection import choose, pick
from workbench.models.offline.sources import cut_sources

READER, SMALL = READERS["offline/reader"], READERS["offline/reader-small"]
DATA = Path(os.environ.get("WORKBENCH_TEST_DATA", "nowhere"))

TRAVEL = """\
[1] travel.md › Booking
Book flights through the travel desk at least 14 days before departure. Business class is allowed for flights longer \
than 8 hours. Rail tickets may be booked directly.

[2] travel.md › Meals and hotels
Meals are reimbursed up to 45 euros per day with receipts. Hotel rooms are reimbursed up to 140 euros per night. \
Alcohol is not reimbursed.

[3] travel.md › Claims
Submit expense claims within 30 days of your return. Claims above 500 euros need approval by the head of department.

[4] equipment.md › Laptops
Every employee receives a laptop on the first day. Laptops are replaced every four years. Report a lost or stolen \
laptop to the service desk within 24 hours. Private use is allowed.

[5] equipment.md › Monitors
| Role | Monitors |
| --- | --- |
| Developer | two |
| Designer | three |
"""


def sources_of(text):
    return cut_sources(text, holds_question=lambda _: True).sources


def chosen(question, size=READER, earlier=()):
    return choose(question, earlier, sources_of(TRAVEL), size)


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("How many days before departure must I book a flight?", "14 days"),
        ("Is alcohol reimbursed?", "not reimbursed"),
        ("By when do I have to submit my expense claim?", "within 30 days"),
        ("Who approves claims above 500 euros?", "head of department"),
        ("When are laptops replaced?", "every four years"),
        ("What should I do if my laptop was stolen?", "service desk"),
        ("May I use my laptop privately?", "Private use"),
        ("Where do I book rail tickets?", "booked directly"),
        ("How much is reimbursed for a hotel room?", "140 euros"),
        ("How many monitors does a designer get?", "Monitors: three"),
    ],
)
def test_the_sentence_that_answers_comes_first(question, fact):
    found = chosen(question)
    assert found.answered
    assert fact in found.ranked[0].text


@pytest.mark.parametrize(
    "question",
    [
        "How many days before departure must I book a rental car?",
        "What should I do if my phone is stolen?",
        "When are phones replaced?",
        "Is parking reimbursed?",
        "Who approves sick leave?",
        "How much can I spend on a hotel in Berlin?",
        "What is the mileage rate for private cars?",
        "What is the capital of France?",
        "Can my family travel with me?",
    ],
)
def test_a_question_that_shares_words_but_not_its_subject_counts_as_unanswered(question):
    assert not chosen(question).answered


def test_both_halves_of_a_question_are_answered_from_where_each_stands():
    found = chosen("How much is reimbursed for meals, and when do I have to submit claims?")
    texts = [passage.text for passage in pick(found, READER, least=1, most=2)]
    assert "45 euros" in texts[0]
    assert "30 days" in texts[1]


def test_an_exception_in_the_next_sentence_is_told_too():
    sources = sources_of("[1] leave.md\nUnused leave expires in March. However, leave missed through illness is kept.")
    found = choose("When does unused leave expire?", (), sources, READER)
    assert len(pick(found, READER, least=1, most=2)) == 2
    assert len(pick(found, READER, least=1, most=1)) == 1


def test_headings_count_for_the_reader_and_not_for_the_small_one():
    sources = sources_of(
        "[1] fees.md › Early repayment\nIt costs 1% of the amount.\n\n[2] x.md\nThe canteen costs little."
    )
    assert "1%" in choose("What does early repayment cost?", (), sources, READER).ranked[0].text
    assert not choose("What does early repayment cost?", (), sources, SMALL).answered


def test_the_small_reader_looks_at_the_first_three_sources_only():
    assert not chosen("When are laptops replaced?", SMALL).answered
    assert chosen("When are laptops replaced?").answered


def test_a_name_that_no_source_mentions_makes_a_question_unanswered():
    sources = sources_of("[1] plan.md\nThe key benefits of the Standard plan are visits and lab tests.")
    assert choose("What are the key benefits of the Standard plan?", (), sources, READER).answered
    assert not choose("What are the key benefits of the Platinum plan?", (), sources, READER).answered


@pytest.mark.parametrize(
    ("question", "polar"), [("Can I go?", True), ("And is it so?", True), ("How can I go?", False)]
)
def test_yes_or_no_questions_are_recognised(question, polar):
    assert is_polar(question) is polar


def test_the_heading_of_a_section_tells_that_it_answers():
    text = "They begin after 120 days."
    question = "When do legal steps begin against a debtor?"
    assert choose(question, (), sources_of(f"[1] a.md › Help › Legal steps\n{text}"), READER).answered
    assert not choose(question, (), sources_of(f"[1] a.md › Help › Advice\n{text}"), READER).answered


def test_a_heading_does_not_answer_for_what_no_source_mentions():
    sources = sources_of("[1] a.md › Rental\nA rental is paid before departure.")
    assert choose("When is a rental paid?", (), sources, READER).answered
    assert not choose("When is a rental limousine chauffeur paid?", (), sources, READER).answered


def test_where_the_question_itself_says_nothing_the_sentences_before_it_are_asked():
    question = "I lost my laptop on the train. Is that bad?"
    assert "service desk" in chosen(question).ranked[0].text


def test_numbers_in_words_and_digits_are_the_same():
    sources = sources_of("[1] a.md\n| Year | Charge |\n|---|---|\n| 1 | 5% |\n| 2 | 4% |\n| 3 | none |")
    assert "4%" in choose("What is the charge in the second year?", (), sources, READER).ranked[0].text


def test_of_two_sentences_that_match_the_one_that_tells_comes_before_the_one_that_points_elsewhere():
    sources = sources_of("[1] a.md\nThe accepted rooms are in Hotels. The accepted rooms are singles and doubles.")
    assert "singles" in choose("Which rooms are accepted?", (), sources, READER).ranked[0].text


RATES = """\
[1] rates.md › Rates
| Value | Fixed 2 | Fixed 5 |
|---|---|---|
| up to 60% | 4.45% | **4.35%** |
| over 60% | 4.75% | 4.65% |
"""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is the Fixed 5 rate up to 60%?", "Value: up to 60%; Fixed 5: 4.35%"),
        ("Which rates are there up to 60%?", "Value: up to 60%; Fixed 2: 4.45%; Fixed 5: 4.35%"),
    ],
)
def test_a_table_answers_with_the_row_and_the_column_that_were_asked_for(question, answer):
    found = choose(question, (), sources_of(RATES), READER)
    assert found.ranked[0].narrowed(found.query.weights).text == answer


def test_quote_marks_and_table_pipes_are_no_part_of_a_passage():
    sources = sources_of("[1] mail.md\n> Dear team,\n> may I let my flat?\n\n| a | b |\n|---|---|\n| c | d |")
    texts = [passage.text for passage in choose("flat", (), sources, READER).passages]
    assert texts == ["Dear team, may I let my flat?", "a: c; b: d"]


def test_an_answer_to_a_clear_question_takes_no_second_sentence_from_another_source():
    sources = sources_of(
        "[1] a.md\nE-mails are answered within 2 working days.\n\n[2] b.md\nBills are paid within 5 working days."
    )
    found = choose("Within how many working days are e-mails answered?", (), sources, READER)
    assert [p.source.number for p in pick(found, READER, least=1, most=3)] == [1]


@pytest.mark.skipif(
    not (DATA / "azure-rag-evals").is_dir(), reason="WORKBENCH_TEST_DATA names no folder with azure-rag-evals"
)
def test_on_recorded_questions_few_answerable_ones_are_declined_and_most_misplaced_ones_are():
    lines = (DATA / "azure-rag-evals" / "baseline" / "eval_results.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines][::4]
    own = [choose(row["question"], (), sources_of(row["context"]), READER).answered for row in rows]
    half = len(rows) // 2
    other = rows[half:] + rows[:half]
    misplaced = [
        choose(row["question"], (), sources_of(far["context"]), READER).answered
        for row, far in zip(rows, other, strict=True)
    ]
    assert sum(own) >= 0.8 * len(own)
    assert sum(misplaced) <= 0.2 * len(misplaced)
