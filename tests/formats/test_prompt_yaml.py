"""The prompt file: what is read, what is refused and where, and that writing loses nothing."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.domain.prompt import (
    CitationPolicy,
    FewShot,
    Message,
    Policy,
    PromptContent,
    PromptFile,
    RetrievalSettings,
)
from workbench.errors import FormatError
from workbench.formats import prompt_yaml
from workbench.templates.checking import check
from workbench.templates.messages import used_variables

FULL = r"""prompt_name: mortgage-assistant
use_case: support
template_format: mustache
messages:
  - {role: system, content: "Answer from the sources."}
  - {role: user, content: "{{question}}\n\n{{context}}"}
few_shot: [{inputs: {question: "How long?"}, output: "30 years."}]
variables: [context, question]
model: gpt-4o-mini
parameters: {temperature: 0.1, max_tokens: 400}
tools: [{name: find, parameters: {type: object}}]
response_schema: {type: object, properties: {answer: {type: string}}}
retrieval: {index: handbook, k: 2, search: bm25, rerank: null, min_score: 0.5, filter: {year: 2026}}
policy: {refusal: "I can't find that.", citations: {required: true, pattern: '\((\d+)\)'}, allowed_hosts: [a.example], allowed_tools: [find]}
changelog: "why this version"
"""

MINIMAL = "prompt_name: a\ntemplate: '{{q}}'\n"


def refused(text: str) -> FormatError:
    with pytest.raises(FormatError) as caught:
        prompt_yaml.read(text, file="a.prompt.yaml")
    assert str(caught.value).startswith("a.prompt.yaml, line ")
    return caught.value


def test_every_field_of_the_file_is_read() -> None:
    assert prompt_yaml.read(FULL) == PromptFile(
        name="mortgage-assistant",
        use_case="support",
        changelog="why this version",
        content=PromptContent(
            messages=(
                Message("system", "Answer from the sources."),
                Message("user", "{{question}}\n\n{{context}}"),
            ),
            template_format="mustache",
            variables=("question", "context"),
            few_shot=(FewShot({"question": "How long?"}, "30 years."),),
            model="gpt-4o-mini",
            parameters={"temperature": 0.1, "max_tokens": 400},
            tools=({"name": "find", "parameters": {"type": "object"}},),
            response_schema={"type": "object", "properties": {"answer": {"type": "string"}}},
            retrieval=RetrievalSettings("handbook", 2, "bm25", None, 0.5, {"year": 2026}),
            policy=Policy(
                "I can't find that.", CitationPolicy(required=True, pattern=r"\((\d+)\)"), ("a.example",), ("find",)
            ),
        ),
    )


def test_a_template_is_short_for_one_user_message_and_variables_are_derived() -> None:
    prompt = prompt_yaml.read("prompt_name: a\ntemplate_format: f-string\ntemplate: 'Say {b} and {a}'\n")
    assert prompt.content == PromptContent((Message("user", "Say {b} and {a}"),), "f-string", ("b", "a"))


def test_the_order_in_which_variables_are_declared_is_no_other_content() -> None:
    swapped = FULL.replace("[context, question]", "[question, context]")
    assert prompt_yaml.read(swapped).content.hash == prompt_yaml.read(FULL).content.hash


def test_what_an_exported_file_has_besides_is_ignored() -> None:
    exported = FULL + "version: 1.3.0\nstatus: approved\nevaluation: {correct: {mean: 0.9}}\n"
    assert prompt_yaml.read(exported) == prompt_yaml.read(FULL)


def test_defaults_are_written_out() -> None:
    text = prompt_yaml.write(prompt_yaml.read(MINIMAL + "retrieval: {index: handbook}\n"))
    assert yaml.safe_load(text)["retrieval"] == {
        "index": "handbook",
        "k": 4,
        "search": "hybrid",
        "rerank": None,
        "min_score": None,
        "filter": {},
    }
    assert yaml.safe_load(text)["policy"]["citations"] == {"required": False, "pattern": r"\[(\d+)\]"}


def test_keys_are_written_in_the_order_of_the_design() -> None:
    keys = [line.partition(":")[0] for line in FULL.splitlines() if line[0].isalpha()]
    assert list(prompt_yaml.fields(prompt_yaml.read(FULL))) == keys


def test_several_lines_are_written_as_a_block_even_with_tabs_and_trailing_blanks() -> None:
    text = "{{q}}\n\n\tindented \n- item: 1 # no comment\n"
    written = prompt_yaml.write(PromptFile("a", PromptContent((Message("user", text),), variables=("q",))))
    assert "content: |\n    {{q}}\n\n    \tindented \n    - item: 1 # no comment\n" in written


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "the file is empty"),
        ("- a\n", 1, "expected a mapping, found a list"),
        ("prompt_name: a\ntemplate: '{{q}}'\nparametres: {}\n", 3, "Did you mean 'parameters'"),
        ("template: '{{q}}'\n", 1, "the key 'prompt_name' is missing"),
        ("prompt_name: a\n", 1, "the key 'messages' is missing"),
        ("prompt_name: ../a\ntemplate: '{{q}}'\n", 1, "no name for a prompt"),
        ("prompt_name: a b\ntemplate: '{{q}}'\n", 1, "no name for a prompt"),
        ("prompt_name: 3\ntemplate: '{{q}}'\n", 1, "expected text, found the number 3. Put it in quotes"),
        ("prompt_name: a\nmessages: []\n", 2, "no user message"),
        ("prompt_name: a\nmessages: hello\n", 2, "expected a list, found the text 'hello'"),
        ("prompt_name: a\nmessages:\n- role: user\n  content: [x]\n", 4, "messages[0].content: expected text"),
        ("prompt_name: a\nmessages:\n- role: human\n  content: x\n", 3, "expected one of system, user, assistant"),
        ("prompt_name: a\nmessages:\n- role: user\n", 3, "messages[0]: the key 'content' is missing"),
        ("prompt_name: a\nmessages:\n- role: user\n  text: x\n", 4, "Did you mean 'content'"),
        (MINIMAL + "messages: []\n", 2, "either 'messages' or 'template'"),
        (MINIMAL + "template_format: jinja2\n", 3, "jinja2 templates can run code"),
        (MINIMAL + "template_format: handlebars\n", 3, "one of mustache, f-string"),
        (MINIMAL + "variables: [question]\n", 3, "names 'question', but the messages use 'q'"),
        ("prompt_name: a\ntemplate: |\n  hi\n  {{#q}}\n", 2, "Message 1 (user), line 2: '{{#q}}' is a section"),
        (MINIMAL + "few_shot:\n- {inputs: {q: 1}, output: a}\n- {inputs: {}, output: b}\n", 5, "gives no 'q'"),
        (MINIMAL + "few_shot: [{inputs: {q: 1}, output: 2}]\n", 3, "few_shot[0].output: expected text"),
        (MINIMAL + "parameters: {temperature: 1, api_key: abc}\n", 3, "secret must not stand"),
        (MINIMAL + "tools: [find]\n", 3, "tools[0]: expected a mapping"),
        (MINIMAL + "response_schema: {type: objekt}\n", 3, "no JSON schema"),
        (MINIMAL + "retrieval: {k: 3}\n", 3, "the key 'index' is missing"),
        (MINIMAL + "retrieval: {index: a, k: 0}\n", 3, "a whole number, 1 or more, found the number 0"),
        (MINIMAL + "retrieval: {index: a, k: true}\n", 3, "found the truth value true"),
        (MINIMAL + "retrieval: {index: a, search: best}\n", 3, "one of dense, bm25, hybrid"),
        (MINIMAL + "retrieval: {index: a, min_score: high}\n", 3, "expected a number"),
        (MINIMAL + "policy: {citations: {required: yes}}\n", 3, "expected true or false, found the text 'yes'"),
        (MINIMAL + "policy: {citations: {pattern: '('}}\n", 3, "no regular expression"),
        (MINIMAL + "policy: {citations: {pattern: 'x'}}\n", 3, "has no group"),
        (MINIMAL + f"policy: {{citations: {{pattern: '(a{{{'9' * 30}}})'}}}}\n", 3, "no regular expression"),
        (MINIMAL + "policy: {allowed_hosts: [1]}\n", 3, "policy.allowed_hosts[0]: expected text"),
        (MINIMAL + "template: again\n", 3, "the key 'template' is there twice; the first is in line 2"),
        (MINIMAL + "parameters: {1: a}\n", 3, "a key must be text"),
        (MINIMAL + "parameters:\n  x: !!python/object/apply:os.system [ls]\n", 4, "the tag"),
        (MINIMAL + "parameters:\n  x: !!timestamp 2026-01-01\n", 4, "with the tag"),
        (MINIMAL + "base: &b {a: 1}\nparameters:\n  <<: *b\n", 5, "merge keys"),
        (MINIMAL + "use_case: [\n", 4, "not YAML"),
        (MINIMAL + "use_case: \x07\n", 3, "U+0007"),
        (MINIMAL + 'use_case: "\\ud800"\n', 3, "lone surrogate"),
        (MINIMAL + 'use_case: "\\U99999999"\n', 1, "not YAML"),
        (MINIMAL + f"parameters: {{x: {'9' * 5000}}}\n", 3, "too long"),
        (MINIMAL + "---\na: 1\n", 3, "not YAML"),
    ],
)
def test_what_is_wrong_is_said_with_file_line_and_the_way_out(text: str, line: int, message: str) -> None:
    error = refused(text)
    assert message in str(error)
    assert error.line == line


def test_a_secret_in_a_file_is_not_repeated_in_the_error() -> None:
    secret = "sk-" + "a1" * 20
    assert secret not in str(refused(MINIMAL + f"parameters: {{extra: [{{note: {secret}}}]}}\n"))


def test_dates_times_and_yes_stay_the_text_they_are() -> None:
    pair = "few_shot: [{inputs: {q: no, day: 2026-01-31, time: 12:30, n: 010, x: 1e3, y: 0x1F}, output: a}]\n"
    assert prompt_yaml.read(MINIMAL + pair).content.few_shot[0].inputs == {
        "q": "no",
        "day": "2026-01-31",
        "time": "12:30",
        "n": "010",
        "x": 1000.0,
        "y": "0x1F",
    }


def test_a_repeated_part_may_be_an_alias() -> None:
    prompt = prompt_yaml.read(MINIMAL + "few_shot:\n- {inputs: &i {q: 1}, output: a}\n- {inputs: *i, output: b}\n")
    assert prompt.content.few_shot == (FewShot({"q": 1}, "a"), FewShot({"q": 1}, "b"))


def test_aliases_that_would_fill_the_memory_are_refused() -> None:
    levels = ["  l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"  l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 10)]
    assert "aliases" in str(refused(MINIMAL + "parameters:\n" + "\n".join(levels) + "\n"))


@pytest.mark.parametrize("inside", ["&a [*a]", "[" * 5000, "{a: " * 5000, "- " * 5000])
def test_endless_nesting_is_refused(inside: str) -> None:
    refused(MINIMAL + f"parameters:\n  {inside}\n")


def test_a_file_of_more_than_a_mebibyte_is_refused() -> None:
    assert "characters" in str(refused("#" * 1_048_577))


@given(st.text(max_size=200))
@example("a: &a [*a]")
@example("%YAML 9.9\n---\n")
@example("? [a]\n: b")
def test_any_text_is_a_prompt_or_a_format_error(text: str) -> None:
    for whole in (text, MINIMAL + text):
        try:
            prompt = prompt_yaml.read(whole)
        except FormatError:
            continue
        assert prompt_yaml.read(prompt_yaml.write(prompt)) == prompt


# Round trip

# fmt: off
AWKWARD = st.sampled_from([
    "", " ", "no", "~", "1e3", "1_0", "0x1", "12:30", "2026-01-01", "- a", "a: b", "# x", "<<", "=", "'", '"', "|", "%",
    ".inf", "!x", "&x", "*x", "a #b", "a\t", "\ta\n", " a\nb", "a\n b ", "\n", "\n\n", "a\n\n", "a\r\nb", "a\rb",
    "a\x85b\n", "a\u2028b\n", "\ufeffa\nb", "😀\n😀 ", "  \n  \n", "a\n---\nb", "...", "null", "true", "-", "\x00",
])
# fmt: on
TEXT = st.one_of(
    AWKWARD, st.text(st.characters(exclude_categories=["Cs"]), max_size=30), st.text(" \t\n\r#:-'\"a", max_size=12)
)
FILLED = TEXT.filter(lambda text: text.strip() != "")
LITERAL = TEXT.map(lambda text: text.replace("{", "(").replace("}", ")"))
NUMBER = st.one_of(st.integers(-(10**18), 10**18), st.floats(allow_nan=False, allow_infinity=False))
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBER, TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=6,
)
MAPPING = st.dictionaries(TEXT, JSON, max_size=3)


@st.composite
def prompt_files(draw: st.DrawFn) -> PromptFile:
    template_format = draw(st.sampled_from(["mustache", "f-string"]))
    placeholder = "{{q}}" if template_format == "mustache" else "{q}"
    others = draw(st.lists(st.tuples(st.sampled_from(["system", "assistant", "tool"]), LITERAL), max_size=2))
    messages = (
        *(Message(role, text) for role, text in others),
        Message("user", draw(LITERAL) + placeholder + draw(LITERAL)),
    )
    content = PromptContent(
        messages=messages,
        template_format=template_format,
        variables=used_variables(PromptContent(messages, template_format)),
        few_shot=tuple(draw(st.lists(st.builds(FewShot, st.builds(lambda q: {"q": q}, TEXT), TEXT), max_size=2))),
        model=draw(st.none() | FILLED),
        parameters=draw(MAPPING),
        tools=tuple(draw(st.lists(MAPPING, max_size=2))),
        response_schema=draw(st.none() | st.builds(lambda text: {"type": "object", "title": text}, TEXT)),
        retrieval=draw(
            st.none()
            | st.builds(
                RetrievalSettings,
                FILLED,
                st.integers(1, 50),
                st.sampled_from(["dense", "bm25", "hybrid"]),
                st.none() | FILLED,
                st.none() | st.floats(0, 1) | st.sampled_from([0, 1]),
                MAPPING,
            )
        ),
        policy=Policy(
            refusal=draw(st.none() | FILLED),
            citations=draw(st.builds(CitationPolicy, st.booleans(), st.sampled_from([r"\[(\d+)\]", "(#:)"]))),
            allowed_hosts=tuple(draw(st.lists(TEXT, max_size=2))),
            allowed_tools=tuple(draw(st.lists(TEXT, max_size=2))),
        ),
    )
    name = draw(st.from_regex(r"[\w][\w.-]{0,10}", fullmatch=True))
    return PromptFile(name, content, draw(st.none() | FILLED), draw(TEXT))


@given(prompt_files())
def test_writing_and_reading_gives_the_same_prompt_and_the_same_bytes(prompt: PromptFile) -> None:
    text = prompt_yaml.write(prompt)
    again = prompt_yaml.read(text)
    assert again == prompt
    assert prompt_yaml.write(again) == text
    assert again.content.hash == prompt.content.hash


@given(TEXT)
def test_other_readers_of_yaml_see_the_same_text(text: str) -> None:
    content = PromptContent((Message("user", "{{q}}"), Message("assistant", text.replace("{", ""))), variables=("q",))
    loaded: dict[str, Any] = yaml.safe_load(prompt_yaml.write(PromptFile("a", content)))
    assert loaded["messages"][1]["content"] == content.messages[1].content


@given(prompt_files())
def test_what_is_read_passes_the_check(prompt: PromptFile) -> None:
    assert not [p for p in check(prompt_yaml.read(prompt_yaml.write(prompt)).content) if p.severity == "error"]
