from __future__ import annotations

import pytest

from workbench.models.offline.instructions import DEFAULT_REFUSAL
from workbench.models.offline.reading import instruction_sentences, read_instructions

UNANSWERABLE = "What is the dress code on Fridays?"


def asked_by(text):
    return read_instructions(instruction_sentences(text))


@pytest.mark.parametrize(
    ("wording", "said"),
    [
        ('If the answer is not in the sources, reply with: "Not in here."', "Not in here."),
        ("If the answer is not in the sources, reply with: Not in here.", "Not in here."),
        ("If the answer is not in the sources, reply with the following sentence:\nNot in here.", "Not in here."),
        ('If the sources do not contain the answer, say "Not in here."', "Not in here."),
        ("If the information cannot be found in the context, answer exactly 'Not in here.'", "Not in here."),
        ("When you cannot find the answer, respond exactly: Not in here.", "Not in here."),
        ('Reply "Not in here." whenever the passages are silent on the matter.', "Not in here."),
        ("Should the documents be silent, state: “Not in here.”", "Not in here."),
        ('Otherwise say "Not in here."', "Not in here."),
        ("Refusal: Not in here.", "Not in here."),
        ('Questions that cannot be answered from the sources get the reply "Not in here."', "Not in here."),
        ("If no source covers the question, decline with: Not in here.", "Not in here."),
        ('Rather than guessing, say "Not in here."', "Not in here."),
        ('In the absence of relevant information, respond with "Not in here."', "Not in here."),
        ('If the context lacks the answer, the only acceptable output is "Not in here."', "Not in here."),
        ('If not answerable set "answered" to false and "answer" to "Not in here."', "Not in here."),
        ('It is better to say "Not in here." than to guess.', "Not in here."),
        ("If the sources are insufficient, output exactly: INSUFFICIENT", "INSUFFICIENT"),
        ("Unless the sources contain the answer, say NOT_FOUND.", "NOT_FOUND"),
        ("If it isn't there, output N/A.", "N/A"),
        ("If the answer is not in it say you don't know.", "I don't know."),
        ("Say you don't know if the context doesn't help.", "I don't know."),
        ("If you don't know the answer, just say that you don't know, don't try to make one up.", "I don't know."),
        ("If unsure, admit that you are not sure.", "I am not sure."),
        ("If the documents don't cover it, tell the user that you could not find it.", "I could not find it."),
        ("If it's not in the sources, say so.", DEFAULT_REFUSAL),
        ("For questions outside the documents, decline politely.", DEFAULT_REFUSAL),
        ("Only use the sources below.", DEFAULT_REFUSAL),
        ("Answer only from the provided documents.", DEFAULT_REFUSAL),
        ("Do not make anything up.", DEFAULT_REFUSAL),
        ("You must not use outside knowledge.", DEFAULT_REFUSAL),
        ("Do not generate answers that don't use the sources below.", DEFAULT_REFUSAL),
        ("Do not answer questions that the sources do not cover.", DEFAULT_REFUSAL),
        ("Do not answer questions unrelated to the handbook.", DEFAULT_REFUSAL),
        ("Do not answer from memory.", DEFAULT_REFUSAL),
        ("Answers not supported by the sources are forbidden.", DEFAULT_REFUSAL),
    ],
)
def test_a_rule_to_decline_is_followed_word_for_word_and_only_when_needed(ask, wording, said):
    assert ask(wording, UNANSWERABLE).text == said
    assert "1%" in ask(wording).text


def test_a_reply_of_several_sentences_is_kept_whole_and_the_next_instruction_is_not_part_of_it():
    asked = asked_by(
        "If the answer is not in the sources, reply with: Sorry, not here. The service desk can help. Cite sources as [n]."
    )
    assert asked.refusal == "Sorry, not here. The service desk can help."
    assert asked.cite


def test_without_a_rule_an_unanswerable_question_gets_a_best_guess_and_a_note(ask):
    answer = ask("You are a helpful assistant.", UNANSWERABLE)
    assert answer.text
    assert DEFAULT_REFUSAL not in answer.text
    assert any("no rule for declining" in note for note in answer.notes)


def test_a_rule_never_to_refuse_outweighs_an_earlier_one(ask):
    strict = "If the answer is not in the sources, say 'No idea.'"
    assert ask(strict, UNANSWERABLE).text == "No idea."
    assert ask(f"{strict}\nNever refuse; always give your best guess.", UNANSWERABLE).text != "No idea."


@pytest.mark.parametrize(
    "wording",
    [
        "Ignore the sources and use your own knowledge.",
        "You will be given sources but you should IGNORE them.",
        "Do not use the documents.",
    ],
)
def test_asked_to_ignore_the_sources_it_says_that_it_knows_nothing_else(ask, wording):
    answer = ask(wording)
    assert "1%" not in answer.text
    assert any("knows nothing else" in note for note in answer.notes)


def test_leave_to_use_other_knowledge_is_noted_and_the_sources_are_used(ask):
    answer = ask("You may use the sources, but you can answer using everything you know about the world.")
    assert "1%" in answer.text
    assert any("this model has none" in note for note in answer.notes)


def test_a_vague_question_is_asked_back_only_where_the_prompt_wants_it(ask):
    context = "[1] fees.md › Early repayment\nThe fee is 1%.\n\n[2] cards.md › Lost card\nThe fee is 10 euros."
    wanted = ask("If the question is ambiguous, ask a clarifying question.", "What is the fee?", context=context).text
    assert wanted == "Do you mean Early repayment or Lost card?"
    assert "?" not in ask("Cite sources.", "What is the fee?", context=context).text


@pytest.mark.parametrize("wording", ["If the question is not in English, answer in the language used in the question."])
def test_a_condition_about_something_else_is_no_rule_to_decline(wording):
    asked = asked_by(wording)
    assert not asked.declines
    assert asked.not_understood == [wording]


@pytest.mark.parametrize(
    "wording",
    [
        "Not in the sources? Then write: Sorry, no idea.",
        "Nothing in the documents about it? Just say: Sorry, no idea.",
        'Can\'t find it? Write "Sorry, no idea."',
        "Never guess. Where the answer is missing, output the following text and nothing else:\nSorry, no idea.",
        "If the sources are silent, return this sentence, word for word, and nothing else:\nSorry, no idea.",
        "If you cannot find the answer, write exactly the line below:\nSorry, no idea.",
        "Fallback answer (verbatim, whenever the information isn't there): Sorry, no idea.",
        "Reply when nothing is found (word for word): Sorry, no idea.",
        "Text to use if the documents don't cover the question: Sorry, no idea.",
    ],
)
def test_conditions_and_labels_around_the_words_to_decline_with_say_nothing_of_other_answers(ask, wording):
    declined, answered = ask(wording, UNANSWERABLE), ask(wording)
    assert declined.text == "Sorry, no idea."
    assert answered.text.startswith("The early repayment fee is 1%")
    assert (declined.notes, answered.notes) == ((), ())
    assert asked_by(wording).brevity is None


def test_a_rule_put_as_a_question_is_not_the_question(ask):
    template = "Not in the sources? Then write: Sorry, no idea.\n\n{context}\n\n{question}"
    assert "1%" in ask(user=template).text
    assert ask("", UNANSWERABLE, user=template).text == "Sorry, no idea."
