"""A run while it goes on, how it ends, and the ways on: each model's lane, the budget, stopping."""

import re
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.completers import Held, Scripted, an_answer
from tests.support.processes import until
from tests.support.projects import Models
from workbench import Workbench
from workbench.domain.model import Usage
from workbench.errors import AuthenticationError, BadRequestError, OverloadedError
from workbench.models import registry
from workbench.runner.brake import Brake
from workbench.ui.run.raising import rounded_up
from workbench.workspace import jobs
from workbench.workspace.runs.planning import RunOptions

WAIT_S = 30.0
ROWS = 6
MODEL = """
[models.{name}]
model = "openai/{name}"
api_base = "http://127.0.0.1:9/v1"
parameters = {{ max_tokens = 100 }}
price = {{ input_per_million = 100.0, output_per_million = 100.0 }}
limits = {{ concurrency = 1 }}
"""
"""Nothing is asked there: the models are scripted."""


@pytest.fixture
def models(project, monkeypatch):
    """Two models with a price, scripted; and what they are asked."""
    scripted = Models()
    scripted.default = Scripted(answer)
    monkeypatch.setattr(registry, "completer_for", scripted.completer_for)
    with (project / "workbench.toml").open("a") as toml:
        toml.write(MODEL.format(name="desk") + MODEL.format(name="tower"))
    return scripted


@pytest.fixture
def start(project):
    """Start a run of one prompt version."""

    def started(*names, **options):
        with Workbench.open(project) as wb:
            return wb.runs.start(
                wb.runs.plan(RunOptions(prompts=["desk@1"], dataset="golden", models=names, **options))
            )

    return started


def answer(request):
    return an_answer("The library opens at 9 am [1].", usage=Usage(400, 90))


def down(error, times=10**6):
    """Fails so many times, and is well then."""
    faults = iter([error] * times)
    return Scripted(lambda request: next(faults, None) or answer(request))


def said(at):
    kinds = (at.markdown, at.caption, at.subheader, at.warning, at.error, at.success)
    texts = [e.value for kind in kinds for e in kind]
    titles = [e.proto.title for kind in (at.warning, at.error) for e in kind]
    bars = [bar.proto.text for bar in at.get("progress")]
    return " ".join([*texts, *titles, *bars, *(f"{m.label} {m.value}" for m in at.metric)]).replace("\\", "")


def button(at, label):
    return next(one for one in at.button if one.label.startswith(label))


def lane(job, model):
    return next(one for one in job.progress().lanes if one.model == model)


def paused(job, model):
    until(lambda: any(one.model == model and one.state == "paused" for one in job.progress().lanes))


def test_each_model_has_a_line_with_its_counts_and_its_calls_under_way(models, start, show):
    held = models.script("tower", Held(2, answer))
    job = start("desk", "tower")
    until(lambda: (lane(job, "desk").done, lane(job, "tower").done, len(held.requests)) == (ROWS, 2, 3))

    text = said(show("run", run=job.run))

    assert "8 of 12 · cost so far $0.39" in text
    assert "**desk** · 6 of 6 · ✓ all in" in text
    assert "all in · 0 of" not in text
    assert "**tower** · 2 of 6 · 1 of 1 at once" in text
    held.let_go()
    job.wait(WAIT_S)


def test_a_model_that_waits_says_for_what(models, start, show):
    models.script("desk", down(OverloadedError("Too busy.", retry_after_s=100.0)))
    job = start("desk")
    until(lambda: lane(job, "desk").waiting)

    text = said(show("run", run=job.run))
    job.cancel()
    job.wait(WAIT_S)

    assert re.search(r"waiting \d+ s: the provider asked for it \(Too busy\)", text)


def test_a_model_whose_provider_is_down_pauses_says_why_and_goes_on_at_the_press_of_a_button(models, start, show):
    models.script("desk", down(BadRequestError("The service is down."), times=5))
    held = models.script("tower", Held(1, answer))
    job = start("desk", "tower")
    paused(job, "desk")

    at = show("run", run=job.run)
    assert "desk pauses: the same error came again and again" in said(at)
    assert "The service is down." in said(at)
    assert "look at the parameters of the prompt" in said(at)
    button(at, "Continue desk").click().run()
    until(lambda: lane(job, "desk").done == 1)

    assert "pauses" not in said(show("run", run=job.run))
    held.let_go()
    assert job.wait(WAIT_S).stopped_by is None


def test_a_wrong_key_stops_its_model_at_once_and_says_what_to_do(models, start, show):
    models.script("desk", down(AuthenticationError("No such key.")))
    held = models.script("tower", Held(1, answer))
    job = start("desk", "tower")
    until(lambda: lane(job, "desk").state == "closed")

    at = show("run", run=job.run)

    assert "desk is not asked any more" in said(at)
    assert "set it in the environment and restart the app" in said(at)
    assert not [one for one in at.button if one.label.startswith("Continue")]
    held.let_go()
    job.wait(WAIT_S)


def test_a_run_that_a_provider_stopped_names_the_model_and_goes_on_with_all_that_it_lacks(project, models, start, show):
    models.script("desk", down(BadRequestError("The service is down."), times=5))
    job = start("desk", "tower")
    job.wait(WAIT_S)

    at = show("run", run=job.run)
    assert "stopped, a provider failed" in said(at)
    assert "desk stopped: its provider failed" in said(at)
    assert "1 question not asked yet." in said(at)
    button(at, "Go on: 6 to ask").click().run()
    jobs.find(str(project), job.run).wait(WAIT_S)

    text = said(show("run", run=job.run))
    assert "Every question was answered." in text
    assert "12 of 12" in text


def test_a_judges_model_that_is_down_is_told_too(project, models, start, show):
    with (project / "workbench.toml").open("a") as toml:
        toml.write('[judges.groundedness]\nmodel = "tower"\n')
    models.script("tower", down(BadRequestError("The judge is ill.")))
    held = models.script("desk", Held(ROWS, answer))
    job = start("desk", judges=["groundedness"], repeats=2)
    paused(job, "tower")

    assert "tower pauses" in said(show("run", run=job.run))
    held.let_go()
    job.wait(WAIT_S)

    assert "A judge's model failed again and again" in said(show("run", run=job.run))
    assert button(show("run", run=job.run), "Go on: ask the judges")


@pytest.fixture
def told_to_stop(monkeypatch):
    """Set once a run heeds the wish to stop."""
    told, pull = threading.Event(), Brake.pull

    def telling(brake, reason):
        pull(brake, reason)
        told.set()

    monkeypatch.setattr(Brake, "pull", telling)
    return told


def test_stopping_is_heard_at_once_and_takes_one_press(models, start, show, monkeypatch, told_to_stop):
    monkeypatch.setattr("workbench.runner.engine.CANCEL_GRACE_S", WAIT_S)
    held = models.script("desk", Held(1, answer))
    job = start("desk")
    until(lambda: len(held.requests) == 2 and job.progress().done == 1)

    at = button(show("run", run=job.run), "Stop, keep results").click().run()
    pressed = button(at, "Stop")
    while_it_stops = button(at.run(), "Stop")
    assert told_to_stop.wait(WAIT_S)
    held.let_go()
    job.wait(WAIT_S)

    for shown in (pressed, while_it_stops):
        assert (shown.label, shown.disabled) == ("Stopping…", True)
    text = said(show("run", run=job.run))
    assert "stopped by hand" in text
    assert "4 answers to go" in text


def test_a_probe_can_be_stopped(models, project, show):
    held = models.script("desk", Held(1, answer))
    at = show("run", model="desk", prompt="desk@2")
    at = button(at, "Probe: ask 5 first").click().run()
    with Workbench.open(project) as wb:
        job = jobs.find(str(project), wb.runs.find("latest"))
    until(lambda: job.progress().done == 1)

    button(at.run(), "Stop, keep results").click().run()
    job.wait(WAIT_S)  # the model holds its answers back: who waited for them would wait in vain
    held.let_go()

    assert job.progress().status == "cancelled"
    assert job.progress().done == 1


def test_spend_is_shown_against_the_budgets_and_their_use_pointed_out(project, models, start, show):
    with (project / "workbench.toml").open("a") as toml:
        toml.write("[budget]\nmonth_usd = 40.0\nalert_at = 0.001\n")
    held = models.script("desk", Held(3, answer))
    job = start("desk", max_cost_usd=2.0)
    until(lambda: job.progress().done == 3)

    text = said(show("run", run=job.run))

    assert " of $2.00" in text
    assert "of the run's budget is spent or set aside" in text
    assert "This month: $" in text
    assert " of $40.00" in text
    held.let_go()
    job.wait(WAIT_S)


def test_a_run_that_reached_its_budget_says_so_and_goes_on_with_a_higher_one(project, models, start, show):
    job = start("desk", max_cost_usd=0.2)
    done = job.wait(WAIT_S).done
    assert 0 < done < ROWS

    at = show("run", run=job.run)
    assert "stopped at the budget" in said(at)
    assert "The run's budget is reached" in said(at)
    assert f"{ROWS - done} answers to go, about $" in said(at)
    assert at.number_input(key="run-raise-to").value > 0.2
    at.number_input(key="run-raise-to").set_value(5.0)
    button(at, f"Go on: {ROWS - done} to ask").click().run()
    jobs.find(str(project), job.run).wait(WAIT_S)

    assert "Every question was answered." in said(show("run", run=job.run))


def test_the_months_budget_is_raised_in_the_file_and_read_without_a_restart(project, models, start, show):
    toml = project / "workbench.toml"
    settings = toml.read_text()
    toml.write_text(settings + "[budget]\nmonth_usd = 0.2\n")
    job = start("desk")
    done = job.wait(WAIT_S).done
    assert done < ROWS

    at = show("run", run=job.run)
    assert "The month's budget is reached" in said(at)
    assert "Raise `month_usd`" in said(at)
    toml.write_text(settings + "[budget]\nmonth_usd = 100.0\n")
    button(at, f"Go on: {ROWS - done} to ask").click().run()
    jobs.find(str(project), job.run).wait(WAIT_S)

    assert "Every question was answered." in said(show("run", run=job.run))


def test_settings_that_cannot_be_read_are_told_on_the_page(project, show):
    with (project / "workbench.toml").open("a") as toml:
        toml.write("[budgets]\n")

    at = show("run")

    assert not at.exception
    assert "budgets" in at.error[0].proto.title


def test_replayed_answers_are_told_with_what_they_mean(models, start, show):
    start("desk").wait(WAIT_S)
    job = start("desk")
    job.wait(WAIT_S)

    text = said(show("run", run=job.run))

    assert "6 answers were replayed from earlier runs: their times and costs are those measured then" in text
    assert "Spent $0" in text
    assert "6 replayed" in said(show("run"))


@given(st.floats(1e-6, 1e6))
def test_a_suggested_budget_has_two_digits_and_is_never_too_small(usd):
    suggested = rounded_up(usd)

    assert usd * (1 - 1e-6) <= suggested <= 1.11 * usd
    assert float(f"{suggested:.2g}") == pytest.approx(suggested)
