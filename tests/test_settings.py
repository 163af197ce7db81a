"""`workbench.toml` and plan files: what is read, and what is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.domain.gate import Gate, GateRule
from workbench.domain.model import Limits, ModelSpec, Price
from workbench.domain.people import People
from workbench.errors import FormatError, InputError
from workbench.settings import (
    BudgetSettings,
    EmbedderSettings,
    ExportSettings,
    JudgeSettings,
    ProjectSettings,
    Settings,
    find_project,
    read_plan,
    read_settings,
)

FULL = """
[project]
name = "Harbor"

[models.mini]
model = "openai/gpt-4o-mini"
api_base = "http://127.0.0.1:9000/v1"
api_key_env = "TEAM_KEY"
parameters = { temperature = 0.2, stop = ["END"] }
price = { input_per_million = 0.15, cached_input_per_million = 0.075, output_per_million = 0.6 }
limits = { concurrency = 4, requests_per_minute = 60, tokens_per_minute = 90000 }

[models.own]
model = "python:tools.answers:chain"

[embedders.fine]
model = "openai/text-embedding-3-small"
parameters = { dimensions = 256 }

[judges.groundedness]
model = "mini"
rubric = "groundedness"
criteria = ["polite", "short"]
votes = 3
reasons_first = false

[metrics.words]
most = 80

[budget]
run_usd = 2
month_usd = 50.5
alert_at = 0.5

[gates.release]
baseline = "support@3"
rules = [
    { metric = "correct", at_least = 0.8 },
    { metric = "cost", at_most = 0.01, on = "mean", slice = "leave" },
    { metric = "latency", not_worse_by = 0.1 },
]

[people]
approvers = ["ann"]
reviewers = ["Ben Ode <Ben@example.org>", "eve"]
engineers = ["*@example.org"]

[export]
directory = "released"
"""


def written(folder: Path, text: str, name: str = "workbench.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refused(folder: Path, text: str) -> str:
    with pytest.raises(FormatError) as caught:
        read_settings(written(folder, text))
    assert "workbench.toml" in str(caught.value)
    return str(caught.value)


def test_every_table_of_the_file_is_read(tmp_path: Path) -> None:
    assert read_settings(written(tmp_path, FULL)) == Settings(
        project=ProjectSettings("Harbor"),
        models={
            "mini": ModelSpec(
                alias="mini",
                model="openai/gpt-4o-mini",
                api_base="http://127.0.0.1:9000/v1",
                api_key_env="TEAM_KEY",
                parameters={"temperature": 0.2, "stop": ["END"]},
                price=Price(0.15, 0.6, 0.075),
                limits=Limits(4, 60, 90000),
            ),
            "own": ModelSpec(alias="own", model="python:tools.answers:chain"),
        },
        embedders={"fine": EmbedderSettings("openai/text-embedding-3-small", {"dimensions": 256})},
        judges={"groundedness": JudgeSettings(("mini",), "groundedness", ("polite", "short"), 3, reasons_first=False)},
        metrics={"words": {"most": 80}},
        budget=BudgetSettings(2, 50.5, 0.5),
        gates={
            "release": Gate(
                rules=(
                    GateRule("correct", at_least=0.8),
                    GateRule("cost", at_most=0.01, on="mean", slice="leave"),
                    GateRule("latency", not_worse_by=0.1),
                ),
                baseline="support@3",
            )
        },
        people=People(("ann",), ("Ben Ode", "eve"), ("*@example.org",), names={"ben@example.org": "Ben Ode"}),
        export=ExportSettings("released"),
    )


def test_an_empty_file_is_a_project_named_after_its_folder(tmp_path: Path) -> None:
    assert read_settings(written(tmp_path, "")) == Settings(ProjectSettings(tmp_path.name))


def test_defaults_are_those_of_an_absent_table_when_a_table_is_empty(tmp_path: Path) -> None:
    empty = "[project]\n[budget]\n[people]\n[export]\n[judges.a]\n"
    read = read_settings(written(tmp_path, empty))
    assert read == Settings(ProjectSettings(tmp_path.name), judges={"a": JudgeSettings()})


def test_nothing_said_to_alert_at_zero_is_kept_as_zero(tmp_path: Path) -> None:
    assert read_settings(written(tmp_path, "[budget]\nalert_at = 0")).budget.alert_at == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[projekt]\nname = 'a'", "projekt: this key is not known. Did you mean 'project'?"),
        ("[project]\nnmae = 'a'", "project.nmae: this key is not known. Did you mean 'name'?"),
        ("[models.a]\nmodel = 'm'\nlimit = {}", "models.a.limit: this key is not known. Did you mean 'limits'"),
        ("[models.a]\nmodel = 'm'\nprice = {input = 1}", "models.a.price.input: this key is not known"),
        ("[models.a]\nmodel = 'm'\nlimits = {rpm = 1}", "models.a.limits.rpm: this key is not known"),
        ("[judges.a]\nvote = 3", "Did you mean 'votes'"),
        ("[embedders.a]\nmodle = 'x'", "Did you mean 'model'"),
        ("[gates.a]\nrule = []", "Did you mean 'rules'"),
        ("[gates.a]\nrules = [{metric='m', atleast=1}]", "Did you mean 'at_least'"),
        ("[budget]\nrun = 1", "Did you mean 'run_usd'"),
        ("[people]\napprover = []", "Did you mean 'approvers'"),
        ("[export]\ndir = 'a'", "export.dir: this key is not known"),
        ("project = 'a'", "project: expected a mapping, found the text 'a'"),
        ("models = [1]", "models: expected a mapping, found a list"),
        ("[models]\na = 'gpt'", "models.a: expected a mapping"),
        ("[models.a]\napi_base = 'http://h'", "the key 'model' is missing"),
        ("[models.a]\nmodel = ''", "the text is empty"),
        ("[models.a]\nmodel = 3", "models.a.model: expected text, found the number 3"),
        ("[models.a]\nmodel = 'm'\nprice = {input_per_million = 1}", "the key 'output_per_million' is missing"),
        ("[models.a]\nmodel = 'm'\nprice = {input_per_million = -1, output_per_million = 1}", "a number 0 or more"),
        ("[models.a]\nmodel = 'm'\nlimits = {concurrency = 0}", "a whole number, 1 or more"),
        ("[models.a]\nmodel = 'm'\nlimits = {concurrency = 1.5}", "a whole number, 1 or more"),
        ("[models.a]\nmodel = 'm'\nparameters = {seed = 2026-01-01}", "models.a.parameters.seed: this has no place"),
        ("[models.a]\nmodel = 'm'\nparameters = {top_p = nan}", "models.a.parameters.top_p: this has no place"),
        ("[models.a]\nmodel = 'm'\napi_base = 'localhost:80'", "no web address"),
        ("[models.a]\nmodel = 'python:m:f'\napi_base = 'http://h'", "api_base: Python code of your own has no address"),
        ("[models.a]\nmodel = 'python:m:f'\napi_key_env = 'KEY'", "api_key_env: Python code of your own has no"),
        ("[models.a]\nmodel = 'm'\napi_base = 'file:///etc'", "no web address"),
        ("[models.a]\nmodel = 'm'\napi_base = 'http://[x'", "no web address"),
        ("[judges.a]\nvotes = true", "found the truth value true"),
        ("[judges.a]\nbar = 85", "expected a share above 0 and below 1"),
        ("[judges.a]\nreasons_first = 'yes'", "expected true or false"),
        ("[judges.a]\nmodel = []", "judges.a.model: a jury is a list of different models"),
        ('[judges.a]\nmodel = ["x", "x"]', "judges.a.model: a jury is a list of different models"),
        ("[judges.a]\nmodel = 3", "judges.a.model: expected text"),
        ("[judges.a]\ncriteria = []", "judges.a.criteria: expected 1 to 20 questions"),
        ("[judges.a]\ncriteria = [1]", "judges.a.criteria[0]: expected text"),
        ("[budget]\nalert_at = 80", "a number from 0 to 1, found the number 80"),
        ("[budget]\nrun_usd = inf", "budget.run_usd: expected a number"),
        (f"[budget]\nrun_usd = {'9' * 400}", "budget.run_usd: expected a number"),
        ("[gates.a]\nrules = []", "lets everything pass"),
        ("[gates.a]\nbaseline = 'b'", "the key 'rules' is missing"),
        ("[gates.a]\nrules = [{at_least = 1}]", "the key 'metric' is missing"),
        ("[gates.a]\nrules = [{metric = 'm'}]", "exactly one of at_least, at_most, not_worse_by"),
        ("[gates.a]\nrules = [{metric = 'm', at_least = 0, at_most = 1}]", "exactly one of"),
        ("[gates.a]\nrules = [{metric = 'm', not_worse_by = -1}]", "a number 0 or more"),
        ("[gates.a]\nrules = [{metric = 'm', at_least = 0, on = 'low'}]", "one of bound, mean"),
        ("[people]\napprovers = 'ann'", "people.approvers: expected a list"),
        ("[people]\nsign_offs = 0", "people.sign_offs"),
        ("[people]\nreviewers = ['ann <*@example.org>']", "names nobody"),
        ("[people]\nreviewers = ['ann <a@x>', 'ben <a@x>']", "a@x belongs to ann and to ben"),
        ("[people]\napprovers = ['ann', 'ann']\nsign_offs = 2", "2 people have to approve, and 1 may"),
        ("[export]\ndirectory = '/tmp'", "leads out of the project"),
        ("[export]\ndirectory = 'a/../../b'", "leads out of the project"),
        ("[export]\ndirectory = 'C:\\out'", "leads out of the project"),
        ("[export]\ndirectory = '..\\out'", "leads out of the project"),
        ("[project]\nname = ", "line 2: this is not TOML"),
        ("[project]\n[project]", "line 2, column 9: this is not TOML"),
        ("a = " + "[" * 5000, "nested too deeply"),
        ("a = " + "9" * 5000, "too long"),
    ],
)
def test_what_is_wrong_is_said_by_name(tmp_path: Path, text: str, message: str) -> None:
    assert message in refused(tmp_path, text)


SECRET = "abc" + "0123456789" * 3


@pytest.mark.parametrize(
    "text",
    [
        f"[models.a]\nmodel = 'm'\napi_key = '{SECRET}'",
        f"[models.a]\nmodel = 'm'\nparameters = {{ api-key = '{SECRET}' }}",
        f"[models.a]\nmodel = 'm'\nparameters = {{ extra_headers = {{ Authorization = '{SECRET}' }} }}",
        f"[models.a]\nmodel = 'm'\nparameters = {{ aws_session_token = '{SECRET}' }}",
        f"[models.a]\nmodel = 'm'\nparameters = {{ list = ['sk-{SECRET}'] }}",
        f"[models.a]\nmodel = 'm'\napi_key_env = 'sk-{SECRET}'",
        f"[models.a]\nmodel = 'm'\napi_key_env = 'my key {SECRET}'",
        f"[models.a]\nmodel = 'm'\napi_base = 'https://me:{SECRET}@host/v1'",
        f"[project]\npassword = '{SECRET}'",
        f"[metrics.own]\ntoken = '{SECRET}'",
    ],
)
def test_a_secret_is_refused_with_the_way_out_and_never_repeated(tmp_path: Path, text: str) -> None:
    message = refused(tmp_path, text)
    assert "api_key_env" in message
    assert SECRET not in message


def test_counting_tokens_is_no_secret(tmp_path: Path) -> None:
    text = (
        "[models.token]\nmodel = 'm'\nparameters = {max_tokens = 5, stop_token = 'x'}\nlimits = {tokens_per_minute = 9}"
    )
    assert read_settings(written(tmp_path, text)).models["token"].parameters == {"max_tokens": 5, "stop_token": "x"}


def test_a_file_that_is_not_utf_8_is_named_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "workbench.toml"
    path.write_bytes(b"[project]\nname = 'Z\xfcrich'\n")
    with pytest.raises(FormatError, match=r"workbench\.toml, line 2, column 10: .*UTF-8"):
        read_settings(path)


def test_a_file_that_cannot_be_read_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_settings(tmp_path / "workbench.toml")


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    assert read_settings(written(tmp_path, "\ufeff[project]\nname = 'a'")).project.name == "a"


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(max_size=60), st.text(alphabet="[]{}=.\"'\n#ab1-", max_size=40)))
def test_any_text_is_settings_or_a_format_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "workbench.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        read = read_settings(path)
    except FormatError:
        return
    assert read.project.name


# The project's folder


def test_the_nearest_folder_with_the_file_is_the_project(tmp_path: Path) -> None:
    inner = tmp_path / "outer" / "inner" / "deep"
    inner.mkdir(parents=True)
    written(tmp_path / "outer", "")
    assert find_project(inner) == (tmp_path / "outer").resolve()
    written(tmp_path / "outer" / "inner", "")
    assert find_project(inner) == (tmp_path / "outer" / "inner").resolve()
    assert find_project(tmp_path / "outer") == (tmp_path / "outer").resolve()


def test_a_folder_of_the_files_name_is_no_project(tmp_path: Path) -> None:
    (tmp_path / "a" / "workbench.toml").mkdir(parents=True)
    found = find_project(tmp_path / "a")
    assert found != (tmp_path / "a").resolve()


# Plans


def plan(folder: Path, text: str) -> Path:
    return written(folder, text, "nightly.yaml")


def test_a_plan_has_the_run_commands_options_by_name(tmp_path: Path) -> None:
    text = """
prompt: [support@1, support@2]
model: [mini, offline/reader]
dataset: golden@2
index: handbook
metric: correct
judge: [groundedness]
repeats: 3
concurrency: 8
timeout: 30
max_cost: 2.5
no_cache: true
executor: dask://127.0.0.1:8786
parameters: {temperature: 0}
"""
    assert read_plan(plan(tmp_path, text)) == {
        "prompt": ("support@1", "support@2"),
        "model": ("mini", "offline/reader"),
        "dataset": "golden@2",
        "index": ("handbook",),
        "metric": ("correct",),
        "judge": ("groundedness",),
        "repeats": 3,
        "concurrency": 8,
        "timeout": 30,
        "max_cost": 2.5,
        "no_cache": True,
        "executor": "dask://127.0.0.1:8786",
        "parameters": {"temperature": 0},
    }


def test_what_a_plan_leaves_out_is_not_in_it(tmp_path: Path) -> None:
    assert read_plan(plan(tmp_path, "prompt: a\nindex: null\n")) == {"prompt": ("a",)}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("prompt: a\nprompts: [b]\n", 2, "Did you mean 'prompt'"),
        ("repeat: 1\n", 1, "Did you mean 'repeats'"),
        ("- prompt\n", 1, "expected a mapping"),
        ("prompt: [1]\n", 1, "prompt[0]: expected text"),
        ("prompt: {a: b}\n", 1, "expected text"),
        ("dataset: [a]\n", 1, "dataset: expected text"),
        ("prompt: a\nrepeats: 0\n", 2, "1 or more"),
        ("timeout: 0\n", 1, "a number of seconds above 0"),
        ("max_cost: 0\n", 1, "a number of US dollars above 0"),
        ("prompt: a\nno_cache: 1\n", 2, "no_cache: expected true or false"),
        ("prompt: a\nparameters:\n  api_key: x\n", 3, "api_key_env"),
    ],
)
def test_a_wrong_plan_is_refused_with_its_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_plan(plan(tmp_path, text))
    assert message in str(caught.value)
    assert caught.value.line == line
