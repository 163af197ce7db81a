from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.models.offline.reading import instruction_sentences, read_instructions


def asked_by(text):
    return read_instructions(instruction_sentences(text))


@pytest.mark.parametrize(
    "wording",
    [
        "Use a friendly tone.",
        "Speak formally.",
        "Answer in French.",
        "Translate what you find into Welsh before you answer.",
        "Answer in two sentences in Catalan.",
        "Write one Finnish sentence, in Finnish.",
        "Talk like a pirate.",
        "Answer as Shakespeare would.",
        "Think step by step.",
        "Present the answer as a table.",
        "Offer three follow-up questions.",
        "Always thank the customer for their patience.",
        "Use simple language that a five-year-old understands.",
        "Reply in the language of the question.",
        "If the user is angry, apologise first.",
        "Rate your confidence from 1 to 5.",
        "Be creative!",
        'Do not use the word "fee".',
        "Antworte bitte kurz.",
    ],
)
def test_what_an_extractor_cannot_do_is_listed(wording):
    assert asked_by(wording).not_understood == [wording]


def test_a_sentence_understood_in_part_is_followed_and_listed():
    asked = asked_by("Answer in one friendly sentence.")
    assert asked.sentences is not None
    assert asked.not_understood == ["Answer in one friendly sentence."]


@pytest.mark.parametrize(
    "wording",
    [
        "You are a helpful assistant.",
        "You are the HR assistant of a small bank.",
        "Hello!",
        "Sources:",
        "## Rules",
        "Below you find excerpts from our handbook.",
        "Assistant helps the company employees with their healthcare plan questions.",
        "Answer the question using the sources.",
        "Do not use emojis.",
        "Be accurate.",
        "## Output format",
        "Answer customers' questions about our terms.",
        "Answer in British English.",
    ],
)
def test_descriptions_headings_and_what_is_done_anyway_are_not_listed(wording):
    assert asked_by(wording).not_understood == []


def test_instructions_in_one_sentence_are_all_followed():
    asked = asked_by(
        'Answer in at most two sentences, cite as [1], and if the sources lack the answer reply "No idea."'
    )
    assert asked.sentences.most == 2
    assert asked.cite
    assert asked.refusal == "No idea."


def test_real_prompts_are_read_as_a_person_reads_them():
    data = os.environ.get("WORKBENCH_TEST_DATA")
    if not data:
        pytest.skip("WORKBENCH_TEST_DATA does not name a folder with test data")
    prompts = Path(data) / "azure-rag-evals" / "prompts"
    brief = asked_by((prompts / "prompt_nomarkdownmention.txt").read_text("utf-8"))
    assert (brief.brevity, brief.refusal, brief.clarify, brief.citation.template) == (
        "brief",
        "I don't know.",
        True,
        "[{name}]",
    )
    assert asked_by((prompts / "prompt_ignoresources.txt").read_text("utf-8")).ignore_sources
    assert not asked_by((prompts / "prompt_weak.txt").read_text("utf-8")).declines
    assert asked_by((prompts / "prompt_ungrounded.txt").read_text("utf-8")).own_knowledge


@given(st.text(max_size=400))
def test_any_text_can_be_read(text):
    asked = asked_by(text)
    assert all(sentence.strip() for sentence in asked.not_understood)
