"""What servers say when they refuse."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.models.error_bodies import read_text


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error": {"message": "No.", "code": "c", "type": "t"}}, ("No.", ("c", "t"))),
        ({"error": "No.", "code": 7}, ("No.", (7, None))),
        ({"object": "error", "message": "No.", "code": 400, "type": "t"}, ("No.", (400, "t"))),
        ({"detail": "No."}, ("No.", (None, None))),
        ([{"error": {"message": "No.", "code": 5}}], ("No.", (5, None))),
    ],
)
def test_the_message_is_found_with_its_codes(body: Any, said: tuple[Any, ...]) -> None:
    assert read_text(json.dumps(body)) == said


@pytest.mark.parametrize(
    "text", ["404 page not found", "<html>no</html>", "", "{broken", '{"detail": [{"msg": "no"}]}']
)
def test_what_is_not_understood_is_shown_as_it_is(text: str) -> None:
    assert read_text(text)[0] == text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["error", "message", "detail", "code", "type"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(JSON)
def test_no_body_breaks_it(body: Any) -> None:
    said, codes = read_text(json.dumps(body))
    assert isinstance(said, str)
    assert len(codes) in {0, 2}
