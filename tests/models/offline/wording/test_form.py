from __future__ import annotations

import json

import pytest


@pytest.mark.parametrize(
    "wording",
    [
        'Respond in JSON: {"answer": "...", "citations": [1], "found": true}',
        'Respond with this JSON:\n{\n  "answer": "...",\n  "citations": [1],\n  "found": true\n}',
        "Return JSON with keys answer, citations and found.",
        "The output is a JSON object with these fields: answer, citations, found.",
        "JSON only, keys: answer (string), citations (list), found (boolean).",
        'Output a JSON object with the fields "answer" (string), "citations" (list of numbers) and "found" (boolean).',
        "Return your answer as JSON with these keys:\n- answer: the answer\n- citations: list of numbers\n- found: true or false",
        'Your output must be a JSON object containing "answer", "citations" and "found".',
    ],
)
def test_json_has_the_keys_that_the_prompt_names(ask, wording):
    value = json.loads(ask(wording).text)
    assert list(value) == ["answer", "citations", "found"]
    assert "1%" in value["answer"]
    assert value["citations"] == [1]
    assert value["found"] is True


def test_json_says_when_the_question_is_declined(ask):
    prompt = 'Return JSON with keys answer, citations and found.\nIf the answer is not in the sources, say "No idea."'
    value = json.loads(ask(prompt, "What is the dress code?").text)
    assert value == {"answer": "No idea.", "citations": [], "found": False}


def test_json_without_named_keys_holds_answer_and_citations(ask):
    assert list(json.loads(ask("Your output must be valid JSON.").text)) == ["answer", "citations"]


def test_a_key_that_nothing_was_found_for_is_null_and_noted(ask):
    answer = ask('Reply with JSON: {"answer": "", "shoe_colour": ""}')
    assert json.loads(answer.text)["shoe_colour"] is None
    assert any("shoe_colour" in note for note in answer.notes)


@pytest.mark.parametrize("wording", ["Do not use JSON.", "Answer in plain text, not JSON."])
def test_json_can_be_forbidden(ask, wording):
    assert not ask(wording).text.startswith("{")


@pytest.mark.parametrize(
    "wording",
    [
        "Use bullet points.",
        "Format the answer as a bulleted list.",
        "Answer as bullets.",
        "Itemize your answer.",
        "Write the answer as a Markdown list.",
        "Use dashes for each point.",
        "Present the facts as a list.",
    ],
)
def test_lists_are_bulleted(ask, wording):
    answer = ask(wording)
    assert all(line.startswith("- ") for line in answer.text.split("\n"))
    assert answer.notes == ()


def test_a_numbered_list_is_numbered(ask):
    assert ask("Use a numbered list.").text.startswith("1. ")


@pytest.mark.parametrize("wording", ["No bullet points.", "Do not use lists.", "Write plain text.", "Avoid bullets."])
def test_lists_can_be_forbidden(ask, wording):
    assert not ask(f"Use bullet points.\n{wording}").text.startswith("- ")


@pytest.mark.parametrize(
    "wording",
    [
        "Start your answer with Yes or No.",
        'Begin every answer with either "Yes" or "No".',
        "First say yes or no, then explain.",
        "For yes/no questions, start with yes or no.",
        "Your answer must start with Yes or No, followed by an explanation.",
    ],
)
def test_yes_or_no_comes_first(ask, wording):
    assert ask(wording, "Can I carry over unused leave?").text.startswith("Yes. Employees may carry over")
    assert ask(wording, "Does leave that I could not take because of illness expire?").text.startswith("No")


@pytest.mark.parametrize(
    "wording", ["Answer yes or no.", 'Answer with only "yes" or "no".', "Reply with a simple yes or no."]
)
def test_yes_or_no_can_be_all(ask, wording):
    answer = ask(wording, "Can I carry over unused leave?")
    assert answer.text == "Yes"
    assert any("not from its meaning" in note for note in answer.notes)


def test_a_question_that_is_not_for_yes_or_no_gets_neither(ask):
    answer = ask("Start your answer with Yes or No.")
    assert not answer.text.startswith(("Yes", "No"))
    assert any("cannot be answered by yes or no" in note for note in answer.notes)


@pytest.mark.parametrize(
    "wording",
    [
        "Quote the relevant passage verbatim.",
        "Use direct quotes from the sources.",
        "Copy the sentence that answers the question word for word.",
        "Answer with an exact quotation.",
    ],
)
def test_a_quotation_is_in_quotation_marks_and_word_for_word(ask, handbook, wording):
    text = ask(wording).text
    assert text.startswith('"')
    assert text.split('"')[1] in handbook


@pytest.mark.parametrize(
    "wording",
    ['Always say "thanks for asking!" at the end of the answer.', 'Close with "thanks for asking!".'],
)
def test_fixed_last_words_are_understood_in_either_order(ask, wording):
    assert ask(wording).text.endswith("thanks for asking!")


def test_quoted_words_to_be_said_are_no_instructions(ask):
    assert ask('Begin with "In short, one sentence in JSON:".').text.startswith("In short, one sentence in JSON: ")


def test_fixed_first_and_last_words_are_set(ask):
    text = ask('Begin with "According to the documents,".\nFinish every answer with "Anything else?"').text
    assert text.startswith("According to the documents, the early")
    assert text.endswith(" Anything else?")


@pytest.mark.parametrize(
    "wording",
    [
        "No prose: dashes only, one fact per line.",
        "No paragraphs, bullets only.",
        "I don't want running text, I want bullet points.",
        "Put every fact on its own line.",
    ],
)
def test_a_list_asked_for_beside_what_is_forbidden_is_a_list(ask, wording):
    answer = ask(wording)
    assert all(line.startswith("- ") for line in answer.text.split("\n"))
    assert answer.notes == ()


@pytest.mark.parametrize(
    "wording",
    [
        "I want the points enumerated 1, 2, 3 and so on rather than written as a paragraph.",
        "Number each point.",
        "The facts should be numbered.",
        "Enumerate what you find instead of writing a paragraph.",
    ],
)
def test_numbered_points_are_a_numbered_list_in_any_words(ask, wording):
    assert [line[:3] for line in ask(wording).text.split("\n")] == ["1. ", "2. "]


@pytest.mark.parametrize(
    "wording",
    [
        "Don't use any formatting such as bold, headings or bullet points.",
        "Never use emojis, tables, code blocks, headings, bold, italics or lists.",
        "Bold, headings and bullet points are not allowed.",
        "Avoid the following: headings, bold, bullets.",
    ],
)
def test_a_list_of_forbidden_forms_forbids_each_of_them(ask, wording):
    for before in ("", "Use bullet points.\n"):
        answer = ask(before + wording)
        assert not answer.text.startswith("- ")
        assert answer.notes == ()


@pytest.mark.parametrize(
    "wording",
    [
        "Plain text only, no Markdown.",
        "Do not use Markdown or HTML.",
        "Your output must be free of Markdown.",
        "Don't use any formatting such as bold, headings or bullet points.",
    ],
)
def test_plain_text_holds_no_mark_of_the_source(ask, wording):
    context = (
        "[1] setup.md › Install\nRun `pip install` with the _quiet_ **flag**, see [the guide](https://example.org)."
    )
    assert ask(wording, "How do I run the install?", context=context).text == (
        "Run pip install with the quiet flag, see the guide."
    )
    assert "`pip install`" in ask("", "How do I run the install?", context=context).text


@pytest.mark.parametrize(
    ("wording", "keys"),
    [
        (
            "Respond with a JSON object that has exactly two fields: answer (a string) and source (the source's number).",
            ["answer", "source"],
        ),
        (
            "Reply as a JSON object with two properties: text (a string) and document (its number).",
            ["text", "document"],
        ),
        (
            "The output is a JSON object. It has the fields reply (text) and reference (integer).",
            ["reply", "reference"],
        ),
    ],
)
def test_a_key_for_one_source_holds_its_number(ask, wording, keys):
    value = json.loads(ask(wording).text)
    assert list(value) == keys
    assert "1%" in value[keys[0]]
    assert value[keys[1]] == 1


@pytest.mark.parametrize(
    "wording",
    [
        "I need machine-readable output. Keys: response, references. Type: JSON.",
        "Format: JSON. Keys: response, references.",
        "Fields: response, references. The output must be a JSON object.",
        "Return JSON. Use these keys:\n- response\n- references",
    ],
)
def test_keys_may_stand_in_a_sentence_of_their_own(ask, wording):
    value = json.loads(ask(wording).text)
    assert list(value) == ["response", "references"]
    assert value["references"] == [1]
