"""Prompt files as other tools write them, each with most of what its format has."""

from __future__ import annotations

from workbench.errors import InputError
from workbench.formats.prompts import registry
from workbench.formats.prompts.foreign import Source

GITHUB = """name: capital-cities
description: Asks for capitals
model: openai/gpt-4o-mini
modelParameters:
  temperature: 0.2
  maxTokens: 50
responseFormat: json_schema
jsonSchema: '{"name": "city", "schema": {"type": "object", "properties": {"city": {"type": "string"}}}}'
messages:
  - role: system
    content: You know {{topic}}.
  - role: user
    content: |
      What is the capital of {{country}}?
testData:
  - {topic: cities, country: France, expected: Paris}
  - {topic: cities, country: Peru, expected: Lima}
evaluators:
  - name: short
    string: {startsWith: "The (capital"}
  - name: judged
    uses: github/similarity
"""

PROMPTY = """---
name: weather
description: Asks for the weather
model:
  id: gpt-4o
  provider: openai
  apiType: chat
  connection: {kind: key, apiKey: "${env:OPENAI_API_KEY}"}
  options: {temperature: 0.7, maxOutputTokens: 100}
inputs:
  - {name: city, kind: string, default: Paris}
  - {name: turns, kind: thread}
outputs:
  - {name: degrees, kind: integer, required: true}
tools:
  - name: look_up
    kind: function
    parameters: [{name: city, kind: string, required: true}]
template: {format: {kind: jinja2}, parser: {kind: prompty}}
---
system:
You tell the weather.

{{turns}}

user:
In {{ city }}, how warm is it?
"""

PROMPTY_ONE = """---
name: Old Style
model:
  api: chat
  configuration: {type: azure_openai, azure_deployment: gpt-4o, azure_endpoint: "${env:AZURE}"}
  parameters: {max_tokens: 128, n: 3}
inputs:
  question: {type: string}
sample: ${file:sample.json}
---
system:
Be brief.

{% for item in chat_history %}
{{item.role}}:
{{item.content}}
{% endfor %}

user:
{{question}}
"""

LANGFUSE = """{
  "name": "movie-critic",
  "type": "chat",
  "prompt": [
    {"role": "system", "content": "You judge {{kind}} films."},
    {"type": "placeholder", "name": "history"},
    {"role": "user", "content": "Is {{title}} good?"}
  ],
  "config": {"model": "openai/gpt-4o", "temperature": 0.7, "tools": []},
  "version": 3, "labels": ["production"], "tags": [], "commitMessage": "kinder"
}"""

PROMPTFOO = """description: Pirates
prompts:
  - label: plain
    raw: 'Say it like a pirate: {{ body }}'
  - '[{"role": "system", "content": "You are a pirate."}, {"role": "user", "content": "{{ body }}"}]'
  - file://prompt.py
providers:
  - id: openai:chat:gpt-4o-mini
    config: {temperature: 0, max_tokens: 20}
  - anthropic:messages:claude-3-haiku
defaultTest:
  assert:
    - {type: icontains-any, value: [arr, ahoy]}
tests:
  - description: hello
    vars: {body: [Hello, Bye]}
    assert:
      - {type: not-icontains, value: hello}
      - {type: word-count, value: {min: 1, max: 50}}
      - {type: llm-rubric, value: sounds like a pirate}
      - {type: javascript, value: "output.length > 3"}
    metadata: {severity: low}
"""

DOTPROMPT = """---
model: googleai/gemini-2.5-flash
config: {temperature: 0.4, maxOutputTokens: 99}
input:
  schema:
    theme: string
    count?: integer, how many
  default: {theme: space, count: 3}
output:
  format: json
  schema:
    name: string
    price?: number, in euros
    tags(array): string
---
{{! what follows is the system's }}
{{role "system"}}You name dishes.
{{history}}
{{role "user"}}A dish about {{theme~}} , {{count}} times.
"""

LANGCHAIN = """{
  "_type": "chat",
  "input_variables": ["adjective"],
  "partial_variables": {"content": "dogs"},
  "template": [
    {"role": "system", "content": "You are a comedian, {{really}}"},
    {"role": "human", "content": "Tell me a {adjective} joke about {content}."}
  ]
}"""

LANGCHAIN_MANIFEST = """{"lc": 1, "type": "constructor", "id": ["langchain", "prompts", "chat", "ChatPromptTemplate"],
 "kwargs": {"input_variables": ["q"], "messages": [
  {"lc": 1, "type": "constructor", "id": ["langchain", "prompts", "chat", "SystemMessagePromptTemplate"],
   "kwargs": {"prompt": {"lc": 1, "type": "constructor", "id": ["langchain", "prompts", "prompt", "PromptTemplate"],
    "kwargs": {"input_variables": [], "template": "Be kind.", "template_format": "f-string"}}}},
  {"lc": 1, "type": "constructor", "id": ["langchain", "prompts", "chat", "MessagesPlaceholder"],
   "kwargs": {"variable_name": "history", "optional": true}},
  {"lc": 1, "type": "constructor", "id": ["langchain", "prompts", "chat", "HumanMessagePromptTemplate"],
   "kwargs": {"prompt": {"lc": 1, "type": "constructor", "id": ["langchain", "prompts", "prompt", "PromptTemplate"],
    "kwargs": {"input_variables": ["q"], "template": "{q}", "template_format": "f-string"}}}}]}}"""

MLFLOW = """{
  "name": "summarise", "version": 4, "commit_message": "shorter",
  "template": [{"role": "system", "content": "Summarise."}, {"role": "user", "content": "{{text}}"}],
  "model_config": {"provider": "openai", "model_name": "gpt-4o", "temperature": 0.3},
  "response_format": {"type": "object", "properties": {"summary": {"type": "string"}}},
  "tags": {"team": "docs"}
}"""

OURS = """prompt_name: answer
messages:
  - {role: system, content: "Answer."}
  - {role: user, content: "{{question}}"}
"""

FILES = {
    "capital.prompt.yml": ("github", GITHUB),
    "weather.prompty": ("prompty", PROMPTY),
    "old.prompty": ("prompty", PROMPTY_ONE),
    "critic.json": ("langfuse", LANGFUSE),
    "promptfooconfig.yaml": ("promptfoo", PROMPTFOO),
    "dish.prompt": ("dotprompt", DOTPROMPT),
    "joke.json": ("langchain", LANGCHAIN),
    "manifest.json": ("langchain", LANGCHAIN_MANIFEST),
    "summarise.json": ("mlflow", MLFLOW),
    "answer.prompt.yaml": ("workbench", OURS),
}
"""A file's name, to its format and text."""

BESIDE = {"sample.json": b'{"question": "Who?", "chat_history": [{"role": "user", "content": "Hi"}]}'}


def beside(path):
    """The folder in which the files lie."""
    if path not in BESIDE:
        raise InputError(f"There is no file {path!r}.")
    return BESIDE[path]


def imported(text, file="a.yaml", form=None, **fields):
    """What a text is read as."""
    return registry.read(Source(file, text, beside=fields.pop("beside", beside), **fields), form)[1]
