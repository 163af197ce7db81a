"""The Judges page: what a judge catches, the answers behind each count, and what to do while nobody has judged."""

import re
from contextlib import contextmanager

import pytest

from tests.support.projects import Models, begin_with, open_project
from tests.support.reviewed import judged, reviewed
from tests.support.taught import RULE, judge_and_label, make_desk, script
from tests.ui.conftest import TIMEOUT_S, made_of
from workbench import Workbench
from workbench.domain.review import Judgement
from workbench.domain.review_queue import QueueWork, RandomSample
from workbench.hashing import short
from workbench.models import registry
from workbench.ui.judges.cells import ID_DIGITS


@contextmanager
def opened(project):
    with Workbench.open(project) as wb:
        yield wb, wb.runs.list()[0].info.id


def words(at):
    """What a reader of the page sees, without the marks of Markdown."""
    shown = [block.body for block in at.get("html")]
    for kind in ("markdown", "caption", "info", "subheader", "text"):
        shown += [str(element.value) for element in getattr(at, kind)]
    return re.sub(r"\\(.)", r"\1", "\n".join(shown))


@pytest.fixture(scope="module")
def labelled_once(built_project, tmp_path_factory):
    def label(wb):
        run = wb.runs.find("latest")
        trials = judged(wb, run, "tone", [1.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0], model="one", cost_usd=0.002)
        reviewed(wb, trials, {"ann": "pppfff", "ben": "ppffff"})
        return wb.root, trials

    return made_of(built_project, tmp_path_factory, label)


@pytest.fixture
def labelled(labelled_once, project):
    """Eight answers with a verdict of the judge tone and of two people."""
    made, trials = labelled_once
    begin_with(made, project)
    return trials


def test_an_empty_project_leads_to_a_run(empty_project, show):
    at = show("judges")

    assert not at.exception
    assert "Run a prompt with a judge" in at.info[0].value
    assert "groundedness" in str([table.value for table in at.table])


def test_a_run_that_nobody_reviewed_leads_to_the_review(project, show):
    at = show("judges")

    assert not at.exception
    assert "Review about 20 answers" in at.info[0].value


def test_the_card_says_what_the_judge_catches_and_what_people_make_of_its_pass_rate(project, labelled, show):
    at = show("judges", judge="tone")

    assert not at.exception
    said = words(at)
    assert "Catches bad answers 67% (21–94) · passes good ones 100% (34–100) · on 5 answers" in said
    assert "May gate: not known yet" in said
    assert "The judge passes 62% of 8 answers; corrected by people it is" in said
    assert "A verdict costs $0.002." in said
    assert "because people are split evenly: 1 answer." in said
    assert "Of 6 answers that two people or more judged, they agree on 83% (44–97)." in said


def test_the_mistakes_are_read_first_and_a_link_leads_to_any_cell(project, labelled, show):
    first = show("judges", judge="tone")
    assert "ann says fail: ann says fail" in words(first).replace("*", "")

    linked = show("judges", judge="tone", cell="both-fail", answer=short(labelled[4], ID_DIGITS))

    assert not linked.exception
    assert "Judge fails it (0): because of 0.0" in words(linked).replace("*", "")
    empty = show("judges", judge="tone", cell="too-strict")
    assert "There is no such answer." in words(empty)


def test_the_bar_in_the_address_decides_whether_it_may_gate(project, labelled, show):
    assert "May gate: no" in words(show("judges", judge="tone", bar="99"))


def test_a_rule_can_be_set_against_people_too(project, labelled, show):
    at = show("judges", judge="checks")

    assert not at.exception
    assert "A verdict costs" not in words(at)


def test_a_button_draws_further_answers_to_label_as_a_queue_for_estimates(project, labelled, show):
    at = show("judges", judge="tone")
    next(button for button in at.button if button.label.startswith("Label ")).click().run()

    with opened(project) as (wb, run):
        (line,) = wb.reviews.queues.list(run)
    assert line.queue.purpose == "estimate"
    assert line.queue.judge == "tone"


def test_who_has_still_to_judge_blind_sees_no_verdicts_on_answers(project, labelled, show):
    with opened(project) as (wb, run):
        me = wb.context.actor.name
        queue = wb.reviews.queues.create(run, RandomSample(1), QueueWork(reviewers=(me,)))
        at = show("judges", judge="tone")
        assert "You still have 1 item to judge blind in this run." in words(at)
        assert "Judge fails it" not in words(at)
        assert "Pass rate by arm" not in [one.label for one in at.expander]

        (item,) = wb.reviews.queues.desk(queue.id).items
        wb.reviews.queues.give(queue.id, item.key, Judgement("pass"))
    assert "judge blind" not in words(show("judges", judge="tone"))


def test_rules_are_typed_kept_and_wait_for_a_check(project, labelled, show):
    at = show("judges", judge="tone", view="improve")
    assert not at.exception
    assert "of people teach it" in words(at)
    at.text_area[0].set_value("No jargon.\n\nNo jargon.").run()
    at = show("judges", judge="tone", view="improve")
    assert at.text_area[0].value == "No jargon.\n\nNo jargon."  # a reload changes nothing
    next(button for button in at.button if button.label == "Keep these rules").click().run()

    assert not at.exception
    with opened(project) as (wb, _):
        (kept,) = wb.judges.teaching.all("tone")
    assert kept.lessons.rules == ("No jargon.",)
    assert kept.source == "by hand"
    assert "A judge is changed only when a check accepts it." in words(at)


def test_a_judge_is_taught_checked_and_changed_on_the_page(empty_project, monkeypatch, show):
    models = Models()
    script(models)
    monkeypatch.setattr(registry, "completer_for", models.completer_for)
    monkeypatch.setenv("OPENAI_API_KEY", "not-a-key")
    desk = make_desk(empty_project)
    with open_project(desk) as wb:
        judge_and_label(wb)

    def press(at, label):
        next(button for button in at.button if button.label.startswith(label)).click().run()
        assert not at.exception

    at = show("judges", judge="style", view="improve")
    press(at, "Suggest rules from")
    assert at.text_area[0].value == RULE
    press(at, "Keep these rules")
    assert "verdicts, " in words(at)
    press(at, "Check")
    with Workbench.open(desk) as wb:
        job = wb.judges.teaching.checking("style")
        assert job is None or job.wait(TIMEOUT_S).accepted
    at.run()
    assert "Accepted: not worse than the judge before" in words(at)
    press(at, "Use from now on")
    assert "Lessons 1 are in force." in words(at)
    press(at, "Go back to the judge without lessons")
    assert "are in force" not in words(at)
