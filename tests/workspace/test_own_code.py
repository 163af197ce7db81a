"""Arms whose model is the user's own code: run like every other, and imported only because `workbench.toml` says so."""

import sys

import pytest

from tests.support.own_code import forgotten_afterwards, write_module
from tests.support.projects import TOML, fill, make_project, open_project
from workbench.domain.run import TrialFailure
from workbench.errors import InputError, UnavailableError
from workbench.workspace.runs.plan_file import options_from
from workbench.workspace.runs.planning import RunOptions

pytestmark = pytest.mark.usefixtures("at_once")

OWN = (
    TOML
    + """
[models.own]
model = "python:mine:answer"
price = { input_per_million = 1.0, output_per_million = 2.0 }
limits = { concurrency = 2 }

[models.chain]
model = "python:mine:chain"
"""
)
CODE = """
    import threading
    from langchain_core.runnables import RunnableLambda

    lock = threading.Lock()
    asked, at_once, most = [], 0, 0

    class BusyError(Exception):
        status_code = 503

    def answer(inputs, messages):
        global at_once, most
        with lock:
            asked.append(inputs["question"])
            at_once += 1
            most = max(most, at_once)
        try:
            return reply(inputs["question"])
        finally:
            with lock:
                at_once -= 1

    def reply(question):
        number = "".join(c for c in question if c.isdigit())
        if number == "3":
            raise LookupError("no such item")
        if number == "4" and asked.count(question) == 1:
            raise BusyError("later")
        if number == "5":
            return ["no", "answer"]
        return {"text": f"It is lent for {number} days.", "usage": {"prompt_tokens": 10, "completion_tokens": 5},
                "sources": [f"Item {number} is lent for {number} days."]}

    chain = RunnableLambda(lambda given: given["messages"][-1]["content"]) | RunnableLambda(
        lambda text: {"text": f"You asked: {text}", "cost_usd": 0.25})
"""


@pytest.fixture
def own(tmp_path):
    folder = make_project(tmp_path / "project", OWN)
    write_module(folder, "mine", CODE)
    with forgotten_afterwards(tmp_path), open_project(folder) as wb:
        fill(wb)
        yield wb


def start(wb, **options):
    return wb.runs.start(wb.runs.plan(RunOptions(**{"prompts": ["answer@1"], "dataset": "golden", **options})))


def test_own_code_is_asked_scored_retried_and_paid_like_every_model(own):
    summary = start(own, models=["own"], metrics=["checks"]).wait(30)
    outputs = {output.example_id: output for output in own.runs.outputs(summary.run)}
    events = {event["example_id"]: event for event in own.events.of_run(summary.run)}

    assert (summary.planned, summary.done, summary.failed) == (6, 4, 2)
    assert summary.cost_usd == pytest.approx(4 * (10 * 1.0 + 5 * 2.0) / 1e6)
    assert outputs["q-1"].completion.text == "It is lent for 1 days."
    assert {events[row]["scores"]["checks"] for row in outputs} == {1.0}
    assert outputs["q-4"].attempts == 2
    assert [found.chunk.text for found in outputs["q-6"].retrieved] == ["Item 6 is lent for 6 days."]
    assert sys.modules["mine"].most <= 2


def test_what_own_code_raises_is_a_failure_of_one_trial_with_the_line(own):
    run = start(own, models=["own"]).wait(30).run
    failures = {(one.example_id, one.attempt): one for one in own.runs.failures(run)}

    def told(row, attempt=1) -> TrialFailure:
        return failures[row, attempt]

    assert set(failures) == {("q-3", 1), ("q-4", 1), ("q-5", 1)}
    assert (told("q-3").error, told("q-3").final) == ("ProviderError", True)
    assert "LookupError: no such item (mine.py, line " in told("q-3").message
    assert (told("q-4").error, told("q-4").retryable) == ("OverloadedError", True)
    assert (told("q-5").error, told("q-5").final) == ("UnusableAnswerError", True)
    assert "type list" in told("q-5").message


def test_a_cost_that_own_code_reports_counts(own):
    assert start(own, models=["chain"]).wait(30).cost_usd == pytest.approx(6 * 0.25)


def test_a_try_asks_own_code_with_the_rows_inputs(own):
    version = own.prompts.get("answer@1")
    example = own.datasets.examples("golden@1")[0]
    tried = own.tries.ask(version.content, example, model="own")

    assert tried.completion.text == "It is lent for 1 days."
    assert [found.chunk.text for found in tried.sources] == ["Item 1 is lent for 1 days."]
    assert own.tries.ask(version.content, example, model="chain").cost_usd == 0.25


@pytest.mark.parametrize(
    ("code", "error", "said"),
    [
        ("1 / 0", UnavailableError, r"ZeroDivisionError.*mine.py, line 1"),
        ("import no_such_library", UnavailableError, "no_such_library"),
        ("def other(): ...", InputError, "has no 'answer'"),
        ("answer = 3", InputError, "cannot be called"),
        ("def answer(user): ...\ndef chain(a, b): ...", InputError, "needs the argument"),
    ],
)
def test_code_that_cannot_be_asked_is_refused_before_a_run_is_stored(own, code, error, said):
    write_module(own.root, "mine", code)
    model = "chain" if "chain" in code else "own"
    with pytest.raises(error, match=said):
        start(own, models=[model])
    assert own.runs.list() == []


def named_by_option(wb):
    start(wb, models=["python:mine:answer"])


def named_by_prompt(wb):
    file = wb.root / "odd.prompt.yaml"
    file.write_text("prompt_name: odd\ntemplate: '{{question}}'\nmodel: python:mine:answer\n")
    wb.prompts.add(file)
    start(wb, prompts=["odd@1"])


def named_by_plan(wb):
    plan = wb.root / "plan.yaml"
    plan.write_text("prompt: answer@1\ndataset: golden\nmodel: python:mine:answer\n")
    wb.runs.start(wb.runs.plan(options_from(plan, {})))


def named_by_try(wb):
    wb.tries.ask(wb.prompts.get("answer@1").content, wb.datasets.examples("golden@1")[0], model="python:mine:answer")


@pytest.mark.parametrize("name_it", [named_by_option, named_by_prompt, named_by_plan, named_by_try])
def test_only_the_projects_file_names_code(own, name_it):
    with pytest.raises(InputError, match=r"only workbench.toml may name Python code.*name the alias"):
        name_it(own)
    assert own.runs.list() == []
    assert "mine" not in sys.modules


def test_a_prompt_may_name_the_alias(own):
    file = own.root / "odd.prompt.yaml"
    file.write_text("prompt_name: odd\ntemplate: '{{question}}'\nmodel: chain\n")
    own.prompts.add(file)
    assert start(own, prompts=["odd@1"]).wait(30).done == 6


def test_looking_at_models_and_planning_import_nothing(own):
    listed = {model.name: model for model in own.models.list()}
    own.runs.plan(RunOptions(prompts=["answer@1"], dataset="golden", models=["own", "chain"]))

    assert (listed["own"].origin, listed["own"].ready) == ("configured", True)
    assert "Your own Python code" in listed["own"].note
    assert "mine" not in sys.modules


def test_a_stored_run_brings_no_code_that_the_projects_file_does_not_name(tmp_path):
    folder = make_project(tmp_path / "project", OWN)
    write_module(folder, "mine", CODE)
    with forgotten_afterwards(tmp_path), open_project(folder) as wb:
        fill(wb)
        run = start(wb, models=["own"]).wait(30).run
    (folder / "workbench.toml").write_text(OWN.replace("python:mine:answer", "python:mine:other"))

    with open_project(folder) as wb, pytest.raises(InputError, match=r"'python:mine:answer'.*if you trust that code"):
        wb.runs.resume(run, retry_failed=True).wait(30)
    assert "mine" not in sys.modules
