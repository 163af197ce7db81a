from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import a_content, a_version
from workbench.domain.prompt import CitationPolicy, FewShot, Message, Policy, PromptFile, RetrievalSettings
from workbench.errors import InputError
from workbench.store.codec import decode, encode
from workbench.workspace.prompts.drafting import (
    STARTING_POINTS,
    DraftFields,
    changed_parts,
    examine,
    fields_from,
    fields_of,
    fields_of_file,
    file_from,
)

WORDS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20)
FULL = a_content(
    user="{{context}} {{question}}",
    system="Cite.",
    few_shot=(FewShot({"question": "a", "context": 3}, "b"),),
    model="mini",
    parameters={"temperature": 0, "max_tokens": 400, "stop": ["x"]},
    tools=({"type": "function", "function": {"name": "look", "parameters": {}}},),
    response_schema={},
    retrieval=RetrievalSettings("handbook", k=7, search="bm25", rerank="r", min_score=0.2, filter={"a": 1}),
    policy=Policy("No.", CitationPolicy(required=True, pattern=r"<(\d)>"), ("a.org",), ("look",)),
    variables=("context", "question"),
)


def test_a_version_goes_through_the_editor_and_the_store_and_comes_out_as_it_was():
    version = replace(a_version(), content=FULL, use_case="support", changelog="why")

    kept = decode(dict[str, Any], encode(fields_of(version).kept()))

    assert file_from("answer", fields_from(kept)) == PromptFile("answer", FULL, "support", "why")


@given(
    system=WORDS,
    temperature=st.none() | st.integers(0, 2) | st.floats(0, 2),
    tokens=st.none() | st.integers(1, 9999) | st.floats(1, 9999) | st.just("many"),
    extra=st.dictionaries(st.sampled_from(["top_p", "seed", "stop"]), st.integers() | WORDS),
)
def test_whatever_a_prompt_file_may_hold_the_editor_keeps_its_identity(system, temperature, tokens, extra):
    given_parameters = {"temperature": temperature, "max_tokens": tokens}
    parameters = extra | {name: value for name, value in given_parameters.items() if value is not None}
    content = a_content(system=system or None, parameters=parameters)

    assert file_from("p", fields_of_file(PromptFile("p", content))).content.hash == content.hash


def test_what_an_older_program_kept_opens_with_defaults():
    assert fields_from({"messages": [{"role": "user", "content": "x"}], "gone": 1}) == DraftFields(
        messages=(Message("user", "x"),)
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"parameters": "{"}, "Further parameters, line 1"),
        ({"parameters": "[1]"}, "names with values"),
        ({"parameters": '{"temperature": 1}', "temperature": 0.5}, "field of its own"),
        ({"parameters": '{"api_key": "sk-1234567890abcdefghij"}'}, "secret"),
        ({"response_schema": '{"type": 3}'}, "no JSON schema"),
        ({"citation_pattern": "("}, "no regular expression"),
        ({"messages": ()}, "user message"),
    ],
)
def test_what_cannot_be_saved_is_said_beside_the_editor(change, said):
    draft = replace(DraftFields(messages=(Message("user", "{{question}}"),)), **change)

    seen = examine("p", draft)

    assert seen.file is None
    assert said in " ".join(p.message for p in seen.problems if p.severity == "error")
    with pytest.raises(InputError):
        file_from("p", draft)


def test_a_mistyped_variable_is_named_with_the_one_that_was_meant():
    draft = DraftFields(messages=(Message("user", "{{question}} {{contxt}}"),))

    seen = examine("p", draft, given=["question"])

    assert ("{{contxt}} is not known: {{context}}?", ("messages", 0)) in [(p.message, p.place) for p in seen.problems]


def test_an_input_that_no_message_uses_is_named():
    seen = examine("p", DraftFields(messages=(Message("user", "{{question}}"),)), given=["question", "product"])

    assert [p.message for p in seen.problems] == ["Not used in any message: {{product}}."]
    assert seen.file is not None


def test_a_variable_that_an_edit_removed_is_named_even_without_a_golden_set():
    base = a_content(user="{{question}} {{context}}")

    seen = examine("p", DraftFields(messages=(Message("user", "{{question}}"),)), base=base)

    assert "Not used in any message: {{context}}." in [p.message for p in seen.problems]


def test_only_the_parts_that_differ_are_compared():
    before = DraftFields(messages=(Message("system", "Be brief."), Message("user", "{{question}}")))
    after = replace(before, messages=(Message("system", "Be kind."), before.messages[1]), temperature=0.5)

    assert changed_parts(before, after) == (
        ("System message", "Be brief.", "Be kind."),
        ("Settings", "", "temperature: 0.5\n"),
    )


@pytest.mark.parametrize("name", [name for name in STARTING_POINTS if name != "Empty"])
def test_every_starting_point_can_be_saved_as_it_is(name):
    assert examine("p", STARTING_POINTS[name]).file is not None


def test_typed_by_hand_every_value_can_be_given_so_that_only_a_likely_slip_is_told():
    draft = DraftFields(messages=(Message("user", "{{question}} {{tone}} {{contxt}}"),))
    base = a_content(user="{{question}}")

    seen = examine("p", draft, base=base)

    assert seen.unknown == ("{{contxt}}",)
    assert examine("p", draft, given=["question"]).unknown == ("{{tone}}", "{{contxt}}")


def test_an_index_that_is_not_there_is_named_with_the_one_that_was_meant():
    draft = DraftFields(messages=(Message("user", "{{context}} {{question}}"),), index="handbok")

    seen = examine("p", draft, indexes=["handbook"])

    assert [p.message for p in seen.problems] == ["There is no index 'handbok' yet. Did you mean 'handbook'?"]
    assert seen.file is not None


def test_a_floor_that_no_passage_reaches_is_refused():
    draft = DraftFields(messages=(Message("user", "{{context}} {{question}}"),), index="handbook", min_score=1.5)

    problems = examine("p", draft).problems

    assert [p.severity for p in problems if "no passage fits by more than 1" in p.message] == ["error"]
