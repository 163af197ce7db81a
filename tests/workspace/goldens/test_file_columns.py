"""What columns of other names are taken for, and how that is said."""

import pytest

from workbench.workspace.goldens.file_columns import proposed_columns, said, set_name

EXCEL = "\ufeffNr;Question;Ideal answer;Topic\r\n1;When?;At nine.;hours\r\n2;Where?;Here.;place\r\n".encode()


@pytest.mark.parametrize(
    ("file", "data", "guess"),
    [
        ("a.csv", b"question;answer\na;b\n", {"question": "inputs.question", "answer": "expected"}),
        ("a.csv", b"inputs.question,Source File\na,b\n", {"Source File": "metadata.Source File"}),
        ("a.csv", b"id,inputs.question,expected\n", {}),
        ("a.jsonl", b'{"query": "a", "truth": "b"}\n', {"query": "inputs.query", "truth": "expected"}),
        ("a.json", b'[{"query": "a"}, {"labels": ["b"]}]', {"query": "inputs.query", "labels": "tags"}),
        ("a.csv", b"answer,reference\n", {"answer": "inputs.answer", "reference": "expected"}),
        ("a.csv", b"q,Category\n", {"q": "inputs.q", "Category": "cluster"}),
        ("a.csv", b"", {}),
        ("a.jsonl", b"{", {}),
        ("a.csv", b"\xff\xfe", {}),
    ],
)
def test_the_meaning_of_columns_is_guessed_from_their_names(file, data, guess):
    assert proposed_columns(data, file) == guess


def test_the_columns_of_a_spreadsheet_are_proposed_as_people_call_them():
    assert proposed_columns(EXCEL, "a.csv") == {
        "Nr": "id",
        "Question": "inputs.question",
        "Ideal answer": "expected",
        "Topic": "inputs.Topic",
    }


def test_an_input_is_proposed_by_the_name_that_prompts_ask_for():
    wanted = ("question", "topic")
    assert proposed_columns(EXCEL, "a.csv", wanted)["Topic"] == "inputs.topic"
    assert proposed_columns(b"user_input\n", "a.csv", wanted) == {"user_input": "inputs.question"}
    assert proposed_columns(b"user_input\n", "a.csv", ("user_input",)) == {"user_input": "inputs.user_input"}


def test_what_was_recognised_is_said_with_the_way_to_say_otherwise():
    assert said({}) == ()
    assert said({"Ideal answer": "expected"}) == (
        "Read 'Ideal answer' as expected; --column 'Ideal answer=inputs.Ideal answer' and the like say otherwise.",
    )


def test_a_set_is_called_as_its_file():
    assert set_name("folder/my@set.prompt.csv") == "my-set"
