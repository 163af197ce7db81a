"""What an embedder's name means, and what its vectors depend on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.model import Limits, ModelSpec, Price
from workbench.errors import InputError, NotFoundError
from workbench.models import embedders
from workbench.settings import EmbedderSettings

ALIASES = {
    "desk": ModelSpec(
        "desk",
        "openai/nomic",
        api_base="http://127.0.0.1:9/v1",
        api_key_env="DESK_KEY",
        price=Price(1.0, 0.0),
        limits=Limits(concurrency=2),
    ),
    "writer": ModelSpec("writer", "openai/gpt-4o-mini"),
}


def resolve(name, settings=None):
    return embedders.resolve(name, {} if settings is None else {name: settings}, ALIASES)


def test_a_litellm_name_is_taken_as_it_is():
    spec = resolve("openai/text-embedding-3-small")

    assert spec.model == ModelSpec("openai/text-embedding-3-small", "openai/text-embedding-3-small")


def test_a_bare_name_that_is_listed_means_its_providers_model():
    assert resolve("text-embedding-3-small").model.model == "openai/text-embedding-3-small"


def test_an_embedder_may_name_an_alias_and_has_its_address_key_price_and_limits():
    spec = resolve("mine", EmbedderSettings("desk", {"dimensions": 64}))

    assert spec.model == replace(ALIASES["desk"], alias="mine", parameters={"dimensions": 64})
    assert resolve("desk").model == ALIASES["desk"]


def test_what_is_the_workbenchs_own_business_is_not_sent():
    given = {"batch_size": 8, "query_prefix": "query: ", "document_prefix": "passage: ", "dimensions": 64}
    spec = resolve("mine", EmbedderSettings("desk", given))

    assert (spec.batch_size, spec.model.parameters) == (8, {"dimensions": 64})
    assert [spec.asked_as(query=query)[0] for query in (False, True)] == ["passage: ", "query: "]


@pytest.mark.parametrize("wrong", [{"batch_size": 0}, {"batch_size": True}, {"batch_size": "8"}, {"query_prefix": 1}])
def test_wrong_values_of_these_are_named(wrong):
    with pytest.raises(InputError, match=next(iter(wrong))):
        resolve("mine", EmbedderSettings("desk", wrong))


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("text-embedding-3-smal", "openai/text-embedding-3-small"),
        ("opneai/text-embedding-3-small", "openai/text-embedding-3-small"),
        ("dessk", "desk"),
        ("offline/reader", "offline/lexical"),
        ("nonsense", "chroma/minilm"),
        ("python:mine:embed", "chroma/minilm"),
    ],
)
def test_unknown_names_tell_the_nearest_ones(name, hint):
    with pytest.raises(NotFoundError) as raised:
        resolve(name)

    assert hint in str(raised.value)


@pytest.mark.parametrize("name", ["openai/gpt-4o-mini", "writer"])
def test_a_model_that_writes_text_is_no_embedder(name):
    with pytest.raises(InputError, match="writes text"):
        resolve(name)


@pytest.mark.parametrize(
    ("model", "document", "question"),
    [
        ("cohere/embed-v4.0", {"input_type": "search_document"}, {"input_type": "search_query"}),
        ("gemini/gemini-embedding-001", {"task_type": "RETRIEVAL_DOCUMENT"}, {"task_type": "RETRIEVAL_QUERY"}),
        ("bedrock/cohere.embed-english-v3", {"input_type": "search_document"}, {"input_type": "search_query"}),
        ("bedrock/amazon.titan-embed-text-v2:0", {}, {}),
        ("openai/text-embedding-3-small", {}, {}),
    ],
)
def test_models_that_tell_questions_from_documents_are_told(model, document, question):
    spec = resolve(model)

    assert [dict(spec.asked_as(query=query)[1].parameters) for query in (False, True)] == [document, question]
    assert (spec.key(query=True) != spec.key(query=False)) == bool(document)


def test_a_purpose_of_the_users_own_holds_for_both():
    spec = resolve("mine", EmbedderSettings("cohere/embed-v4.0", {"input_type": "clustering"}))

    assert spec.asked_as(query=True) == spec.asked_as(query=False) == ("", spec.model)


@pytest.mark.parametrize(
    "change",
    [
        {"model": "openai/other"},
        {"api_base": "http://127.0.0.1:10/v1"},
        {"parameters": {"dimensions": 64}},
        {"parameters": {"query_prefix": "query: "}},
        {"parameters": {"document_prefix": "passage: "}},
    ],
)
def test_all_that_vectors_depend_on_is_part_of_the_version(change):
    assert (
        embedders.resolve("desk", {}, {"desk": replace(ALIASES["desk"], **change)}).version != resolve("desk").version
    )


def test_documents_need_not_be_embedded_again_where_only_questions_are_asked_otherwise():
    other = resolve("mine", EmbedderSettings("desk", {"query_prefix": "query: "}))

    assert other.key(query=False) == resolve("desk").key(query=False) != other.key(query=True)


@given(st.integers(1, 100), st.floats(0, 10), st.sampled_from(["A_KEY", None]))
def test_what_they_do_not_depend_on_is_none(size, price, key):
    other = replace(ALIASES["desk"], price=Price(price, 0.0), limits=Limits(size), api_key_env=key)
    spec = embedders.resolve("mine", {"mine": EmbedderSettings("desk", {"batch_size": size})}, {"desk": other})

    assert spec.version == resolve("desk").version


def test_models_are_offered_where_their_key_is():
    assert embedders.offered({}) == ()
    assert "openai/text-embedding-3-small" in embedders.offered({"OPENAI_API_KEY": "k"})
    assert all(name.startswith("openai/") for name in embedders.offered({"OPENAI_API_KEY": "k"}))
