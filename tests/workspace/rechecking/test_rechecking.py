"""A released prompt is asked again: what it says then, and what it does not say."""

from dataclasses import replace

import pytest

from tests.support.completers import an_answer
from tests.support.projects import PLAIN, Models, begin_with, jsonl, make_project, open_project, right, rows
from workbench.errors import ContentFilteredError, ExitCode, NotFoundError
from workbench.models import registry
from workbench.workspace.rechecking.recheck import EXIT_CODES, gravest

ROWS = 20


@pytest.fixture(scope="module")
def released_once(tmp_path_factory):
    scripted, root = Models(), make_project(tmp_path_factory.mktemp("released") / "project")
    with pytest.MonkeyPatch.context() as patch, open_project(root) as wb:
        patch.setattr(registry, "completer_for", scripted.completer_for)
        release(wb)
        wb.context.store.checkpoint()
    return root


@pytest.fixture
def released(released_once, wb, models):
    """answer@1 approved on a run over 20 rows, all of them right, and in production."""
    begin_with(released_once, wb.root)
    return wb


def release(wb):
    (wb.root / "short.prompt.yaml").write_text(f"{PLAIN}parameters: {{max_tokens: 20}}\n")
    wb.prompts.add(wb.root / "short.prompt.yaml")
    (wb.root / "many.jsonl").write_text(jsonl(rows(ROWS)))
    wb.datasets.add(wb.root / "many.jsonl", name="golden")
    wb.run("answer@1", "golden", models=["one"])
    wb.releases.approve("answer@1")
    wb.releases.promote("answer@1")
    wb.releases.promote("answer@1")


def recheck(wb, **options):
    ((release, environment),) = wb.rechecks.targets(["answer"])
    return wb.rechecks.carry_out(release, environment, **options)


def test_where_every_answer_is_the_same_nothing_drifted_and_nothing_was_replayed(released, models):
    found = recheck(released)

    assert (found.outcome, found.environment, found.answers, found.identical) == ("same", "production", ROWS, ROWS)
    assert "word for word" in found.sentence
    assert released.runs.summary(found.run).cached == 0
    assert released.runs.stored_plan(found.run).dataset_version == 1
    assert [entry.subject for entry in released.audit.list() if entry.action == "release rechecked"] == ["answer 1.0.0"]


def test_a_model_that_became_worse_is_found_and_named(released, models):
    models.default.answer = lambda request: replace(an_answer("It is lent for a while."), model="one-2027")

    found = recheck(released)

    assert (found.outcome, EXIT_CODES[found.outcome]) == ("worse", ExitCode.NO)
    assert "has become worse than when it was approved" in found.sentence
    assert any("worse" in line and "checks" in line.lower() for line in found.details), found.details
    assert "answer@1:one: the provider called its model scripted then, and one-2027 now." in found.details
    assert found.as_json()["models"] == {"answer@1:one": {"then": ["scripted"], "now": ["one-2027"]}}


def test_a_newer_golden_set_changes_nothing_of_what_is_asked(released, models):
    (released.root / "more.jsonl").write_text(jsonl(rows(3)))
    released.datasets.add(released.root / "more.jsonl", name="golden")

    assert recheck(released).answers == ROWS


def test_other_words_on_few_rows_cannot_be_told_from_chance(released, models):
    wrong = iter([True, True])
    models.default.answer = lambda request: an_answer("No.") if next(wrong, False) else right(request)

    found = recheck(released)

    assert (found.outcome, EXIT_CODES[found.outcome]) == ("cannot tell yet", ExitCode.CANNOT_TELL_YET)
    assert found.identical == ROWS - 2
    assert "more examples would settle it" in found.sentence


def test_answers_that_did_not_come_leave_it_open(released, models, at_once):
    models.default.answer = lambda request: (
        ContentFilteredError("no") if " 7 " in request.messages[-1].content else right(request)
    )

    found = recheck(released)

    assert (found.outcome, found.missing) == ("incomplete", 1)
    assert EXIT_CODES[found.outcome] == ExitCode.INCOMPLETE


def test_the_budget_is_kept(released, models):
    stopped = recheck(released, max_cost_usd=0.0002)

    assert (stopped.outcome, 0 < stopped.missing < ROWS) == ("incomplete", True)
    assert stopped.cost_usd <= 0.0002


def test_a_release_without_evidence_cannot_be_rechecked_and_nobody_is_asked(wb, models):
    wb.prompts.add(wb.root / "plain.prompt.yaml")
    wb.releases.approve("answer@1", without_run="an emergency")

    found = recheck(wb)

    assert (found.outcome, found.run, found.environment) == ("cannot tell yet", None, "dev")
    assert "approved without a run" in found.sentence
    assert models.default.requests == []
    with pytest.raises(NotFoundError, match="Did you mean 'answer'"):
        wb.rechecks.targets(["anser"])


def test_of_several_the_gravest_is_told(released, models):
    same = recheck(released)
    worse = replace(same, identical=0, missing=0, drifts=())

    assert gravest([same, worse]) == "cannot tell yet"
    assert gravest([same]) == "same"
    assert gravest([replace(same, missing=1), worse]) == "incomplete"
