"""Domain values survive being stored as text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.actor import Actor
from workbench.domain.audit import AuditEntry
from workbench.domain.dataset import Example
from workbench.domain.index import Document, IndexInfo, RetrievedChunk
from workbench.domain.model import Completion, CompletionRequest, Message, ModelSpec
from workbench.domain.prompt import FewShot, PromptContent
from workbench.domain.prompt_version import Draft, PromptVersion
from workbench.domain.release import Release
from workbench.domain.review import Review
from workbench.domain.run import Arm, RunInfo, TrialFailure
from workbench.domain.score import MetricInfo, Score, Scored
from workbench.errors import IntegrityError
from workbench.hashing import canonical_json
from workbench.store.codec import decode, encode

STORED_TYPES = (
    Actor,
    Arm,
    AuditEntry,
    Completion,
    CompletionRequest,
    Document,
    Draft,
    Example,
    IndexInfo,
    MetricInfo,
    ModelSpec,
    PromptContent,
    PromptVersion,
    Release,
    RetrievedChunk,
    Review,
    RunInfo,
    TrialFailure,
)


@pytest.mark.parametrize("cls", STORED_TYPES, ids=lambda cls: cls.__name__)
def test_what_is_read_equals_what_was_written(cls, values_of):
    @settings(max_examples=30)
    @given(values_of(cls))
    def check(value):
        text = encode(value)
        text.encode("utf-8")
        restored = decode(cls, text)
        assert restored == value
        assert encode(restored) == text

    check()


@given(st.text(alphabet=st.characters()))
def test_text_that_utf_8_cannot_hold_comes_back_as_it_was(text):
    stored = encode(Message("user", text))
    stored.encode("utf-8")
    assert decode(Message, stored) == Message("user", text)


def test_the_text_is_canonical_json():
    shot = FewShot({"b": 1, "a": [True, None]}, "é")
    assert encode(shot) == canonical_json(shot) == '{"inputs":{"a":[true,null],"b":1},"output":"é"}'


def test_a_whole_number_stays_whole_where_a_fraction_is_meant_so_that_hashes_stay():
    assert encode(decode(Scored, encode(Scored(1)))) == encode(Scored(1)) != encode(Scored(1.0))


def test_a_field_that_is_missing_takes_its_default():
    assert decode(Actor, '{"name":"Ada"}') == Actor("Ada")


def test_a_list_of_pairs_is_a_type_too():
    assert decode(tuple[tuple[str, int], ...], encode((("a", 1), ("b", 2)))) == (("a", 1), ("b", 2))


@pytest.mark.parametrize(
    ("cls", "text", "problem"),
    [
        (Actor, "{", "A stored Actor is not JSON"),
        (Actor, "[]", "Actor is [], not an object"),
        (Actor, "{}", "Actor.name is missing"),
        (Actor, '{"name":1}', "Actor.name is 1, not of type str"),
        (Actor, '{"name":"a","signed_in":1}', "Actor.signed_in is 1, not of type bool"),
        (Actor, '{"name":"a","shoe":1}', "fields that this program does not know: shoe"),
        (Message, '{"role":"king","content":""}', "Message.role is 'king', not one of 'system'"),
        (Scored, '{"value":true}', "Scored.value is True, not of type float"),
        (Example, '{"id":"1","inputs":[]}', "Example.inputs is [], not an object"),
        (Example, '{"id":"1","inputs":{},"tags":"x"}', "Example.tags is 'x', not a list"),
        (Review, '{"trial_id":"","run":"","reviewer":"","verdict":null,"note":"","created_at":"now"}', "not a time"),
        (tuple[tuple[str, int], ...], '[["a",1,2]]', "not a list of 2"),
    ],
)
def test_text_that_does_not_fit_is_refused_with_its_place(cls, text, problem):
    with pytest.raises(IntegrityError) as caught:
        decode(cls, text)
    assert problem in str(caught.value)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_is_none_cannot_be_written(value):
    with pytest.raises(TypeError):
        encode(Scored(value))


def test_a_time_with_a_zone_cannot_be_written():
    with pytest.raises(ValueError, match="naive UTC"):
        encode(Draft("p", "a", "1", {}, None, datetime.now(UTC)))


def test_a_type_without_a_form_of_its_own_says_so():
    score = Score("t", "m", "1", Scored(1.0), datetime.fromisoformat("2026-01-01"))
    with pytest.raises(TypeError, match="store it in columns"):
        decode(Score, encode(score))


@dataclass(frozen=True)
class Odd:
    """A type that the store does not know how to read."""

    data: bytes
    more: Mapping[str, Any]


def test_a_field_of_an_unknown_type_is_a_programming_error():
    with pytest.raises(TypeError, match="cannot be stored"):
        decode(Odd, json.dumps({"data": "x", "more": {}}))
