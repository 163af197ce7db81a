"""Content identity: equal content has equal hashes, and only then."""

import json
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.hashing import TAG, bytes_hash, canonical_json, content_hash, plain, short

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_canonical_json_reads_back_as_what_it_was(value):
    assert json.loads(canonical_json(value)) == value


@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_the_order_of_keys_does_not_matter(mapping):
    assert content_hash(mapping) == content_hash(dict(reversed(mapping.items())))


@given(JSON, JSON)
def test_different_content_has_different_hashes(a, b):
    assert (content_hash(a) == content_hash(b)) == (canonical_json(a) == canonical_json(b))


@pytest.mark.parametrize("value", [b"bytes", bytearray(b"x"), object(), float("nan"), float("inf"), {"a": [b"x"]}])
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(TypeError):
        content_hash(value)


def test_dataclasses_tuples_and_sets_are_reduced_to_json():
    @dataclass(frozen=True)
    class Point:
        x: int
        tags: frozenset[str]

    assert plain((Point(1, frozenset({"b", "a"})),)) == [{"x": 1, "tags": ["a", "b"]}]


def test_hashes_are_tagged_and_shortened_for_people():
    tagged = content_hash({})

    assert tagged.startswith(TAG)
    assert len(tagged) == len(TAG) + 64
    assert short(tagged) == tagged[len(TAG) :][:12]
    assert bytes_hash(b"{}") == tagged
