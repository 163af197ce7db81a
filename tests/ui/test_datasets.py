import json

import pytest

from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.domain.dataset import Example
from workbench.workspace.goldens.sheets import table


def button(at, label):
    return next(b for b in at.button if b.label.startswith(label))


def html(at):
    return "".join(e.proto.body for e in at.get("html"))


def upload(at, name, text):
    at.file_uploader[0].set_value((name, text.encode(), "text/plain")).run()
    return at


def sets(project):
    with Workbench.open(project) as wb:
        return {version.name: version.number for version in wb.datasets.list()}


def test_the_rows_of_the_first_set_are_shown(project, show):
    at = show("datasets")

    assert not at.exception
    frame = at.dataframe[0].value
    assert list(frame["Id"]) == ["q-1", "q-2", "q-3", "q-4", "q-5", "q-6"]
    assert list(frame["Should"])[-1] == "decline"
    assert list(frame["Checks"]) == [1, 1, 1, 1, 1, 0]


def test_rows_are_found_by_words_and_by_tag(project, show):
    at = show("datasets", tag="loans")
    assert list(at.dataframe[0].value["Id"]) == ["q-3", "q-4"]

    next(line for line in at.text_input if line.label == "Search").set_value("LATE book").run()
    assert list(at.dataframe[0].value["Id"]) == ["q-4"]

    next(line for line in at.text_input if line.label == "Search").set_value("nothing like it").run()
    assert not at.dataframe
    assert "No row fits" in at.info[0].value


def test_a_link_opens_a_row_in_full(project, show):
    at = show("datasets", set="golden", row="q-4")

    assert not at.exception
    assert "Answer" not in at.subheader[0].value
    assert "What does a late book cost a day?" in [text.value for text in at.text]
    assert "loans.md#Late books" in html(at)


def test_what_is_expected_can_be_corrected_where_the_row_is_read(project, show):
    at = show("datasets", set="golden", row="q-4")
    next(a for a in at.text_area if a.label == "Expected answer").set_value("20 cents a day")
    button(at, "Save as version 2").click().run()

    with Workbench.open(project) as wb:
        before, after = wb.datasets.examples("golden@1"), wb.datasets.examples("golden@2")
    assert [b.expected == a.expected for b, a in zip(before, after, strict=True)] == [True] * 3 + [False] + [True] * 2
    assert after[3].checks == before[3].checks


def test_an_edited_table_that_was_kept_opens_again_after_a_reload_and_is_saved(project, show):
    with Workbench.open(project) as wb:
        cells = table(wb.datasets.examples("golden@1"))
        cells[0]["expected"] = "at 9 am"
        del cells[5]
        wb.acting_as(Actor("ann")).datasets.keep_draft("golden", cells, base=1)

    at = show("datasets", set="golden", view="edit")
    assert not at.exception
    assert any("1 changed, 1 removed" in said.value for said in at.markdown)

    button(at, "Save as version 2").click().run()
    with Workbench.open(project) as wb:
        assert wb.datasets.get("golden@2").parent == 1
        assert wb.datasets.examples("golden@2")[0].expected == "at 9 am"
        assert wb.acting_as(Actor("ann")).datasets.draft("golden") is None


def test_discarded_changes_come_back_with_undo(project, show):
    with Workbench.open(project) as wb:
        cells = table(wb.datasets.examples("golden@1"))[:2]
        wb.acting_as(Actor("ann")).datasets.keep_draft("golden", cells, base=1)
    at = show("datasets", set="golden", view="edit")

    button(at, "Discard changes").click().run()
    assert any("Nothing changed" in said.value for said in at.markdown)

    button(at, "Undo").click().run()
    assert any("4 removed" in said.value for said in at.markdown)


def test_opening_the_editor_keeps_no_draft(project, show):
    at = show("datasets", set="golden", view="edit")

    assert not at.exception
    with Workbench.open(project) as wb:
        assert wb.acting_as(Actor("ann")).datasets.draft("golden") is None


def test_what_changed_between_versions_is_shown_by_row(project, show):
    with Workbench.open(project) as wb:
        rows = list(wb.datasets.examples("golden@1"))
        wb.datasets.save("golden", [*rows[1:], Example("q-7", {"question": "New?"})], parent=1)
    at = show("datasets", set="golden", view="changes")

    assert not at.exception
    assert any("1 added, 1 removed" in said.value for said in at.markdown)


def test_a_file_is_imported_under_its_name(empty_project, show):
    at = upload(show("datasets"), "desk.csv", "question,expected\nWhen?,At nine\n")
    button(at, "Import").click().run()

    assert not at.exception
    assert sets(empty_project) == {"desk": 1}
    assert list(at.dataframe[0].value["Asked"]) == ["When?"]


def test_columns_of_other_names_are_asked_about_and_read_as_chosen(empty_project, show):
    at = upload(show("datasets"), "desk.csv", "question,ground_truth,area\nWhen?,At nine,hours\n")
    assert {box.label.replace("\\", ""): box.value for box in at.selectbox} == {
        "Column question": "inputs.question",
        "Column ground_truth": "expected",
        "Column area": "inputs.area",
    }
    next(box for box in at.selectbox if "area" in box.label).set_value("cluster").run()
    button(at, "Import").click().run()

    with Workbench.open(empty_project) as wb:
        (row,) = wb.datasets.examples("desk")
    assert (row.inputs, row.expected, row.cluster) == ({"question": "When?"}, "At nine", "hours")


def test_an_input_is_called_as_a_person_types_it(empty_project, show):
    at = upload(show("datasets"), "desk.csv", "Nr;Question;Ideal answer\n1;When?;At nine\n")
    assert [box.value for box in at.selectbox] == ["id", "inputs.question", "expected"]
    called = next(line for line in at.text_input if line.label == "What the prompt calls Question")
    assert called.value == "question"
    called.set_value("query").run()
    button(at, "Import").click().run()

    with Workbench.open(empty_project) as wb:
        (row,) = wb.datasets.examples("desk")
    assert (row.id, row.inputs, row.expected) == ("1", {"query": "When?"}, "At nine")


def test_a_wrong_file_names_every_place_and_stores_nothing(empty_project, show):
    lines = [{"inputs": {"question": "a"}}, {"inputs": {"question": "b"}, "expect": "perhaps"}, {"inputs": 3}]
    at = upload(show("datasets"), "bad.jsonl", "\n".join(map(json.dumps, lines)))
    button(at, "Import").click().run()

    assert "Nothing was imported" in at.error[0].value
    said = next(code.value for code in at.code)
    assert "bad.jsonl, line 2" in said
    assert "bad.jsonl, line 3" in said
    assert sets(empty_project) == {}
    assert next(line for line in at.text_input if line.label.startswith("Name")).value == "bad"


@pytest.mark.parametrize("data", ["", "\x00", "[", '{"a": 1', "a,b\n1"])
def test_a_broken_upload_is_an_error_and_never_a_crash(data, empty_project, show):
    at = upload(show("datasets"), "x.csv", data)
    button(at, "Import").click().run()

    assert not at.exception
    assert at.error
    assert sets(empty_project) == {}


def test_an_empty_project_offers_samples_and_an_upload(empty_project, show):
    at = show("datasets")

    assert not at.exception
    assert len(at.file_uploader) == 1
    assert [b.proto.label for b in at.get("download_button")] == [
        "A sample as CSV",
        "A sample as JSON Lines",
        "Attacks to try a prompt with",
    ]


def test_hostile_names_and_cells_are_shown_as_text(empty_project, show):
    with Workbench.open(empty_project) as wb:
        wb.datasets.save("a<b>*c*", [Example("<i>x", {"question": "<img src=x onerror=alert(1)>"}, tags=("<b>t",))])
    at = show("datasets", row="<i>x")

    assert not at.exception
    assert "<b>" not in html(at)
    assert "<img" not in html(at)
