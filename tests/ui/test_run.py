"""Run: choose, see what will happen, start, follow, come back."""

import dataclasses

import pytest
from filelock import FileLock

from tests.support.builders import a_content
from tests.ui.conftest import examples
from workbench import Workbench
from workbench.domain.prompt import PromptFile, RetrievalSettings
from workbench.domain.run import TrialFailure
from workbench.store import runs, trials
from workbench.workspace import jobs

WAIT_S = 30.0


def buttons(at):
    return [button.label for button in at.button]


def text_of(at):
    return " ".join(
        [e.value for kind in (at.markdown, at.caption, at.subheader) for e in kind]
        + [f"{m.label} {m.value}" for m in at.metric]
    ).replace("\\", "")


def newest(root):
    with Workbench.open(root) as wb:
        return wb.runs.find("latest")


def press(at, label):
    return next(button for button in at.button if button.label == label).click().run()


def finish(root, run):
    job = jobs.find(str(root), run)
    job.wait(WAIT_S)


def test_the_newest_two_versions_are_chosen_and_the_older_is_the_baseline(seen):
    at = seen("run")

    assert not at.exception
    assert at.multiselect(key="address-prompt").value == ["desk@1", "desk@2"]


def test_before_the_start_it_says_how_many_answers_and_what_they_cost(seen):
    at = seen("run", repeats="3")

    assert "36 answers" in text_of(at)
    assert "2 versions x 1 model x 6 questions, each asked 3 times" in text_of(at)
    assert "36 answers · costs nothing · " in text_of(at)


def test_a_model_without_a_known_price_is_called_unknown_not_free(seen):
    at = seen("run", model="openai/nobody-has-heard-of-this")

    assert "price unknown" in text_of(at)


def test_a_link_restores_every_choice(project, show):
    chosen = {"index": "library", "repeats": "2", "at_once": "4", "metric": "correct", "stop_at": "2.5"}
    at = show("run", prompt="desk@1", dataset="golden", replay="false", **chosen)

    assert at.multiselect(key="address-prompt").value == ["desk@1"]
    assert at.selectbox(key="address-dataset").value == "golden@1"
    assert at.multiselect(key="address-index").value == ["library"]
    assert at.number_input(key="address-repeats").value == 2
    assert at.number_input(key="address-at_once").value == 4
    assert at.multiselect(key="address-metric").value == ["correct"]
    assert at.number_input(key="address-stop_at").value == 2.5
    assert at.toggle(key="address-replay").value is False


def test_what_is_chosen_goes_into_the_address_and_into_the_plan(project, show):
    at = show("run")
    at.number_input(key="address-stop_at").set_value(2.5).run()
    at.number_input(key="address-at_once").set_value(3).run()
    at.toggle(key="address-replay").set_value(False).run()
    assert {name: at.query_params[name] for name in ("stop_at", "at_once", "replay")} == {
        "stop_at": "2.5",
        "at_once": "3",
        "replay": "false",
    }

    press(at, "Start")
    run = newest(project)
    finish(project, run)

    with Workbench.open(project) as wb:
        plan = wb.runs.stored_plan(run)
    assert (plan.max_cost_usd, plan.use_cache, plan.concurrency) == (2.5, False, 3)


def test_a_choice_made_in_the_moment_of_the_press_is_what_starts(project, show):
    at = show("run", prompt="desk@2")

    at.number_input(key="address-repeats").set_value(2)
    press(at, "Start")

    run = newest(project)
    assert at.query_params["run"] == run
    finish(project, run)
    with Workbench.open(project) as wb:
        assert wb.runs.stored_plan(run).repeats == 2


def test_a_press_starts_nothing_that_was_not_on_the_page(project, show):
    at = show("run")
    before = newest(project)
    with Workbench.open(project) as wb:
        wb.datasets.save("golden", examples()[:2])

    press(at, "Start")

    assert "Not started: what would be asked changed just then." in at.warning[0].value
    assert newest(project) == before
    press(at, "Start")
    run = newest(project)
    finish(project, run)
    with Workbench.open(project) as wb:
        assert wb.runs.stored_plan(run).dataset_version == 2


def test_the_projects_own_budget_stands_beside_the_choice(project, show):
    assert "no budget of its own" in text_of(show("run"))
    with (project / "workbench.toml").open("a") as toml:
        toml.write("[budget]\nrun_usd = 5\nmonth_usd = 40\n")

    text = text_of(show("run"))

    assert "$5.00 for a run and $40.00 for a month, of which $0 is spent" in text


@pytest.mark.parametrize("stop_at", ["none", "-1", "0", "nan", "inf"])
def test_an_address_without_a_proper_amount_sets_no_limit(project, show, stop_at):
    assert show("run", stop_at=stop_at).number_input(key="address-stop_at").value is None


def test_what_does_not_fit_together_is_told_and_nothing_can_be_started(project, show):
    at = show("run")

    at.multiselect(key="address-prompt").set_value([]).run()

    assert at.error
    assert "Start" not in buttons(at)


def test_where_an_index_is_not_there_a_link_leads_to_building_it(project, show):
    with Workbench.open(project) as wb:
        content = a_content("{{context}} {{question}}", retrieval=RetrievalSettings("handbook"))
        wb.prompts.save(PromptFile("sourced", content))
    at = show("run", prompt="sourced@1")

    assert "There is no index" in at.error[0].proto.title
    assert "workbench index build handbook FOLDER" in at.error[0].value
    (link,) = [link.proto for link in at.get("page_link") if "Build" in link.proto.label]
    assert link.label == "Build the index handbook"
    assert "called=handbook" in link.query_string


def test_a_judge_without_a_model_says_what_it_needs(seen):
    at = seen("run", judge="groundedness")

    assert "groundedness needs a model in workbench.toml" in text_of(at)


def test_starting_leads_to_the_page_of_the_run_and_its_results(project, show):
    at = press(show("run"), "Start")
    run = newest(project)
    assert at.query_params["run"] == run
    finish(project, run)

    at = show("run", run=run)

    assert not at.exception
    assert "12 of 12" in text_of(at)
    assert "Start" not in buttons(at)
    with Workbench.open(project) as wb:
        assert wb.runs.status(run) == "done"


def test_a_run_that_was_stopped_can_be_resumed_from_its_page(project, show):
    with Workbench.open(project) as wb:
        job = wb.runs.start(wb.runs.stored_plan("latest"))
        job.cancel()
        job.wait(WAIT_S)
        missing = 12 - wb.runs.summary(job.run).done

    at = show("run", run=job.run)
    assert "stopped" in text_of(at)
    label = f"Go on: {missing:,} to ask"
    assert label in buttons(at)
    press(at, label)
    finish(project, job.run)

    assert "12 of 12" in text_of(show("run", run=job.run))


def test_a_question_without_an_answer_is_told_with_its_reason_and_counted(project, show):
    with Workbench.open(project) as wb:
        job = wb.runs.start(dataclasses.replace(wb.runs.stored_plan("latest"), repeats=2))
        job.cancel()
        job.wait(30)
        stored = set(wb.runs.frame(job.run)["trial_id"])
        cell = next(c for c in wb.runs.stored_plan(job.run).cells()[::-1] if c.trial_id(job.run) not in stored)
        lost = TrialFailure(
            trial_id=cell.trial_id(job.run),
            run=job.run,
            arm=cell.arm.label,
            example_id=cell.example.id,
            repeat=cell.repeat,
            cell_hash=cell.hash,
            error="OverloadedError",
            message="The provider is *overloaded*.",
            retryable=True,
            final=True,
            attempt=1,
            started_at=wb.context.clock.now(),
            elapsed_ms=1.0,
        )
        wb.context.write(lambda s: trials.append(s, [lost]))
        answers = wb.answers.to_example(job.run, cell.example.id, cell.repeat)
        reasons = wb.runs.lost(job.run)

    assert [a.failure.message for a in answers if a.failure] == ["The provider is *overloaded*."]
    assert [(r.error, r.count) for r in reasons] == [("OverloadedError", 1)]
    at = show("run", run=job.run)
    assert "provider is overloaded" in at.table[0].value["What to do"].iloc[0]


def test_the_history_lists_runs_with_their_state(seen):
    at = seen("run")

    assert any("done" in element.value for element in at.markdown)
    assert "12 of 12 done" in text_of(at)


def test_a_run_carried_out_by_another_process_is_followed_by_what_is_stored(project, show):
    with Workbench.open(project) as wb:
        run = wb.runs.find("latest")
        wb.context.write(lambda s: runs.add_event(s, run, "resumed", wb.context.clock.now()))

    with FileLock(project / ".workbench" / "runs" / f"{run}.lock"):
        at = show("run", run=run)

    assert "Another process carries this run out" in text_of(at)
    assert "Stop, keep results" in buttons(at)


def test_an_empty_project_says_what_a_run_needs(empty_project, show):
    at = show("run")

    assert not at.exception
    assert "a prompt version and a golden set" in at.info[0].proto.title


def test_a_run_that_does_not_exist_is_told_in_a_sentence(seen):
    at = seen("run", run="nonsense")

    assert not at.exception
    assert at.error
