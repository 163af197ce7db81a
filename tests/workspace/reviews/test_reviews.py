import json

import pytest

from tests.support.completers import Scripted, an_answer
from tests.support.projects import TOML, fill, make_project, open_project
from workbench.domain.actor import Actor
from workbench.errors import FormatError, InputError, NotAllowedError
from workbench.store import reviews as stored_reviews


def read_lines(path):
    return [json.loads(line) for line in path.read_text().split("\n") if line]


def write_lines(path, lines):
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def as_(wb, name):
    return wb.acting_as(Actor(name))


@pytest.fixture
def exported(finished, tmp_path):
    path = tmp_path / "review.jsonl"
    assert finished.reviews.export("latest", path) == 12
    return path


def test_the_order_is_the_reviewers_own_and_stays_the_same(finished):
    run = finished.runs.find("latest")
    orders = {name: [item.trial_id for item in as_(finished, name).reviews.queue(run)] for name in ("ann", "ben")}

    assert orders["ann"] == [item.trial_id for item in as_(finished, "ann").reviews.queue(run)]
    assert orders["ann"] != orders["ben"]
    assert set(orders["ann"]) == set(orders["ben"])


def test_the_answers_of_one_question_stand_together(finished):
    examples = [item.example_id for item in finished.reviews.queue(finished.runs.find("latest"))]

    assert examples[::2] == examples[1::2]


def test_neither_the_case_nor_the_export_says_who_wrote_an_answer(finished, exported):
    case = finished.reviews.case(finished.reviews.queue(finished.runs.find("latest"))[0].trial_id)
    arms = finished.runs.info("latest").arms

    for text in (repr(case), exported.read_text()):
        assert not any(arm in text or arm.partition(":")[0] in text for arm in arms)
        assert "openai" not in text
    assert set(read_lines(exported)[0]) == {"trial_id", "inputs", "answer", "sources", "verdict", "note"}


def test_a_later_verdict_counts_and_the_earlier_one_stays(finished):
    trial = finished.reviews.queue(finished.runs.find("latest"))[0].trial_id
    finished.reviews.give(trial, "fail", note="too long")
    finished.reviews.give(trial, "pass", seconds=3.5)

    (counts,) = finished.reviews.of_run("latest")
    assert (counts.verdict, counts.reviewer, counts.seconds) == ("pass", "ann", 3.5)
    history = finished.context.read(lambda s: stored_reviews.history(s, trial))
    assert [review.verdict for review in history] == ["fail", "pass"]


def test_a_verdict_taken_back_does_not_count_and_its_history_stays(finished):
    trial = finished.reviews.queue(finished.runs.find("latest"))[0].trial_id
    finished.reviews.give(trial, "fail")
    finished.reviews.withdraw(trial)

    assert finished.reviews.of_run("latest") == []
    assert len(finished.context.read(lambda s: stored_reviews.history(s, trial))) == 2
    assert [entry.detail["verdict"] for entry in finished.audit.list(2)] == ["fail", None]


def test_an_import_stores_filled_in_lines_and_leaves_the_others(finished, exported):
    lines = read_lines(exported)
    lines[0] |= {"verdict": "pass", "note": "good"}
    lines[3] |= {"verdict": "fail"}
    write_lines(exported, lines)

    assert finished.reviews.import_(exported) == 2
    given = {review.trial_id: (review.verdict, review.note) for review in finished.reviews.of_run("latest")}
    assert given == {lines[0]["trial_id"]: ("pass", "good"), lines[3]["trial_id"]: ("fail", "")}


def test_the_same_file_imported_twice_stores_nothing_new(finished, exported):
    lines = read_lines(exported)
    lines[0] |= {"verdict": "pass", "note": "good"}
    write_lines(exported, lines)
    finished.reviews.import_(exported)

    assert finished.reviews.import_(exported) == 0
    finished.reviews.export("latest", exported)
    assert finished.reviews.import_(exported) == 0


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ('{"trial_id": "x"', r"line 2, column \d+: this is not JSON"),
        ("[1]", "line 2: a line is an object with `trial_id`"),
        ('{"trial_id": "sha256:0", "verdict": "pass"}', "line 2: this answer is not in this project"),
        ('{"trial_id": "sha256:0", "verdict": "maybe"}', "line 2, column 'verdict': 'maybe' is no verdict"),
        ('{"trial_id": "sha256:0", "verdict": ["pass"]}', "line 2, column 'verdict'"),
        ('{"trial_id": "sha256:0", "verdict": "pass", "note": 3}', "line 2, column 'note'"),
        ("[" * 100_000, "line 2: this is nested too deeply"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_of_the_file_is_stored(finished, exported, broken, problem):
    lines = read_lines(exported)
    right = [json.dumps(line | {"verdict": "pass"}) for line in lines]
    exported.write_text("\n".join([right[0], broken, *right[1:]]) + "\n")
    entries = len(finished.audit.list())

    with pytest.raises(FormatError, match=problem):
        finished.reviews.import_(exported)

    assert finished.reviews.of_run("latest") == []
    assert len(finished.audit.list()) == entries


def test_an_answer_with_line_separators_comes_back_as_one_line(filled, models, tmp_path):
    models.script("one", Scripted(lambda request: an_answer("a\u2028b\u0085c\x0bd")))
    filled.run("answer@1", "golden", models="one")
    path = tmp_path / "review.jsonl"
    filled.reviews.export("latest", path)
    text = path.read_text(encoding="utf-8").replace('"verdict": ""', '"verdict": "unsure"')
    path.write_text(text, encoding="utf-8", newline="")

    assert filled.reviews.import_(path) == 6


def test_who_may_review_is_said_in_the_settings(tmp_path, models):
    with open_project(make_project(tmp_path / "p", TOML + '[people]\nreviewers = ["chris"]\n')) as wb:
        fill(wb)
        wb.run("answer@1", "golden", models="one")
        trial = wb.reviews.queue("latest")[0].trial_id

        with pytest.raises(NotAllowedError, match="ann is not among the reviewers"):
            wb.reviews.give(trial, "pass")
        as_(wb, "chris").reviews.give(trial, "pass")
        assert [review.reviewer for review in wb.reviews.of_run("latest")] == ["chris"]


def test_an_engineer_without_the_role_does_not_review(finished):
    trial = finished.reviews.queue(finished.runs.find("latest"))[0].trial_id

    with pytest.raises(NotAllowedError, match="may not review answers"):
        finished.acting_as(Actor("eve", frozenset({"engineer"}))).reviews.give(trial, "pass")


def test_what_is_no_verdict_no_answer_or_no_note_is_refused(finished):
    trial = finished.reviews.queue(finished.runs.find("latest"))[0].trial_id

    with pytest.raises(InputError, match="no verdict"):
        finished.reviews.give(trial, "maybe")
    with pytest.raises(InputError, match="not there any more"):
        finished.reviews.give("sha256:0", "pass")
    with pytest.raises(InputError, match="not there any more"):
        finished.reviews.case("sha256:0")
    with pytest.raises(InputError, match="characters"):
        finished.reviews.give(trial, "pass", note="x" * 10_001)
    assert finished.reviews.of_run(finished.runs.find("latest")) == []
