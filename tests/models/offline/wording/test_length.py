from __future__ import annotations

import re

import pytest

from workbench.models.offline.instructions import Span
from workbench.models.offline.reading import instruction_sentences, read_instructions


def asked_by(text):
    return read_instructions(instruction_sentences(text))


@pytest.mark.parametrize(
    ("wording", "least", "most"),
    [
        ("Answer in one sentence.", 1, 1),
        ("Respond with a single sentence.", 1, 1),
        ("Reply with a one-liner.", 1, 1),
        ("One sentence only.", 1, 1),
        ("A one-sentence answer is enough.", 1, 1),
        ("Your answer should fit in one line.", 1, 1),
        ("The answer has to be exactly one sentence long.", 1, 1),
        ("Keep your answer to two sentences.", None, 2),
        ("Use no more than three sentences.", None, 3),
        ("Responses must not be longer than three sentences.", None, 3),
        ("Answers longer than two sentences are not allowed.", None, 2),
        ("Don't write more than two sentences.", None, 2),
        ("Use at most 2 short, clear sentences.", None, 2),
        ("Two sentences max.", None, 2),
        ("No more than a couple of sentences.", None, 2),
        ("Limit yourself to one sentence.", None, 1),
        ("Give a 2-3 sentence answer.", 2, 3),
        ("Length: 1-2 sentences.", 1, 2),
        ("Sum it up in a sentence or two.", 1, 2),
        ("Write at least three sentences.", 3, None),
        ("Use fewer than four sentences.", None, 3),
        ("Your reply is limited to 2 sentences.", None, 2),
        ("Write no more than a sentence.", None, 1),
        ("Between one and three sentences, please.", 1, 3),
        ("< 3 sentences", None, 2),
        ("Two-sentence limit.", None, 2),
    ],
)
def test_a_number_of_sentences_is_understood(wording, least, most):
    asked = asked_by(wording)
    assert asked.sentences == Span(least, most)
    assert asked.not_understood == []


@pytest.mark.parametrize(
    ("wording", "most"),
    [
        ("Please limit responses to at most 50 words.", 50),
        ("Do not exceed 40 words.", 40),
        ("Your reply must be under 30 words.", 29),
        ("Keep it under fifty words, please.", 49),
        ("Word limit: 25.", 25),
        ("Cap the answer at fifty words.", 50),
        ("Aim for around 30 words.", 30),
        ("Answer using a maximum of 15 words.", 15),
        ("Never use more than 25 words.", 25),
        ("Answer in twenty-five words or less.", 25),
        ("Cite every sentence and use at most 30 words.", 30),
    ],
)
def test_a_number_of_words_is_understood(wording, most):
    assert asked_by(wording).words == Span(None, most)


@pytest.mark.parametrize(
    ("wording", "items"),
    [
        ("Reply using exactly three bullet points.", Span(3, 3)),
        ("List up to 4 bullets.", Span(None, 4)),
        ("Give me the answer as a list of two points.", Span(2, 2)),
        ("Return at most 3 items.", Span(None, 3)),
        ("Answer with no more than 3 bullet points, each with a citation.", Span(None, 3)),
    ],
)
def test_a_number_of_bullets_asks_for_a_list(wording, items):
    asked = asked_by(wording)
    assert (asked.items, asked.shape) == (items, "bullets")


def test_words_per_bullet_are_told_from_words_in_all():
    asked = asked_by("Summarise in 3 bullets, each no more than 10 words.")
    assert (asked.words_per_item, asked.words, asked.items) == (10, None, Span(3, 3))


@pytest.mark.parametrize(
    ("wording", "brevity"),
    [
        ("Be brief.", "brief"),
        ("Keep it short and sweet.", "brief"),
        ("Do not ramble.", "brief"),
        ("Use as few words as possible.", "brief"),
        ("Answer without going into detail.", "brief"),
        ("Explain thoroughly.", "detailed"),
        ("Be as detailed as possible.", "detailed"),
        ("Do not be brief.", "detailed"),
    ],
)
def test_brief_and_detailed_are_told_apart(wording, brevity):
    assert asked_by(wording).brevity == brevity


@pytest.mark.parametrize("wording", ["Read the first two sentences of each source.", "Leave is due in 30 days."])
def test_a_number_that_limits_nothing_is_no_limit(wording):
    asked = asked_by(wording)
    assert (asked.sentences, asked.words, asked.items) == (None, None, None)


def test_of_two_lengths_the_later_holds():
    assert asked_by("Use at most 5 sentences.\nNo, answer in one sentence.").sentences == Span(1, 1)


@pytest.mark.parametrize("wording", ["Answer in one sentence.", "At most 1 sentence.", "Reply with a one-liner."])
def test_one_sentence_is_one_sentence(ask, wording):
    text = ask(wording, "How many days can I carry over, and by when must they be taken?").text
    assert len(re.findall(r"[.!?](?:\s|$)", text)) == 1


@pytest.mark.parametrize("limit", [1, 3, 8, 20])
def test_an_answer_has_no_more_words_than_the_prompt_allows(ask, limit):
    assert len(ask(f"Cite sources. Use at most {limit} words.").text.split()) <= max(limit, 2)


def test_an_answer_has_as_many_bullets_as_the_prompt_asks_for(ask):
    lines = ask("Answer in three bullet points.").text.split("\n")
    assert len(lines) == 3
    assert all(line.startswith("- ") for line in lines)


def test_detailed_answers_say_more_than_brief_ones(ask):
    assert len(ask("Explain in detail.").text) > len(ask("Be brief.").text)


def test_a_limit_on_characters_is_kept(ask):
    assert len(ask("Stay below 60 characters.").text) < 60
