"""The Review page: queues to choose from, blind, nothing lost."""

import json
from contextlib import contextmanager

from streamlit.testing.v1 import AppTest

from tests.support.packets import answered
from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.domain.dataset import Example
from workbench.domain.prompt import Message
from workbench.domain.review import Judgement
from workbench.domain.review_queue import Pairs, QueueWork, RandomSample
from workbench.metrics.citations import Citation
from workbench.ui.review.screen.item_data import case_data
from workbench.workspace.reviews.case import PairCase, ReviewCase

CITATIONS = (Citation("1", 27, 30, (1,)), Citation("9", 30, 33, ()))


@contextmanager
def opened(project, name="ann"):
    with Workbench.open(project, actor=Actor(name)) as wb:
        yield wb, wb.runs.list()[0].info.id


def all_text(at):
    """Everything that a reader of the page sees."""
    shown = [block.body for block in at.get("html")]
    for kind in ("markdown", "caption", "text", "info", "error", "warning", "success", "title", "subheader"):
        shown += [str(element.value) for element in getattr(at, kind)]
    return "\n".join([*shown, *(button.label for button in at.button)])


def screen(at):
    """What the reviewer's screen is given."""
    return json.loads(at.get("bidi_component")[0].proto.json)


def queue_of(project, source=None, **work):
    with opened(project) as (wb, run):
        return wb.reviews.queues.create(run, source or RandomSample(6), QueueWork(**{"repeats": 0, **work}))


def test_an_empty_project_leads_to_the_run_page(empty_project, show):
    at = show("review")

    assert not at.exception
    assert "no answers to review yet" in at.info[0].value


def test_all_answers_of_a_run_are_one_press_away(project, show):
    at = show("review")
    at.button(key="start-everything").click().run()

    assert not at.exception
    assert screen(at)["at"] == at.query_params["item"]
    assert len({one["group"] for one in screen(at)["items"]}) == 6


def test_a_queue_says_what_it_is_for_and_comes_first_to_whom_it_names(project, show):
    queue_of(project, name="Any ten")
    named = queue_of(project, name="Fees", reviewers=("ann",))
    queue_of(project, name="Not for Ann", reviewers=("ben",))
    at = show("review")

    text = all_text(at)
    assert text.index("Fees") < text.index("Any ten")
    assert "Not for Ann" not in text
    assert "for you · Tells how good the answers are" in text
    at.button(key=f"start-{named.id}").click().run()
    assert at.query_params["queue"] == named.id
    assert screen(at)["scope"] == named.id


def test_who_comes_by_a_link_says_a_name_and_hears_how_many_come_twice(project, show, monkeypatch):
    queue = queue_of(project, repeats=0.5)
    monkeypatch.setenv("WORKBENCH_USER", "")
    monkeypatch.setenv("LOGNAME", "office")

    at = show("review", queue=queue.id)
    assert "6 answers, 3 of them twice" in all_text(at)
    at.button(key="review-hello").click().run()
    assert "Say your name first." in all_text(at)
    at.text_input(key="review-name").set_value("Eve")
    at.button(key="review-hello").click().run()

    assert not at.exception
    assert screen(at)["reviewer"] == "Eve"
    assert len(screen(at)["items"]) == 9
    assert screen(at)["repeats"] == "There are 6 answers, 3 of them twice, to see how steady you are."

    other = show("review", queue=queue.id)
    other.button(key="review-hello-account").click().run()
    assert screen(other)["reviewer"] == "office"


def test_a_queue_is_made_on_the_page(project, show):
    at = show("review", kind="random", n="5", ask="Is it short?")
    at.button(key="make-queue").click().run()

    assert not at.exception
    with opened(project) as (wb, run):
        queue = wb.reviews.queues.list(run)[0].queue
        assert (queue.size, queue.purpose, queue.criteria) == (5, "estimate", ("Is it short?",))
    at.button(key="start-made").click().run()
    assert screen(at)["criteria"] == ["Is it short?"]


def test_every_way_to_choose_answers_says_the_way_out_where_there_is_nothing(project, show):
    for kind in ("random", "pairs", "disagreements", "flaky", "filter", "relabel"):
        at = show("review", kind=kind)
        at.button(key="make-queue").click().run()

        assert not at.exception, kind
        assert len(at.error) == (kind in {"disagreements", "flaky", "relabel"}), kind


def test_the_screen_is_given_nothing_that_tells_the_author(project, show):
    queue = queue_of(project)
    at = show("review", queue=queue.id)
    with opened(project) as (wb, run):
        labels = wb.runs.info(run).arms

    given = at.get("bidi_component")[0].proto.json
    assert not at.exception
    assert "library open" in given or "book" in given
    assert [word for label in labels for word in (label, *label.split(":")) if word in given] == []


def test_a_pair_has_two_answers_and_the_choice_by_its_side(project, show):
    queue = queue_of(project, Pairs())
    with opened(project) as (wb, _):
        first = wb.reviews.queues.desk(queue.id).items[0]
        wb.reviews.queues.prefer(queue.id, first.key, "right", note="clearer")
    at = show("review", queue=queue.id, item=first.key)

    given = screen(at)
    assert given["form"] == "pair"
    assert len(given["cases"][0]["answers"]) == 2
    assert next(one["said"]["verdict"] for one in given["items"] if one["key"] == first.key) == "right"


def test_an_item_that_is_not_there_leads_to_the_first_that_waits(project, show):
    queue = queue_of(project)
    at = show("review", queue=queue.id, item="nowhere")

    assert not at.exception
    assert screen(at)["at"] in {one["key"] for one in screen(at)["items"]}


def test_the_end_says_what_the_verdicts_were(project, show):
    queue = queue_of(project)
    with opened(project) as (wb, _):
        items = wb.reviews.queues.desk(queue.id).items
        for item, verdict in zip(items, ["pass", "pass", "fail", "unsure"], strict=False):
            wb.reviews.queues.give(queue.id, item.key, Judgement(verdict))

    at = show("review", queue=queue.id, item="end")

    assert [metric.value for metric in at.metric] == ["2", "1", "1"]
    assert "4 of 6" in all_text(at)
    at.button(key="go-on").click().run()
    assert screen(at)["at"] == items[4].key


def test_what_people_differ_on_is_settled_with_both_notes_in_sight(project, show):
    queue = queue_of(project)
    for name, verdict in (("ann", "pass"), ("ben", "fail")):
        with opened(project, name) as (wb, run):
            trial = min(item.trial_id for item in wb.reviews.queues.desk(queue.id).items)
            key = next(item.key for item in wb.reviews.queues.desk(queue.id).items if item.trial_id == trial)
            wb.reviews.queues.give(queue.id, key, Judgement(verdict, note=f"{name} <b>says</b>"))
    at = show("review", view="settle")

    assert "1 answer to settle" in all_text(at)
    assert all(f"{name} &lt;b&gt;says&lt;/b&gt;" in all_text(at) for name in ("ann", "ben"))
    at.button(key="settle-fail").click().run()
    assert not at.exception
    assert "Settled by ann" in all_text(at)
    with opened(project) as (wb, run):
        gold = [review for review in wb.reviews.of_run(run) if review.gold]
        assert [(review.trial_id, review.verdict) for review in gold] == [(trial, "fail")]
    at.button(key="unsettle").click().run()
    assert "1 answer to settle" in all_text(at)


def test_nothing_to_settle_says_what_it_takes(project, show):
    assert "two reviewers" in show("review", view="settle").info[0].value


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


def case(answer, **fields):
    example = Example(
        "q-1",
        {"question": "<b>Which?</b>", "customer_type": {"new": True}},
        history=(Message("user", "Hello there"), Message("assistant", "Good day")),
        expected="**Both**",
    )
    return ReviewCase("t", example, answer, [("a.md", "# One\n\none two"), ("b.md", "two")], CITATIONS, **fields)


def test_all_inputs_and_earlier_turns_come_as_text_and_the_answer_as_its_reader_would_see_it():
    data = case_data("k", case("Both **x** <script>x</script> [1][9]."))

    assert [turn[0] for turn in data["history"]] == ["User", "Assistant"]
    assert (
        data["asked"][0] == ["Question", [{"t": "p", "c": [["<b>Which?</b>", None]]}]]
        or data["asked"][0][0] == "Question"
    )
    assert [title for title, _ in data["asked"]] == ["Question", "Customer type"]
    answer = data["answers"][0]
    assert answer["broken"] == ["9"]
    assert {"t": "strong", "c": [["x", 7]]} in answer["text"][0]["c"]
    assert [source["cited"] for source in data["sources"]] == [True, False]
    assert data["sources"][0]["text"][0] == {"t": "h1", "c": [["One", 2]]}


def test_two_answers_from_the_same_sources_show_them_once():
    together = case_data("k", PairCase(case("A [1]."), case("B.")))
    other = ReviewCase("t", case("").example, "B.", [("c.md", "three")], ())
    apart = case_data("k", PairCase(case("A [1]."), other))

    assert together["sources"] is not None
    assert [answer["sources"] for answer in together["answers"]] == [None, None]
    assert apart["sources"] is None
    assert [len(answer["sources"]) for answer in apart["answers"]] == [2, 1]


def test_an_answer_that_is_only_read_is_shown_as_text_too():
    html = "\n".join(
        block.body
        for block in AppTest.from_function(shown_case, args=(case("<script>x</script> [1][9]."),)).run().get("html")
    )

    assert "&lt;b&gt;Which?&lt;/b&gt;" in html
    assert "<script>" not in html


def shown_case(case):
    from workbench.ui.review.reading import show_case

    show_case(case)
