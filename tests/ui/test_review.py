"""The Review page: blind, one answer at a time, nothing lost."""

import json
import re
from contextlib import contextmanager

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.browser import chromium, chromium_path
from tests.support.packets import answered
from tests.support.served_app import served
from workbench import Workbench
from workbench.domain.dataset import Example
from workbench.domain.prompt import Message
from workbench.hashing import short
from workbench.metrics.citations import Citation
from workbench.ui.review.desk import ID_DIGITS
from workbench.ui.review.verdict_keys import Said, read
from workbench.workspace.reviews.case import ReviewCase

CITATIONS = (Citation("1", 27, 30, (1,)), Citation("9", 30, 33, ()))
RUN_KEYS = {"number": 7, "action": "fail", "item": "sha256:1", "note": "wrong year", "seconds": 3.5}


@contextmanager
def opened(project):
    with Workbench.open(project) as wb:
        yield wb, wb.runs.list()[0].info.id


def all_text(at):
    """Everything that a reader of the page sees."""
    shown = [block.body for block in at.get("html")]
    for kind in ("markdown", "caption", "text", "info", "error", "warning", "title", "subheader"):
        shown += [str(element.value) for element in getattr(at, kind)]
    return "\n".join([*shown, *(toggle.label for toggle in at.toggle), *(button.label for button in at.button)])


def name_of(item):
    return short(item.trial_id, ID_DIGITS)


def test_an_empty_project_leads_to_the_run_page(empty_project, show):
    at = show("review")

    assert not at.exception
    assert "no answers to review yet" in at.info[0].value


def test_the_start_says_how_many_answers_wait(project, show):
    at = show("review")

    assert not at.exception
    assert "12 answers" in all_text(at)
    assert [button.label for button in at.button] == ["Start"]


def test_start_opens_the_first_answer_of_the_queue(project, show):
    at = show("review")
    at.button[0].click().run()

    assert not at.exception
    with opened(project) as (wb, run):
        assert at.query_params["answer"] == name_of(wb.reviews.queue(run)[0])


def test_the_answers_of_a_packet_come_back_on_the_page_and_a_conflict_is_asked_about(project, show):
    with opened(project) as (wb, run):
        page = wb.reviews.packet_page(run)

    def bring(verdict):
        data = json.dumps(answered(page, {1: verdict})).encode()
        at = show("review", run=run)
        at.file_uploader(key="packet-in").set_value([("answers.json", data, "application/json")]).run()
        return at, at.button(key="packet-import")

    at, button = bring("pass")
    button.click().run()
    assert "Stored 1 verdicts of dora" in at.success[0].value
    at, button = bring("fail")
    button.click().run()
    assert "1 verdict differs" in at.error[0].proto.title
    at.radio(key="packet-keep").set_value("Take the file's (theirs)")
    at.button(key="packet-import").click().run()
    assert "Stored 1 verdicts of dora" in at.success[0].value
    assert not at.exception


def test_an_answer_is_shown_with_its_question_and_without_its_author(project, show):
    with opened(project) as (wb, run):
        item = wb.reviews.queue(run)[0]
        case, labels = wb.reviews.case(item.trial_id), wb.runs.info(run).arms
    at = show("review", run=run, answer=name_of(item))

    text = all_text(at)
    assert not at.exception
    assert case.example.inputs["question"] in text
    assert case.answer.split("[")[0].strip()[:30] in text
    assert not [word for label in labels for word in label.split(":") if word in text]
    assert "offline/reader" not in text
    assert not at.get("metric")


def test_the_expected_answer_is_shown_only_when_asked_for(project, show):
    with opened(project) as (wb, run):
        item = next(
            item for item in wb.reviews.queue(run)
            if (expected := wb.reviews.case(item.trial_id).example.expected) and "closed" in expected
        )  # fmt: skip
    at = show("review", run=run, answer=name_of(item))
    expected_block = '<div style="white-space:pre-wrap;overflow-wrap:anywhere">closed</div>'

    assert expected_block not in all_text(at)
    next(toggle for toggle in at.toggle if "expected" in toggle.label).set_value(True).run()
    assert expected_block in all_text(at)


def test_guidelines_of_the_project_are_text_not_markup(project, show):
    (project / "guidelines.md").write_text("Pass <script>alert(1)</script> when right.", encoding="utf-8")
    with opened(project) as (wb, run):
        item = wb.reviews.queue(run)[0]

    text = all_text(show("review", run=run, answer=name_of(item)))

    assert "Pass &lt;script&gt;" in text


def test_the_end_says_what_the_verdicts_were(project, show):
    with opened(project) as (wb, run):
        for item, verdict in zip(wb.reviews.queue(run), ["pass", "pass", "fail", "unsure"], strict=False):
            wb.reviews.give(item.trial_id, verdict)

    at = show("review", run=run, answer="end")

    assert [metric.value for metric in at.metric] == ["2", "1", "1"]
    assert "4 of 12" in all_text(at)
    assert at.button[0].label == "Go on with the 8 that are left"


def test_a_link_to_an_answer_of_another_run_says_so_and_offers_the_start(project, show):
    with opened(project) as (_, run):
        pass
    at = show("review", run=run, answer="0123456789abcdef")

    assert not at.exception
    assert "not among those of its run" in at.warning[0].value
    assert at.button[0].label == "Start"


def test_a_pressed_key_names_its_answer_note_and_time():
    assert read(RUN_KEYS) == Said(7, "fail", "sha256:1", "wrong year", 3.5)


@pytest.mark.parametrize(
    "change",
    [{"action": "approve"}, {"item": 3}, {"note": None}, {"number": "7"}],
    ids=["unknown action", "no answer", "no note", "no number"],
)
def test_a_message_that_is_not_readable_is_ignored(change):
    assert read({**RUN_KEYS, **change}) is None
    assert read("pass") is None


@pytest.mark.parametrize("seconds", [None, -1, 0, 10**9, "3", float("nan")])
def test_an_impossible_time_on_the_screen_is_unknown(seconds):
    said = read({**RUN_KEYS, "seconds": seconds})

    assert said is not None
    assert said.seconds is None


def test_all_inputs_and_earlier_turns_are_shown_as_text():
    example = Example(
        "q-1",
        {"question": "<b>Which?</b>", "customer_type": {"new": True}},
        history=(Message("user", "Hello there"), Message("assistant", "Good day")),
    )
    case = ReviewCase("t", example, "Both <script>x</script> [1][9].", [("a.md", "one"), ("b.md", "two")], CITATIONS)

    html = "\n".join(block.body for block in AppTest.from_function(shown_case, args=(case,)).run().get("html"))

    assert [
        text for text in ("Hello there", "Good day", "Customer type", "&quot;new&quot;: true") if text not in html
    ] == []
    assert "<b>" not in html
    assert "<script>" not in html
    assert "name no source that was shown: 9" in html
    assert html.index("a.md") < html.index("<details>") < html.index("b.md")


def shown_case(case):
    from workbench.ui.review.case import show_case

    show_case(case, key="case")


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.skipif(chromium_path() is None, reason="Chromium is not installed")
def test_keys_judge_and_a_note_survives_a_reload_and_an_undo(project):
    with opened(project) as (wb, run):
        items = wb.reviews.queue(run)

    with served(project) as address, chromium() as browser:
        page = browser.new_page()

        def at_answer(number):
            page.wait_for_url(re.compile(f"answer={name_of(items[number])}"))
            page.wait_for_selector(f'[aria-label="Your verdict"][data-item="{items[number].trial_id}"]')

        note = page.get_by_label("What was wrong")
        page.goto(f"{address}/review?run={run}&answer={name_of(items[0])}")
        at_answer(0)
        page.keyboard.press("n")
        page.keyboard.type("1 year too early")
        page.reload()
        at_answer(0)
        assert note.input_value() == "1 year too early"
        page.keyboard.press("2")
        at_answer(1)
        assert note.input_value() == ""
        page.keyboard.press("1")
        at_answer(2)
        page.keyboard.press("u")
        at_answer(1)
        page.keyboard.press("u")
        at_answer(0)
        assert note.input_value() == "1 year too early"
        page.keyboard.press("3")
        at_answer(1)

    with opened(project) as (wb, run):
        given = [(review.trial_id, review.verdict, review.note) for review in wb.reviews.of_run(run)]
        assert given == [(items[0].trial_id, "unsure", "1 year too early")]
        assert all(review.seconds is not None for review in wb.reviews.of_run(run))
