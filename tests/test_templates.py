"""The renderer: what it fills, what it refuses, and that it agrees with langchain-core where both can render."""

from __future__ import annotations

import json
import math
from typing import Any, Literal

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from workbench.domain.prompt import FewShot, Message, PromptContent, RetrievalSettings
from workbench.errors import MissingVariableError, TemplateError
from workbench.templates.checking import check
from workbench.templates.messages import render_messages, used_variables
from workbench.templates.rendering import render, variables

Format = Literal["mustache", "f-string"]

unhurried = settings(deadline=None)
"""A slow machine is no failure."""

FORMATS: tuple[Format, ...] = ("mustache", "f-string")
NAMES = st.from_regex(r"[a-zA-Zäé_][a-zA-Z0-9_ß-]{0,8}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
PLAIN = TEXTS.map(lambda text: text.replace("{", "(").replace("}", ")"))
BRACY = st.text(alphabet="{}{}{}ab!#&/^>=.[]: \n\"'", max_size=40)


def placeholder(name: str, template_format: Format) -> str:
    return f"{{{{{name}}}}}" if template_format == "mustache" else f"{{{name}}}"


def template_of(parts: list[tuple[str, str]], template_format: Format) -> str:
    return "".join(literal + placeholder(name, template_format) for literal, name in parts)


# Mustache


@pytest.mark.parametrize("tag", ["{{name}}", "{{ name }}", "{{{name}}}", "{{{ name }}}", "{{&name}}", "{{& name }}"])
def test_every_spelling_of_a_mustache_variable_inserts_the_value_as_it_is(tag: str) -> None:
    assert render(f"Hi {tag}!", {"name": "<b>&\"'</b>"}, "mustache") == "Hi <b>&\"'</b>!"


def test_braces_around_a_variable_stay_so_that_json_can_be_written() -> None:
    assert render('{"a": {"b": {{x}}}}', {"x": 1}, "mustache") == '{"a": {"b": 1}}'


def test_a_comment_is_dropped() -> None:
    assert render("a {{! never {sent} }}b", {}, "mustache") == "a b"


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("a\n  {{! note }}  \nb", "a\nb"),
        ("a\r\n{{! note }}\r\nb", "a\r\nb"),
        ("{{! first\n second }}\nb", "b"),
        ("a\n{{! last }}", "a\n"),
        ("{{x}}\n{{! one }}\n{{! two }}\n{{x}}", "v\nv"),
        ("{{x}} {{! beside }}\nb", "v \nb"),
    ],
)
def test_a_comment_alone_on_its_line_takes_the_line_with_it(template: str, expected: str) -> None:
    assert render(template, {"x": "v"}, "mustache") == expected


@pytest.mark.parametrize(
    ("template", "what"),
    [
        ("{{#items}}x{{/items}}", "a section"),
        ("{{/items}}", "the end of a section"),
        ("{{^items}}", "an inverted section"),
        ("{{> header}}", "a partial"),
        ("{{=<% %>=}}", "a change of delimiters"),
        ("{{ # items }}", "a section"),
        ("{{user.name}}", "reaches into a value"),
        ("{{items[0]}}", "reaches into a value"),
        ("{{.}}", "reaches into a value"),
        ("{{}}", "no name"),
        ("{{{ }}}", "no name"),
        ("{{!}}{{name", "never closed"),
        ("{{{name}}", "never closed"),
        ("{{", "never closed"),
        ("{{two words}}", "no variable name"),
        ("{{1st}}", "no variable name"),
        ("{{²}}", "no variable name"),
        ("{{-a}}", "no variable name"),
        ("{{{{name}}}}", "no variable name"),
        ("{{name|upper}}", "no variable name"),
    ],
)
def test_what_mustache_can_do_beyond_plain_variables_is_refused_with_the_line(template: str, what: str) -> None:
    with pytest.raises(TemplateError, match=f"line 3: .*{what}"):
        render("one\ntwo\n" + template, {"name": "v", "items": ["v"], "user": {"name": "v"}}, "mustache")


# f-string


def test_f_string_variables_are_filled_and_doubled_braces_become_one() -> None:
    assert render('{{"a": {x}}} {{x}}', {"x": 1}, "f-string") == '{"a": 1} {x}'


@pytest.mark.parametrize(
    ("template", "what"),
    [
        ("{x:>10}", "a format specification"),
        ("{x!r}", "a conversion"),
        ("{x.__class__}", "reaches into a value"),
        ("{x[0]}", "reaches into a value"),
        ("{}", "no name"),
        ("{0}", "no variable name"),
        ("{ x }", "no variable name"),
        ("{x", "never closed"),
        ("x}", "closes nothing"),
        ("{x{y}}", "inside a placeholder"),
        ('{"a": 1}', "written twice"),
    ],
)
def test_what_f_strings_can_do_beyond_plain_variables_is_refused_with_the_line(template: str, what: str) -> None:
    with pytest.raises(TemplateError, match=f"line 2: .*{what}"):
        render("one\n" + template, {"x": "v", "y": "v"}, "f-string")


# Values


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (0, "0"),
        (0.5, "0.5"),
        (True, "True"),
        ("", ""),
        (["a", 1, None], '["a", 1, null]'),
        ({"ä": [1]}, '{"ä": [1]}'),
        (("a",), '["a"]'),
    ],
)
def test_values_that_are_not_text_have_one_written_form(value: Any, text: str) -> None:
    assert render("{{x}}", {"x": value}, "mustache") == text
    assert render("{x}", {"x": value}, "f-string") == text


@pytest.mark.parametrize("value", [object(), [math.nan], {"a": {1j}}, pytest.param(10**5000, id="huge")])
def test_a_value_without_a_written_form_is_a_template_error_naming_it(value: Any) -> None:
    with pytest.raises(TemplateError, match="'x'"):
        render("{{x}}", {"x": value}, "mustache")


def test_a_value_that_contains_itself_is_a_template_error() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(TemplateError, match="'x'"):
        render("{{x}}", {"x": endless}, "mustache")


@pytest.mark.parametrize("template_format", FORMATS)
def test_a_missing_variable_error_names_all_that_are_missing_and_what_was_given(template_format: Format) -> None:
    template = template_of([("", "a"), ("", "b"), ("", "c"), ("", "a")], template_format)
    with pytest.raises(MissingVariableError) as caught:
        render(template, {"b": "given", "c": None}, template_format)
    assert caught.value.missing == ("a", "c")
    assert "given: 'b'" in caught.value.message


def test_variables_come_once_each_in_order_of_appearance() -> None:
    assert variables("{{b}} {{! c }}{{{a}}} {{&b}}", "mustache") == ("b", "a")
    assert variables("{b} {{c}} {a}{b}", "f-string") == ("b", "a")


def test_another_template_format_is_refused() -> None:
    with pytest.raises(TemplateError, match="jinja2"):
        render("{{ x }}", {"x": 1}, "jinja2")  # type: ignore[arg-type]


# Properties


@unhurried
@given(text=st.one_of(TEXTS, BRACY), template_format=st.sampled_from(FORMATS), value=TEXTS)
@example(text="{{{a}}", template_format="mustache", value="")
@example(text="{{{! c }}{a}}", template_format="mustache", value="")
def test_any_text_renders_or_is_a_template_error(text: str, template_format: Format, value: str) -> None:
    try:
        names = variables(text, template_format)
    except TemplateError:
        with pytest.raises(TemplateError):
            render(text, {}, template_format)
        return
    assert isinstance(render(text, dict.fromkeys(names, value), template_format), str)
    if names:
        with pytest.raises(MissingVariableError):
            render(text, {}, template_format)


@unhurried
@given(
    parts=st.lists(st.tuples(PLAIN, NAMES), min_size=1, max_size=4),
    template_format=st.sampled_from(FORMATS),
    data=st.data(),
)
def test_values_with_template_syntax_are_inserted_and_never_rendered(
    parts: list[tuple[str, str]], template_format: Format, data: st.DataObject
) -> None:
    names = sorted({name for _, name in parts})
    hostile = st.sampled_from([placeholder(name, template_format) for name in names] + ["{{{x}}}", "{x.__class__}"])
    values = data.draw(st.fixed_dictionaries({name: st.one_of(hostile, BRACY) for name in names}))
    expected = "".join(literal + values[name] for literal, name in parts)
    assert render(template_of(parts, template_format), values, template_format) == expected


@unhurried
@given(text=BRACY, value=TEXTS)
def test_f_strings_agree_with_langchain_wherever_ours_renders(text: str, value: str) -> None:
    from langchain_core.prompts import PromptTemplate

    try:
        names = variables(text, "f-string")
    except TemplateError:
        assume(False)
    values = dict.fromkeys(names, value)
    theirs = PromptTemplate.from_template(text, template_format="f-string")
    assert sorted(theirs.input_variables) == sorted(names)
    assert theirs.format(**values) == render(text, values, "f-string")


LINES = st.sampled_from(
    ["plain", "{{{a}}}", "x {{&b}} y", "{ {{{a}}} }", "{{! note }}", "mid {{! note }} dle", "", "}"]
)


@unhurried
@given(lines=st.lists(LINES, min_size=1, max_size=6), values=st.fixed_dictionaries({"a": TEXTS, "b": TEXTS}))
def test_mustache_agrees_with_langchain_without_its_html_escaping(lines: list[str], values: dict[str, str]) -> None:
    from langchain_core.prompts import PromptTemplate

    text = "\n".join([*lines, "end"])
    theirs = PromptTemplate.from_template(text, template_format="mustache")
    assert sorted(theirs.input_variables) == sorted(variables(text, "mustache"))
    assert theirs.format(**{name: values[name] for name in theirs.input_variables}) == render(text, values, "mustache")


@unhurried
@given(
    roles=st.lists(st.sampled_from(["system", "user", "assistant"]), max_size=3),
    parts=st.lists(st.tuples(PLAIN, NAMES), min_size=1, max_size=3),
    template_format=st.sampled_from(FORMATS),
    data=st.data(),
)
def test_messages_agree_with_a_langchain_chat_prompt(
    roles: list[Literal["system", "user", "assistant"]],
    parts: list[tuple[str, str]],
    template_format: Format,
    data: st.DataObject,
) -> None:
    from langchain_core.messages import convert_to_openai_messages
    from langchain_core.prompts import ChatPromptTemplate

    names = sorted({name for _, name in parts})
    safe = TEXTS.filter(lambda text: not set(text) & set('<>&"')) if template_format == "mustache" else TEXTS
    values = data.draw(st.fixed_dictionaries(dict.fromkeys(names, safe)))
    text = template_of(parts, template_format)
    ours = PromptContent(
        tuple(Message(role, text) for role in [*roles, "user"]), template_format, variables(text, template_format)
    )
    theirs = ChatPromptTemplate.from_messages([(m.role, m.content) for m in ours.messages], template_format)
    rendered = [{"role": m.role, "content": m.content} for m in render_messages(ours, values)]
    assert convert_to_openai_messages(theirs.format_messages(**values)) == rendered


# Messages


def prompt(*messages: tuple[str, str], **more: Any) -> PromptContent:
    made = tuple(Message(role, text) for role, text in messages)  # type: ignore[arg-type]
    content = PromptContent(made, **more)
    return PromptContent(made, **{"variables": used_variables(content), **more})


def shown(messages: tuple[Message, ...]) -> list[str]:
    return [f"{message.role}: {message.content}" for message in messages]


def test_system_few_shot_history_and_question_come_in_this_order() -> None:
    content = prompt(
        ("system", "Answer from {{context}}"),
        ("user", "Q: {{question}} C: {{context}}"),
        few_shot=(FewShot({"question": "f1"}, "a1"), FewShot({"question": "f2", "context": "c2"}, "a2")),
    )
    history = (Message("user", "earlier {{x}}"), Message("assistant", "reply {y}"))
    assert shown(render_messages(content, {"question": "now"}, "sources", history)) == [
        "system: Answer from sources",
        "user: Q: f1 C: ",
        "assistant: a1",
        "user: Q: f2 C: c2",
        "assistant: a2",
        "user: earlier {{x}}",
        "assistant: reply {y}",
        "user: Q: now C: sources",
    ]


def test_turns_written_into_the_prompt_keep_their_place_around_the_last_user_message() -> None:
    content = prompt(
        ("system", "s"),
        ("user", "first"),
        ("assistant", "second"),
        ("user", "{{q}}"),
        ("assistant", "Answer:"),
        few_shot=(FewShot({"q": "f"}, "{{a}}"),),
    )
    assert shown(render_messages(content, {"q": "now"}, history=(Message("user", "h"),))) == [
        "system: s",
        "user: first",
        "assistant: second",
        "user: f",
        "assistant: {{a}}",
        "user: h",
        "user: now",
        "assistant: Answer:",
    ]


def test_retrieved_context_stands_before_an_input_of_that_name_and_an_input_serves_without_it() -> None:
    content = prompt(("user", "{{context}}"))
    assert shown(render_messages(content, {"context": "given"}, "found")) == ["user: found"]
    assert shown(render_messages(content, {"context": "given"})) == ["user: given"]


def test_variables_missing_in_any_message_are_named_together() -> None:
    content = prompt(("system", "{{tone}}"), ("user", "{{question}} {{context}}"))
    with pytest.raises(MissingVariableError) as caught:
        render_messages(content, {"question": "q"})
    assert caught.value.missing == ("tone", "context")


def test_a_few_shot_pair_that_lacks_a_value_is_named() -> None:
    content = prompt(
        ("user", "{{q}} {{tone}}"), few_shot=(FewShot({"q": "1", "tone": "t"}, "a"), FewShot({"q": "2"}, "b"))
    )
    with pytest.raises(MissingVariableError, match=r"'tone'.*few-shot pair 2"):
        render_messages(content, {"q": "q", "tone": "t"})


def test_a_prompt_without_a_user_message_is_refused() -> None:
    with pytest.raises(TemplateError, match="no user message"):
        render_messages(prompt(("system", "s")), {})


def test_an_error_in_a_message_names_the_message_and_its_line() -> None:
    content = PromptContent((Message("system", "ok"), Message("user", "one\n{{#if}}")))
    with pytest.raises(TemplateError, match=r"Message 2 \(user\), line 2: .*section"):
        render_messages(content, {})


# Checks


def problems(content: PromptContent) -> list[tuple[str, str]]:
    return [(problem.severity, problem.message) for problem in check(content)]


def test_a_sound_prompt_has_no_problems() -> None:
    content = prompt(
        ("system", "Be brief."),
        ("user", "{{question}}\n{{context}}"),
        few_shot=(FewShot({"question": "q"}, "a"),),
        retrieval=RetrievalSettings("handbook"),
    )
    assert check(content) == ()


@pytest.mark.parametrize(
    ("content", "severity", "part"),
    [
        (prompt(("system", "s {{x}}")), "error", "no user message"),
        (PromptContent(()), "error", "no user message"),
        (prompt(("user", " \n")), "error", "Message 1 (user) is empty"),
        (prompt(("system", ""), ("user", "{{q}}")), "warning", "Message 1 (system) is empty"),
        (PromptContent((Message("user", "{{#q}}"),)), "error", "Message 1 (user), line 1"),
        (prompt(("user", "{{q}}"), variables=("question",)), "error", "names 'question', but the messages use 'q'"),
        (prompt(("user", "{{q}}"), variables=("q", "r")), "error", "names 'q', 'r', but the messages use 'q'"),
        (prompt(("user", "{{q}}"), variables=()), "error", "names nothing, but the messages use 'q'"),
        (prompt(("user", "hello")), "warning", "every example asks the same"),
        (prompt(("user", "{{q}}"), retrieval=RetrievalSettings("i")), "warning", "no message shows them"),
        (prompt(("user", "{{q}}"), few_shot=(FewShot({}, "a"),)), "error", "pair 1 gives no 'q'"),
        (prompt(("user", "{{q}}"), few_shot=(FewShot({"q": "", "z": 1}, "a"),)), "warning", "pair 1 gives 'z'"),
        (prompt(("user", "{{q}}"), few_shot=(FewShot({"q": ""}, ""),)), "warning", "pair 1 has an empty output"),
    ],
)
def test_each_problem_of_a_prompt_is_named_with_its_weight(content: PromptContent, severity: str, part: str) -> None:
    assert any(found == severity and part in message for found, message in problems(content))


def test_a_problem_says_which_part_of_the_prompt_it_is_about() -> None:
    content = prompt(("system", "s"), ("user", "{{q}}"), few_shot=(FewShot({"q": "1"}, "a"), FewShot({}, "b")))
    assert [problem.place for problem in check(content)] == [("few_shot", 1)]


def test_errors_stand_before_warnings() -> None:
    content = prompt(("system", ""), ("user", "{{q}}"), variables=("other",))
    severities = [severity for severity, _ in problems(content)]
    assert severities == sorted(severities)
    assert set(severities) == {"error", "warning"}


@unhurried
@given(text=BRACY, template_format=st.sampled_from(FORMATS), names=st.lists(NAMES, max_size=2))
def test_a_prompt_whose_check_finds_no_error_renders_for_every_row_with_its_variables(
    text: str, template_format: Format, names: list[str]
) -> None:
    content = PromptContent((Message("user", text),), template_format, tuple(names))
    if any(problem.severity == "error" for problem in check(content)):
        return
    assert render_messages(content, dict.fromkeys(names, "v"))[-1].role == "user"


def test_json_values_in_a_prompt_can_be_read_back() -> None:
    value = {"rows": [{"n": 1, "text": 'say "hi"\n'}]}
    assert json.loads(render("{{data}}", {"data": value}, "mustache")) == value
