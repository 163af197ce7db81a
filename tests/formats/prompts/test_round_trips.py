"""A prompt of ours that goes out and comes back is the same, or what it lost is listed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.prompt_files import FILES, imported
from workbench.domain.dataset import Check, Example
from workbench.domain.prompt import (
    CitationPolicy,
    FewShot,
    Message,
    Policy,
    PromptContent,
    PromptFile,
    RetrievalSettings,
)
from workbench.errors import InputError
from workbench.formats.dataset_ids import with_ids
from workbench.formats.prompts import registry
from workbench.templates.checking import check
from workbench.templates.messages import render_messages, used_variables

WRITTEN = [one for one in registry.FORMATS if one.write is not None]
NAMES = st.sampled_from(["question", "context", "city", "tone_2", "with-hyphen"])
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
PIECES = st.one_of(
    TEXT,
    NAMES.map("{{{{{0}}}}}".format),
    NAMES.map("{{{{ {0} }}}}".format),
    st.sampled_from(
        ["\n", "\n\n", "user:", "\nuser:\n", "}}", "{", "{%", "{#", "{{! note }}", "a.txt", "- role: x", "---"]
    ),
)
TEMPLATES = st.lists(PIECES, min_size=1, max_size=6).map("".join)
F_STRINGS = st.lists(
    st.one_of(
        st.sampled_from(["{{", "}}", "{{{{x}}}}", "{question}", "{city}", "{{% if %}}", "user: "]),
        TEXT.filter(str.isalnum),
    ),
    min_size=1,
    max_size=5,
).map("".join)


@st.composite
def prompts(draw):
    template_format = draw(st.sampled_from(["mustache", "mustache", "f-string"]))
    texts = TEMPLATES if template_format == "mustache" else F_STRINGS
    system = [Message("system", draw(texts))] if draw(st.booleans()) else []
    turns = [Message("user", draw(texts)), Message("assistant", draw(texts))] if draw(st.booleans()) else []
    content = PromptContent((*system, *turns, Message("user", draw(texts))), template_format)
    try:
        content = replace(content, variables=used_variables(content))
    except InputError:
        content = PromptContent((Message("user", "{{question}}"),), variables=("question",))
    few_shot = ()
    if draw(st.booleans()):
        last = used_variables(PromptContent(content.messages[-1:], content.template_format))
        few_shot = (FewShot(dict.fromkeys(last, "x {{y}}"), draw(TEXT)),)
    schema = draw(
        st.sampled_from(
            [
                None,
                {
                    "type": "object",
                    "properties": {"a": {"type": "string"}},
                    "required": ["a"],
                    "additionalProperties": False,
                },
                {"type": "object", "properties": {"a": {"type": ["string", "null"]}}},
            ]
        )
    )
    return PromptFile(
        "answer",
        replace(
            content,
            few_shot=few_shot,
            model=draw(
                st.sampled_from([None, "offline/reader", "openai/gpt-4o", "azure/x:y", "gpt", "anthropic/claude"])
            ),
            parameters=draw(
                st.sampled_from(
                    [
                        {},
                        {"temperature": 0.5, "max_tokens": 3},
                        {"response_format": {"type": "json_object"}, "top_k": 2},
                        {"x": [1]},
                    ]
                )
            ),
            tools=draw(
                st.sampled_from(
                    [
                        (),
                        (
                            {
                                "type": "function",
                                "function": {"name": "f", "parameters": {"type": "object", "properties": {}}},
                            },
                        ),
                        ({"name": "g"},),
                    ]
                )
            ),
            response_schema=schema,
            retrieval=draw(st.sampled_from([None, RetrievalSettings("handbook")])),
            policy=draw(st.sampled_from([Policy(), Policy("No.", CitationPolicy(required=True))])),
        ),
        use_case=draw(st.sampled_from([None, "support"])),
        changelog=draw(st.sampled_from(["", "why: this"])),
    )


@pytest.mark.parametrize("form", WRITTEN, ids=lambda one: one.name)
@settings(max_examples=25)
@example(
    prompt=PromptFile(
        "answer",
        PromptContent(
            (Message("user", "{{question}}"),),
            variables=("question",),
            parameters={"response_format": {"type": "json_object"}},
            response_schema={"type": "object", "properties": {"a": {"type": "string"}}},
        ),
    )
)
@given(prompt=prompts())
def test_a_prompt_comes_back_the_same_or_its_losses_are_listed(form, prompt):
    if any(problem.severity == "error" for problem in check(prompt.content)) or _asks_nothing(prompt.content):
        return
    try:
        written = form.write(prompt, ())
    except InputError:  # what would say something else there is refused
        return
    (back,) = imported(written.text, f"answer{form.ending}").prompts
    if back.content.hash != prompt.content.hash or back != prompt:
        assert written.losses


def _asks_nothing(content):
    """A message of comments alone, which nobody sends."""
    values = dict.fromkeys(content.variables, "x")
    return any(not message.content.strip() for message in render_messages(content, values))


CHECKS = st.sampled_from(
    [
        Check("equals", "a"), Check("contains", "b{{c}}"), Check("icontains", "x, y"), Check("not_contains", "z"),
        Check("regex", r"(?i)\A(?:a\ b)"), Check("regex", r"\d+"), Check("regex", "(?i)(?:a|b\\|c)"), Check("max_words", 3),
        Check("min_words", 1), Check("json_schema", {}), Check("json_schema", {"type": "object"}), Check("format", "json"),
        Check("similarity", "s", 0.5), Check("contains_all", ["a", "b"]), Check("contains_any", ["a", "file://b"]),
    ]
)  # fmt: skip


@st.composite
def rows(draw):
    return with_ids(
        [
            Example(
                id=draw(st.sampled_from(["", f"row {number}"])),
                inputs={
                    "question": draw(TEXT),
                    "more": draw(st.sampled_from(["x", 1, 2.5, True, ["a", "b"], {"a": 1}])),
                },
                expected=draw(st.sampled_from([None, "yes"])),
                checks=tuple(draw(st.lists(CHECKS, max_size=3))),
                must_pass=draw(st.booleans()),
                tags=draw(st.sampled_from([(), ("a", "b")])),
                history=draw(st.sampled_from([(), (Message("user", "Hi"), Message("assistant", "Ho"))])),
                metadata=draw(
                    st.sampled_from([{}, {"description": "d"}, {"severity": {"a": [1]}}, {"assert": [{"type": "x"}]}])
                ),
            )
            for number in range(draw(st.integers(1, 3)))
        ]
    )


@pytest.mark.parametrize("form", WRITTEN, ids=lambda one: one.name)
@settings(max_examples=15)
@given(examples=rows())
def test_golden_rows_come_back_the_same_or_their_losses_are_listed(form, examples):
    content = PromptContent(
        (Message("user", "{{question}} {{more}}"),), variables=("question", "more"), model="openai/x"
    )
    written = form.write(PromptFile("answer", content), examples)
    back = imported(written.text, f"answer{form.ending}")
    assert back.prompts == (PromptFile("answer", content),)
    if back.examples != examples:
        assert written.losses


@pytest.mark.parametrize("file", FILES)
def test_what_was_imported_comes_back_from_every_format_or_its_losses_are_listed(file):
    _, text = FILES[file]
    found = imported(text, file)
    assert found.prompts
    for form in WRITTEN:
        for prompt in found.prompts:
            written = form.write(prompt, found.examples)
            back = imported(written.text, f"{prompt.name}{form.ending}")
            if (back.prompts, back.examples) != ((prompt,), found.examples):
                assert written.losses
