import json

import pytest

from tests.support.packets import answered, packet_data
from tests.support.projects import TOML, fill, make_project, open_project
from workbench.errors import FormatError, InputError, NotAllowedError
from workbench.store import reviews as stored_reviews


@pytest.fixture
def page(finished):
    return finished.reviews.packet_page("latest")


@pytest.fixture
def bring(finished):
    """Import a file of answers."""
    return lambda document, **how: finished.reviews.import_answers(json.dumps(document), **how)


def verdicts(wb, page):
    """What is stored, by the item's number in the packet."""
    numbers = {item["id"]: number for number, item in enumerate(packet_data(page)["items"], 1)}
    return {numbers[review.trial_id]: (review.verdict, review.note) for review in wb.reviews.of_run("latest")}


def test_verdicts_come_back_under_the_reviewers_name(finished, page, bring):
    done = bring(answered(page, {1: "pass", 2: {"verdict": "fail", "note": "wrong"}, 5: "unsure"}))

    assert (done.reviewer, done.stored, done.unchanged) == ("dora", 3, 0)
    assert verdicts(finished, page) == {1: ("pass", ""), 2: ("fail", "wrong"), 5: ("unsure", "")}
    assert {(review.reviewer, review.seconds) for review in finished.reviews.of_run("latest")} == {("dora", 2.5)}
    detail = finished.audit.list(1)[0].detail
    assert (detail["reviewer"], detail["judged_at"]) == ("dora", "2026-01-02T03:04:05+00:00")


def test_the_same_file_twice_changes_nothing(finished, page, bring):
    document = answered(page, {1: "pass", 2: "fail"})
    bring(document)
    entries = len(finished.audit.list())
    done = bring(document)

    assert (done.stored, done.unchanged) == (0, 2)
    assert len(finished.audit.list()) == entries


def test_a_later_download_adds_what_is_new(finished, page, bring):
    bring(answered(page, {1: "pass"}))

    assert bring(answered(page, {1: "pass", 2: "fail"})).stored == 1
    assert verdicts(finished, page) == {1: ("pass", ""), 2: ("fail", "")}


def test_two_reviewers_of_one_packet_do_not_touch_each_other(finished, page, bring):
    bring(answered(page, {1: "pass"}, reviewer="dora"))
    bring(answered(page, {1: "fail"}, reviewer="emil"))

    assert {(review.reviewer, review.verdict) for review in finished.reviews.of_run("latest")} == {
        ("dora", "pass"),
        ("emil", "fail"),
    }


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("fail", r"answer 1 \(stored pass, in the file fail\)"),
        ({"verdict": "pass", "note": "but slow"}, r"answer 1 \(pass, with another note\)"),
        ({"verdict": None}, r"answer 1 \(stored pass, in the file taken back\)"),
    ],
)
def test_another_verdict_of_the_same_reviewer_is_a_conflict_and_nothing_is_stored(finished, page, bring, given, told):
    bring(answered(page, {1: "pass"}))

    with pytest.raises(InputError, match=told):
        bring(answered(page, {1: given, 2: "pass"}))
    assert verdicts(finished, page) == {1: ("pass", "")}


def test_mine_keeps_what_is_stored_and_still_brings_in_the_rest(finished, page, bring):
    bring(answered(page, {1: "pass"}))
    done = bring(answered(page, {1: "fail", 2: "pass"}), keep="mine")

    assert (done.stored, len(done.conflicts)) == (1, 1)
    assert verdicts(finished, page) == {1: ("pass", ""), 2: ("pass", "")}


def test_theirs_counts_from_now_and_the_earlier_verdict_stays_in_the_history(finished, page, bring):
    bring(answered(page, {1: "pass", 2: "pass"}))
    document = answered(page, {1: "fail", 2: {"verdict": None}})
    bring(document, keep="theirs")

    assert verdicts(finished, page) == {1: ("fail", "")}
    trial = packet_data(page)["items"][0]["id"]
    history = finished.context.read(lambda s: stored_reviews.history(s, trial))
    assert [review.verdict for review in history] == ["pass", "fail"]
    assert bring(document).stored == 0


def test_a_verdict_taken_back_in_the_app_is_not_brought_back_silently(finished, page, bring):
    document = answered(page, {1: "pass"}, reviewer="ann")
    bring(document)
    finished.reviews.withdraw(packet_data(page)["items"][0]["id"])

    with pytest.raises(InputError, match="stored taken back, in the file pass"):
        bring(document)


def test_a_note_without_a_verdict_is_told_and_not_stored(finished, page, bring):
    done = bring(answered(page, {1: {"verdict": None, "note": "hm"}, 2: {"verdict": None}}))

    assert (done.stored, done.notes_alone) == (0, 1)
    assert finished.reviews.of_run("latest") == []


def test_the_name_is_the_files_or_the_callers(finished, page, bring):
    nameless = answered(page, {1: "pass"}, reviewer=" ")

    with pytest.raises(FormatError, match="does not say who reviewed"):
        bring(nameless)
    assert bring(nameless, reviewer="emil").reviewer == "emil"


def test_guidelines_may_change_while_a_packet_is_away(finished, bring):
    (finished.root / "guidelines.md").write_text("Be strict.")
    page = finished.reviews.packet_page("latest")
    (finished.root / "guidelines.md").write_text("Be lenient.")

    assert bring(answered(page, {1: "pass"})).stored == 1


def test_a_packet_of_another_project_is_refused(page, tmp_path, models):
    with open_project(make_project(tmp_path / "other")) as other:
        fill(other)
        other.run("answer@1", "golden", models="one")
        with pytest.raises(FormatError, match="not written from this project"):
            other.reviews.import_answers(json.dumps(answered(page, {1: "pass"})))
        own = answered(other.reviews.packet_page("latest"), {1: "pass"})
        with pytest.raises(FormatError, match="not written from this project"):
            other.reviews.import_answers(json.dumps(own | {"items": [*own["items"], "sha256:0"]}))


@pytest.mark.parametrize("altered", ["seed", "packet", "guidelines", "order", "fewer"])
def test_an_altered_packet_is_refused(finished, page, bring, altered):
    document = answered(page, {1: "pass"})
    if altered == "order":
        document["items"] = document["items"][::-1]
    elif altered == "fewer":
        document["items"] = document["items"][:-1]
    else:
        document[altered] = "sha256:0"

    with pytest.raises(FormatError, match="changed after it was written"):
        bring(document)
    assert finished.reviews.of_run("latest") == []


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "not the answers of a review packet"),
        ({"format": "other"}, "not the answers of a review packet"),
        ({"version": 99}, "another version"),
        ({"run": 3}, "which packet"),
        ({"items": "all"}, "which items"),
        ({"answers": None}, "no list"),
        ({"answers": [3]}, "answer 1 does not say what it is about"),
        ({"reviewer": "x" * 201}, "name is too long"),
    ],
)
def test_what_is_no_file_of_answers_is_refused(finished, page, broken, problem):
    text = broken if isinstance(broken, str) else json.dumps(answered(page, {1: "pass"}) | broken)

    with pytest.raises(FormatError, match=problem):
        finished.reviews.import_answers(text)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ({"verdict": "maybe"}, "'maybe' is no verdict"),
        ({"verdict": ["pass"]}, "is no verdict"),
        ({"verdict": "pass", "note": 3}, "not a book"),
        ({"verdict": "pass", "note": "x" * 10_001}, "not a book"),
        ({"verdict": "pass", "item": "sha256:0"}, "one that its packet does not have"),
    ],
)
def test_one_wrong_answer_and_nothing_is_stored(finished, page, bring, answer, problem):
    with pytest.raises(FormatError, match=problem):
        bring(answered(page, {1: "pass", 2: answer}))
    assert finished.reviews.of_run("latest") == []


@pytest.mark.parametrize("seconds", [None, -1, "2", 1e9])
def test_a_time_that_cannot_be_is_unknown(finished, page, bring, seconds):
    bring(answered(page, {1: {"verdict": "pass", "seconds": seconds, "judged_at": "yesterday"}}))

    assert [review.seconds for review in finished.reviews.of_run("latest")] == [None]


def test_only_reviewers_whom_the_project_names_are_brought_in(tmp_path, models):
    with open_project(make_project(tmp_path / "p", TOML + '[people]\nreviewers = ["dora"]\n')) as wb:
        fill(wb)
        wb.run("answer@1", "golden", models="one")
        page = wb.reviews.packet_page("latest")

        with pytest.raises(NotAllowedError, match="emil is not among the reviewers"):
            wb.reviews.import_answers(json.dumps(answered(page, {1: "pass"}, reviewer="emil")))
        assert wb.reviews.import_answers(json.dumps(answered(page, {1: "pass"}))).stored == 1
