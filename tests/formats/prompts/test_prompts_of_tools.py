"""What each tool's file is read as, what it is written as, and what is said of the rest."""

from __future__ import annotations

import json

import pytest
import yaml

from tests.support.prompt_files import (
    DOTPROMPT,
    FILES,
    GITHUB,
    LANGCHAIN,
    LANGCHAIN_MANIFEST,
    LANGFUSE,
    MLFLOW,
    PROMPTFOO,
    PROMPTY,
    PROMPTY_ONE,
    imported,
)
from workbench.domain.dataset import Check
from workbench.domain.prompt import FewShot, Message, PromptContent, PromptFile, RetrievalSettings
from workbench.errors import FormatError, InputError
from workbench.formats.prompts import registry
from workbench.formats.prompts.foreign import nothing_beside, said
from workbench.metrics.checks import run_check


def texts(prompt):
    return [(message.role, message.content) for message in prompt.content.messages]


def refused(text, file, **fields):
    with pytest.raises(FormatError) as caught:
        imported(text, file, **fields)
    return caught.value


@pytest.mark.parametrize("file", FILES)
def test_the_format_is_known_by_what_the_file_holds(file):
    form, text = FILES[file]
    ending = file[file.index(".") :] if form in ("prompty", "dotprompt") else ".txt.yaml"

    assert registry.detect(text, f"other{ending}").name == form


def test_github_models_with_test_data_and_evaluators():
    found = imported(GITHUB, "capital.prompt.yml")
    (prompt,) = found.prompts

    assert texts(prompt) == [("system", "You know {{topic}}."), ("user", "What is the capital of {{country}}?\n")]
    assert (prompt.name, prompt.changelog) == ("capital-cities", "Asks for capitals")
    assert prompt.content.model == "openai/gpt-4o-mini"
    assert prompt.content.parameters == {"temperature": 0.2, "max_tokens": 50}
    assert prompt.content.response_schema == {"type": "object", "properties": {"city": {"type": "string"}}}
    assert [(row.inputs["country"], row.expected) for row in found.examples] == [("France", "Paris"), ("Peru", "Lima")]
    (check,) = found.examples[0].checks
    assert run_check(check, "the (CAPITAL is Paris").passed
    assert not run_check(check, "Paris is the (capital").passed
    assert "Line 21: The evaluator 'judged' asks a model" in "\n".join(said(found.losses))


def test_prompty_two_with_tools_outputs_and_a_thread():
    found = imported(PROMPTY, "weather.prompty")
    (prompt,) = found.prompts

    assert texts(prompt) == [("system", "You tell the weather."), ("user", "In {{ city }}, how warm is it?")]
    assert prompt.content.model == "openai/gpt-4o"
    assert prompt.content.parameters == {"temperature": 0.7, "max_tokens": 100}
    assert prompt.content.tools[0]["function"]["name"] == "look_up"
    assert prompt.content.response_schema["required"] == ["degrees"]
    assert [row.inputs for row in found.examples] == [{"city": "Paris"}]
    assert "workbench.toml" in "\n".join(said(found.losses))


def test_prompty_one_with_a_sample_in_a_file_and_a_loop_over_earlier_turns():
    found = imported(PROMPTY_ONE, "old.prompty")

    assert texts(found.prompts[0]) == [("system", "Be brief."), ("user", "{{question}}")]
    assert found.prompts[0].content.model == "azure/gpt-4o"
    assert found.prompts[0].content.parameters == {"max_tokens": 128}
    assert found.examples[0].history == (Message("user", "Hi"),)
    assert "'n' is left out: a run has --repeats." in "\n".join(said(found.losses))


def test_without_its_folder_a_sample_is_listed_not_read():
    found = imported(PROMPTY_ONE, "old.prompty", beside=nothing_beside)

    assert found.examples == ()
    assert "The sample in 'sample.json' is left out" in "\n".join(said(found.losses))


def test_what_a_prompty_takes_from_elsewhere_or_says_beside_a_role_is_listed():
    text = '---\nname: x\nmodel: ${env:MODEL}\n---\nuser[name="Al"]:\n{{q}}\n'
    found = imported(text, "x.prompty")

    assert found.prompts[0].content.model is None
    assert "Line 3: The model names something outside" in "\n".join(said(found.losses))
    assert "Line 5: '[name=\"Al\"]' of the message is left out" in "\n".join(said(found.losses))


def test_a_text_without_a_variable_is_not_guessed_to_be_a_prompt():
    assert "--format" in str(refused("Tell me a {adjective} joke.", "simple_template.txt"))
    assert imported("Tell me a joke.", "prompts.txt", "promptfoo").prompts


def test_langfuse_versions_come_in_their_order():
    newer = LANGFUSE
    older = LANGFUSE.replace('"version": 3', '"version": 2').replace("kinder", "first")
    found = imported(f"[{newer}, {older}]", "critic.json")

    assert [prompt.changelog for prompt in found.prompts] == ["first", "kinder"]
    assert texts(found.prompts[1]) == [("system", "You judge {{kind}} films."), ("user", "Is {{title}} good?")]
    assert "'labels' is left out" in "\n".join(said(found.losses))


def test_promptfoo_prompts_are_versions_and_tests_are_golden_rows():
    found = imported(PROMPTFOO, "promptfooconfig.yaml")

    assert [texts(prompt)[-1] for prompt in found.prompts] == [
        ("user", "Say it like a pirate: {{ body }}"),
        ("user", "{{ body }}"),
    ]
    assert {prompt.name for prompt in found.prompts} == {"promptfooconfig"}
    assert found.prompts[0].content.model == "openai/gpt-4o-mini"
    assert [row.inputs["body"] for row in found.examples] == ["Hello", "Bye"]
    row = found.examples[0]
    assert all(run_check(check, "Ahoy there").passed for check in row.checks)
    assert not all(run_check(check, "Ahoy, Hello").passed for check in row.checks)
    assert [kept["type"] for kept in row.metadata["assert"]] == ["llm-rubric", "javascript"]
    listed = "\n".join(said(found.losses))
    assert "'prompt.py' is a program, which is not run." in listed
    assert "--model: anthropic/claude-3-haiku" in listed


@pytest.mark.parametrize(
    ("cell", "assertion"),
    [
        ("contains: algorithm", {"type": "contains", "value": "algorithm"}),
        ("contains-all:a, b", {"type": "contains-all", "value": ["a", "b"]}),
        ("similar(0.8):hello", {"type": "similar", "threshold": "0.8", "value": "hello"}),
        ("grade: is kind", {"type": "llm-rubric", "value": "is kind"}),
        ("is-json", {"type": "is-json"}),
        ("Note: this is a text", {"type": "equals", "value": "Note: this is a text"}),
    ],
)
def test_promptfoo_tables_say_assertions_in_a_cell(cell, assertion):
    found = imported(f'q,__expected\nwhat,"{cell}"\n', "tests.csv")

    kept = found.examples[0].metadata.get("assert")
    if kept is None:
        wanted = {"is-json": "json_schema"}.get(assertion["type"], assertion["type"].replace("-", "_"))
        assert found.examples[0].checks == (Check(wanted, assertion.get("value", {})),)
    else:
        assert kept == [assertion]


def test_dotprompt_with_roles_history_defaults_and_a_schema():
    found = imported(DOTPROMPT, "dish.prompt")
    (prompt,) = found.prompts

    assert texts(prompt) == [("system", "You name dishes.\n"), ("user", "A dish about {{theme}}, {{count}} times.")]
    assert prompt.content.model == "gemini/gemini-2.5-flash"
    assert prompt.content.parameters == {"temperature": 0.4, "max_tokens": 99}
    assert prompt.content.response_schema["properties"]["price"] == {
        "type": ["number", "null"],
        "description": "in euros",
    }
    assert [row.inputs for row in found.examples] == [{"theme": "space", "count": 3}]


def test_langchain_prompts_are_read_as_data():
    joke = imported(LANGCHAIN, "joke.json")
    manifest = imported(LANGCHAIN_MANIFEST, "manifest.json")

    assert texts(joke.prompts[0])[1] == ("user", "Tell me a {{adjective}} joke about dogs.")
    assert texts(manifest.prompts[0]) == [("system", "Be kind."), ("user", "{{q}}")]
    assert "is written into the text" in "\n".join(said(joke.losses))


def test_a_chat_has_one_place_of_earlier_turns():
    turns = [{"role": "placeholder", "content": "{a}"}, {"role": "placeholder", "content": "{b}"}]
    saved = {"_type": "chat", "template": [*turns, {"role": "user", "content": "{q}"}]}

    assert "a second placeholder" in refused(json.dumps(saved), "chat.json").problem


def test_langchain_formats_the_same_messages():
    from langchain_core.prompts import ChatPromptTemplate

    from workbench.templates.messages import render_messages

    saved = json.loads(LANGCHAIN)
    pairs = [(turn["role"], turn["content"]) for turn in saved["template"]]
    theirs = ChatPromptTemplate.from_messages(pairs).format_messages(adjective="bad", content="dogs")
    ours = render_messages(imported(LANGCHAIN, "joke.json").prompts[0].content, {"adjective": "bad"})

    assert [message.content for message in ours] == [message.content for message in theirs]


def test_langchain_few_shot_examples_become_text():
    saved = {
        "_type": "few_shot",
        "prefix": "Antonyms.",
        "examples": [{"input": "happy", "output": "sad"}],
        "example_prompt": {"_type": "prompt", "template": "Input: {input}\nOutput: {output}"},
        "suffix": "Input: {adjective}\nOutput:",
    }
    found = imported(json.dumps(saved), "few.json")

    assert texts(found.prompts[0]) == [
        ("user", "Antonyms.\n\nInput: happy\nOutput: sad\n\nInput: {{adjective}}\nOutput:")
    ]


def test_classes_that_are_no_prompts_are_refused_unloaded():
    error = refused(
        LANGCHAIN_MANIFEST.replace('["langchain", "prompts", "chat", "ChatPromptTemplate"]', '["os", "system"]'),
        "m.json",
    )

    assert "only LangChain's own prompts are read" in error.problem
    assert error.line == 1


def test_mlflow_with_its_model_and_schema():
    (prompt,) = imported(MLFLOW, "summarise.json").prompts

    assert texts(prompt) == [("system", "Summarise."), ("user", "{{text}}")]
    assert (prompt.content.model, prompt.changelog) == ("openai/gpt-4o", "shorter")
    assert prompt.content.response_schema["type"] == "object"


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("a\n{{ ''.__class__.__bases__[0].__subclasses__() }}", 2),
        ("{{ cycler.__init__.__globals__.os.popen('id').read() }}", 1),
        ("{% for x in range(10) %}{{ x }}{% endfor %}", 1),
        ("{{ name | upper }}", 1),
        ("a\n\n{% include 'x' %}", 3),
        ("{{ a.b }}", 1),
        ("{{ a", 1),
    ],
)
def test_jinja_that_is_more_than_a_variable_is_refused_with_its_line(template, line):
    saved = json.dumps(
        {"_type": "prompt", "input_variables": [], "template": "TEXT", "template_format": "jinja2"}, indent=1
    )
    error = refused(saved.replace('"TEXT"', json.dumps(template)), "jinja.json")
    prompty = refused(f"---\nname: x\n---\nuser:\n{template}\n", "x.prompty")

    assert error.line >= 4
    assert prompty.line == 4 + line
    assert "not run" in prompty.problem or "never closed" in prompty.problem


def test_what_jinja_says_literally_stays_text():
    (prompt,) = imported(
        "---\nname: x\n---\nuser:\n{{ q }} {{ '{{' }}a}} {% raw %}{{ b }}{% endraw %}{# no #}\n", "x.prompty"
    ).prompts

    assert prompt.content.template_format == "f-string"
    assert prompt.content.variables == ("q",)
    back = imported(registry.named("prompty").write(prompt, ()).text, "x.prompty").prompts[0]
    assert back == prompt


def test_variables_of_the_environment_and_secrets_are_not_taken_over(monkeypatch):
    monkeypatch.setenv("PEER_SECRET", "do-not-read-me")
    text = PROMPTY.replace("temperature: 0.7", 'temperature: "${env:PEER_SECRET}", api_key: "${env:PEER_SECRET}"')
    found = imported(text, "weather.prompty")

    assert "do-not-read-me" not in repr(found)
    assert found.prompts[0].content.parameters == {"max_tokens": 100}
    assert "'temperature' names something outside the file, which is not read." in "\n".join(said(found.losses))


def test_few_shot_pairs_are_written_out_as_the_messages_that_are_sent():
    content = PromptContent(
        (Message("system", "Short."), Message("user", "{{q}}")),
        variables=("q",),
        few_shot=(FewShot({"q": "1+1"}, "2"),),
        retrieval=RetrievalSettings("handbook"),
    )
    written = registry.named("github").write(PromptFile("sum", content, use_case="maths"), ())

    assert [one["content"] for one in yaml.safe_load(written.text)["messages"]] == ["Short.", "1+1", "2", "{{q}}"]
    assert len(written.losses) == 3


def test_a_text_that_the_format_would_take_for_a_variable_is_not_written():
    content = PromptContent((Message("user", "{q} {{{{name}}}}"),), "f-string", variables=("q",))
    prompt = PromptFile("literal", content)

    with pytest.raises(InputError, match="would take that for a variable"):
        registry.named("github").write(prompt, ())
    back = imported(registry.named("promptfoo").write(prompt, ()).text, "literal.promptfoo.yaml")
    assert back.prompts[0].content == content


def test_results_and_rows_are_sent_to_where_they_are_read():
    assert "workbench runs import" in str(refused('{"results": [], "stats": {}}', "output.json"))
    assert "workbench dataset add" in str(refused("question,answer\na,b\n", "rows.csv"))
    assert "--format" in str(refused("nothing in it", "notes.rst"))
