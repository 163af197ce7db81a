import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.metrics.shapes import shape_problem

TABLE = "| City | Days |\n|:-----|-----:|\n| Oslo | 3 |\n| Rome | 4 \\| 5 |"


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ("plain", "Two days, at 5 * 3 = 15 a day. See [1] and no_such_name.\n\nThat is all."),
        ("list", "- one\n- two\n  and more\n\n- three"),
        ("list", "The steps are:\n1. one\n2) two"),
        ("list", "• one"),
        ("table", TABLE),
        ("table", f"Here it is:\n\n{TABLE}\n\nThat is all."),
        ("table", "City | Days\n--- | ---\nOslo | 3"),
        ("json", '{"days": 3}'),
        ("code", "So:\n```python\nx = 1\n```"),
    ],
)
def test_a_text_of_the_shape_has_no_problem(shape, text):
    assert shape_problem(text, shape) is None


@pytest.mark.parametrize(
    ("shape", "text", "says"),
    [
        ("plain", "# Days\nThree.", "it has '#'"),
        ("plain", "It is **three**.", "it has '**t'"),
        ("plain", "- three", "is not plain text"),
        ("plain", "See [the page](https://x.example).", "is not plain text"),
        ("plain", TABLE, "has a table"),
        ("list", "Three days.", "has no item"),
        ("list", "", "has no item"),
        ("list", "- one\nand then something else", "'and then something else' is no item"),
        ("table", "Oslo | 3\nRome | 4", "has no table"),
        ("table", "| a | b |\n|---|\n| 1 | 2 |", "has no table"),
        ("table", "| a | b |\n|---|---|\n| 1 |", "has 1 cells, not 2"),
        ("json", "```json\n{}\n```", "is wrapped in a code fence"),
        ("json", "three", "is not JSON"),
        ("code", "```\n\n```", "has no fenced block"),
        ("code", "```\nx = 1", "has no fenced block"),
    ],
)
def test_any_other_text_has_one_that_is_named(shape, text, says):
    assert says in shape_problem(text, shape)


@given(st.text(alphabet="|-:* #`1.a\n[]()", max_size=300), st.sampled_from(["plain", "list", "table", "json", "code"]))
def test_any_text_has_a_shape_or_a_problem(text, shape):
    problem = shape_problem(text, shape)
    assert problem is None or problem
