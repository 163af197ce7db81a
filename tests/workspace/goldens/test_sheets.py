from dataclasses import replace

import pytest

from workbench.domain.dataset import Check, Example
from workbench.domain.prompt import Message
from workbench.errors import FormatError
from workbench.workspace.goldens.sheets import changes, row_text, rows_from, table

FULL = Example(
    "q-1",
    {"question": "How long?", "limits": {"days": 3}, "count": 2},
    expected="Three days.",
    relevant=("a.md#b", "with|bar.md"),
    expect="answer",
    checks=(Check("contains", "Three"),),
    must_pass=True,
    cluster="c",
    tags=("x", "y|z"),
    history=(Message("user", "Hello"),),
    context=("given",),
    metadata={"locale": "en"},
)
REFUSED = Example("q-2", {"question": "Who?"}, expect="refuse")
ROWS = (FULL, REFUSED)


def test_a_table_that_nobody_changed_gives_the_same_rows_back():
    assert rows_from(table(ROWS), ROWS) == ROWS


def test_an_edited_cell_changes_that_value_and_no_other():
    cells = table(ROWS)
    cells[0]["expected"] = "Four days."
    cells[0]["inputs.question"] = "How many?"

    changed = replace(FULL, expected="Four days.", inputs={**FULL.inputs, "question": "How many?"})
    assert rows_from(cells, ROWS) == (changed, REFUSED)


def test_a_new_row_gets_an_id_and_a_blank_one_is_left_out():
    blank = dict.fromkeys(table(ROWS)[0]) | {"expect": "answer", "must_pass": False, "tags": []}
    new = blank | {"inputs.question": "New?"}

    rows = rows_from([*table(ROWS), new, blank], ROWS)

    assert rows[:2] == ROWS
    assert (rows[2].inputs, len(rows)) == ({"question": "New?"}, 3)
    assert rows[2].id.startswith("row-")


def test_a_value_that_was_no_text_is_edited_as_json():
    cells = table(ROWS)
    cells[0]["inputs.count"] = "5"
    assert rows_from(cells, ROWS)[0].inputs["count"] == 5

    cells[0]["inputs.count"] = "five"
    with pytest.raises(FormatError, match=r"line 1, column 'inputs\.count'"):
        rows_from(cells, ROWS)


def test_everything_that_is_wrong_is_said_at_once_by_row():
    cells = table(ROWS)
    cells[0]["expect"] = "perhaps"
    cells[1]["inputs.question"] = "Why?"
    cells[1]["tags"] = [" "]

    with pytest.raises(FormatError) as caught:
        rows_from(cells, ROWS)

    assert [error.line for error in (caught.value, *caught.value.others)] == [1, 2]


def test_a_set_without_rows_is_refused():
    with pytest.raises(FormatError, match="no row is left"):
        rows_from([], ROWS)


def test_changes_are_told_by_id_whatever_the_order():
    later = replace(FULL, expected="Four days.")
    new = Example("q-3", {"question": "New?"})

    found = changes(ROWS, (new, later))

    assert (found.added, found.changed, found.removed) == ((new,), ((FULL, later),), (REFUSED,))
    assert found.words == "1 added, 1 changed, 1 removed"
    assert not changes(ROWS, ROWS[::-1])


def test_a_changed_row_is_found_even_where_python_takes_values_for_equal():
    one, true = Example("q", {"n": 1}), Example("q", {"n": True})

    assert changes((one,), (true,)).changed == ((one, true),)


def test_a_row_is_shown_without_what_has_its_default():
    assert row_text(REFUSED) == "id: q-2\ninputs:\n  question: Who?\nexpect: refuse\n"
