import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.scoring import REFUSAL, a_source, an_output
from workbench.domain.dataset import Check, Example
from workbench.domain.prompt import CitationPolicy, Message, Policy, PromptContent, RetrievalSettings
from workbench.domain.score import Scored
from workbench.errors import NotFoundError
from workbench.metrics import registry

PLAIN = PromptContent(messages=(Message("user", "{{question}}"),), variables=("question",))
RAG = PromptContent(
    messages=(Message("user", "{{question}} {{context}}"),),
    variables=("question", "context"),
    retrieval=RetrievalSettings(index="handbook"),
    policy=Policy(refusal=REFUSAL, citations=CitationPolicy(required=True)),
)


def row(**fields):
    return Example(id="q", inputs={"question": "?"}, **fields)


def test_every_metric_is_found_by_its_own_name_and_explains_itself():
    for name in registry.names():
        info = registry.metric(name).info
        assert info.name == name
        assert info.version
        assert info.title
        assert info.meaning.endswith(".")


def test_a_wrong_name_gets_the_nearest_ones():
    with pytest.raises(NotFoundError, match="exact_match"):
        registry.metric("exactmatch")


@pytest.mark.parametrize(
    ("examples", "prompts", "expected"),
    [
        ([row()], [PLAIN], ("latency", "cost", "length")),
        (
            [row(expected="30 days"), row()],
            [PLAIN],
            ("correct", "exact_match", "token_f1", "latency", "cost", "length"),
        ),
        ([row(checks=(Check("contains", "a"),))], [PLAIN], ("correct", "checks", "latency", "cost", "length")),
        ([row(expect="refuse")], [PLAIN], ("correct", "refusal_correct", "latency", "cost", "length")),
        ([row(expected="a", expect="ignore")], [PLAIN], ("latency", "cost", "length")),
        (
            [row(relevant=("a.md",))],
            [PLAIN, RAG],
            (
                "citation_validity",
                "citation_coverage",
                "cites_gold",
                "gold_found",
                "grounded_share",
                "latency",
                "cost",
                "length",
            ),
        ),
    ],
)
def test_defaults_are_the_metrics_that_the_data_can_feed(examples, prompts, expected):
    assert registry.default_metrics(examples, prompts) == expected


def test_attacks_bring_the_metrics_of_safety_and_allowed_hosts_that_of_links():
    attack = row(metadata={"attack": "override"})
    safety = {"attack_resisted", "prompt_leak", "personal_data", "secrets", "invisible_text"}
    assert safety <= set(registry.default_metrics([row(), attack], [PLAIN]))
    assert "links_allowed" not in registry.default_metrics([attack], [PLAIN])
    hosts = PromptContent(messages=(), policy=Policy(allowed_hosts=("library.example",)))
    assert "links_allowed" in registry.default_metrics([attack], [PLAIN, hosts])


def test_an_asked_for_schema_is_checked_by_default():
    asking = PromptContent(messages=(Message("user", "?"),), response_schema={"type": "object"})
    assert "json_schema" in registry.default_metrics([row()], [asking])


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(max_size=80),
    expected=st.none() | st.text(max_size=40),
    expect=st.sampled_from(["answer", "refuse", "ignore"]),
    relevant=st.lists(st.text(max_size=10), max_size=2),
    sources=st.lists(st.text(max_size=40), max_size=2),
)
def test_every_metric_takes_any_text_and_keeps_to_its_kind(text, expected, expect, relevant, sources):
    given_ = an_output(
        text,
        [a_source(source) for source in sources],
        refusal=REFUSAL,
        retrieval=RetrievalSettings(index="handbook"),
        schema={"type": "object"},
        expected=expected,
        expect=expect,
        relevant=tuple(relevant),
        checks=(Check("icontains", "day"), Check("max_words", 10)),
    )
    for name in registry.names():
        metric = registry.metric(name)
        result = metric.score(given_)
        if not isinstance(result, Scored):
            assert result.reason
        elif metric.info.kind == "pass_fail":
            assert result.value in {0.0, 1.0}
        elif metric.info.kind == "share":
            assert 0 <= result.value <= 1
        else:
            assert result.value >= 0
