"""A CSV sheet goes out, is filled in with a spreadsheet, and comes back."""

from __future__ import annotations

import csv
import io

import pytest

from tests.support.completers import Scripted, an_answer
from workbench.domain.review_queue import Filtered, Pairs, QueueWork, RandomSample
from workbench.errors import FormatError, InputError
from workbench.formats.csv_cells import neutral


@pytest.fixture
def sheet(finished, tmp_path):
    path = tmp_path / "review.csv"
    assert finished.reviews.export("latest", path) == 12
    return path


def table(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def fill_in(path, cells, *, delimiter=",", keep=lambda row: True):
    """Save it as a spreadsheet would, with these cells by row number."""
    rows = table(path)
    for number, said in cells.items():
        rows[number].update(said)
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys(), delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(row for row in rows if keep(row))
    path.write_text(out.getvalue(), encoding="utf-8-sig", newline="")


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_verdicts_come_back_whatever_the_spreadsheet_saves(finished, sheet, delimiter):
    rows = table(sheet)
    said = {0: {"verdict": "Pass"}, 4: {"verdict": "fail", "note": "wrong\nand long", "what failed": "vague | late"}}
    fill_in(sheet, said, delimiter=delimiter, keep=lambda row: row["item"] != rows[7]["item"])

    assert finished.reviews.import_(sheet) == 2
    found = {review.trial_id: review for review in finished.reviews.of_run("latest")}
    assert found[rows[0]["item"]].verdict == "pass"
    assert (found[rows[4]["item"]].note, found[rows[4]["item"]].tags) == ("wrong\nand long", ("vague", "late"))
    assert finished.reviews.import_(sheet) == 0


def test_the_sheet_says_nowhere_who_wrote_an_answer(finished, sheet):
    text = sheet.read_text()

    assert not any(word in text for word in ("answer@1", "answer@2", "openai"))


def test_no_cell_is_a_formula(filled, models, tmp_path):
    models.script("one", Scripted(lambda request: an_answer('=HYPERLINK("http://x","y")')))
    filled.run("answer@1", "golden", models="one")
    path = tmp_path / "review.csv"
    filled.reviews.export("latest", path)

    assert all(neutral(cell) == cell for row in table(path) for cell in row.values())
    fill_in(path, {0: {"verdict": "pass"}})
    assert filled.reviews.import_(path) == 1


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({0: {"verdict": "good"}}, "line 2, column 'verdict': 'good' is no verdict"),
        ({1: {"verdict": "pass", "answer": "Another answer."}}, "the answer in this row was changed"),
        ({0: {"verdict": "pass", "check": "0000"}}, "the answer was another when the sheet was written"),
        ({0: {"verdict": "pass", "item": "sha256:0"}}, "not written from this project"),
        ({2: {"packet": "r0000/"}}, "rows of several sheets"),
        ({0: {"verdict": "pass", "note": "x" * 10_001}}, "a note is no book"),
    ],
)
def test_a_sheet_that_was_changed_is_refused_whole(finished, sheet, cells, problem):
    fill_in(sheet, {5: {"verdict": "pass"}, **cells})

    with pytest.raises(FormatError, match=problem):
        finished.reviews.import_(sheet)
    assert finished.reviews.of_run("latest") == []


def test_what_is_no_sheet_is_refused(finished, tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(FormatError, match="it has no columns packet, item"):
        finished.reviews.import_(path)


def test_a_conflict_is_reported_and_nothing_stored_until_it_is_said_whose_counts(finished, sheet):
    fill_in(sheet, {0: {"verdict": "pass"}})
    finished.reviews.import_(sheet)
    fill_in(sheet, {0: {"verdict": "fail"}, 1: {"verdict": "fail"}})

    with pytest.raises(InputError, match=r"answer 1 \(stored pass, in the file fail\)"):
        finished.reviews.import_(sheet)
    done = finished.reviews.import_sheet(sheet.read_text(), keep="theirs", reviewer="dora")
    assert (done.reviewer, done.stored, len(done.conflicts)) == ("dora", 2, 0)
    assert finished.reviews.import_(sheet, keep="theirs") == 2


def test_verdicts_on_a_queue_keep_its_purpose(finished, tmp_path):
    path = tmp_path / "learn.csv"
    queue = finished.reviews.queues.create("latest", Filtered(arm="answer@1"), QueueWork(repeats=0))
    assert finished.reviews.export(queue.id, path) == 6
    fill_in(path, {0: {"verdict": "fail", "note": "vague"}})
    finished.reviews.import_(path)

    (found,) = finished.reviews.of_run("latest")
    assert (found.purpose, found.queue, found.shown) == ("learn", queue.id, finished.reviews.case(found.trial_id).shown)
    assert [item.trial_id for item in finished.reviews.queues.desk(queue.id).items if item.judged] == [found.trial_id]


def test_a_page_of_a_queue_comes_back_to_it(finished):
    import json

    from tests.support.packets import answered, packet_data

    queue = finished.reviews.queues.create("latest", RandomSample(4), QueueWork(repeats=0))
    page = finished.reviews.packet_page(queue.id)
    document = answered(page, {1: {"verdict": "fail", "tags": ["vague"]}})
    assert len(packet_data(page)["items"]) == 4
    finished.reviews.import_answers(json.dumps(document))

    (found,) = finished.reviews.of_run("latest")
    assert (found.queue, found.purpose, found.tags, found.reviewer) == (queue.id, "estimate", ("vague",), "dora")
    for changed in ({"queue": None}, {"queue": "q000"}):
        with pytest.raises(FormatError):
            finished.reviews.import_answers(json.dumps(document | changed))


def test_pairs_do_not_go_into_a_packet(contested):
    queue = contested.reviews.queues.create("latest", Pairs())
    with pytest.raises(InputError, match="holds pairs"):
        contested.reviews.packet_page(queue.id)
