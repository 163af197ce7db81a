import pytest

from tests.support.builders import a_content
from workbench import Workbench
from workbench.domain.prompt import FewShot, PromptFile
from workbench.ui.components.text import plain
from workbench.workspace.prompts.drafting import fields_from, file_from

ATTACK = "<img src=x onerror=alert(1)> **bold** [a](http://evil.example) {{question}}"


def texts(at):
    return [*(e.value for e in at.markdown), *(e.value for e in at.caption), *(e.value for e in at.warning)]


def html(at):
    return "".join(e.proto.body for e in at.get("html"))


def button(at, label):
    return next(b for b in at.button if b.label.startswith(label))


def message(at, number):
    return next(area for area in at.text_area if area.label == f"Text of message {number}")


def drafts(project):
    with Workbench.open(project) as wb:
        return wb.prompts.drafts()


@pytest.fixture
def editing(project, show):
    """The page with version 2 in the first column and a draft of it in the second."""
    at = show("prompts", prompt="desk", columns="1", c1="2")
    button(at, "Edit").click()
    return at.run()


def test_the_newest_versions_stand_side_by_side(project, show):
    at = show("prompts")

    assert not at.exception
    assert [box.value for box in at.selectbox if box.label.startswith("Column")] == ["1", "2"]
    assert "Answer the question." in html(at)
    assert "Use only the sources." in html(at)


def test_a_link_restores_prompt_and_columns(project, show):
    at = show("prompts", prompt="desk", columns="3", c1="2", c2="1", c3="1")

    assert [box.value for box in at.selectbox if box.label.startswith("Column")] == ["2", "1", "1"]


def test_versions_that_another_page_links_to_stand_in_columns(project, show):
    at = show("prompts", prompt=["desk@2", "desk@1", "desk@2"])

    assert [box.value for box in at.selectbox if box.label.startswith("Column")] == ["2", "1", "2"]


def test_what_an_address_says_of_things_that_are_gone_is_passed_over(project, show):
    at = show("prompts", prompt="nobody", columns="99", c1="draft-7", c2="<script>", row="q-999", set="gone")

    assert not at.exception
    assert [box.value for box in at.selectbox if box.label.startswith("Column")] == ["1", "2"]


def test_a_draft_is_kept_as_it_is_typed_and_survives_a_reload(editing, project, show):
    message(editing, 1).set_value("Be kind.").run()

    again = show("prompts", prompt="desk", columns="2", c2="draft-1")

    assert message(again, 1).value == "Be kind."
    assert fields_from(drafts(project)[0].fields).messages[0].content == "Be kind."
    assert drafts(project)[0].base == 2


def test_opening_a_draft_changes_nothing_in_it(editing, project):
    assert not editing.exception
    with Workbench.open(project) as wb:
        assert file_from("desk", fields_from(drafts(project)[0].fields)).content.hash == wb.prompts.get("desk@2").hash


def test_a_mistyped_variable_is_pointed_out(editing):
    message(editing, 2).set_value("{{contxt}} {{question}}").run()

    assert any("contxt" in said and "is not known" in said for said in (w.value for w in editing.warning))


def test_a_draft_that_cannot_be_rendered_cannot_be_saved_and_is_kept(editing, project):
    message(editing, 2).set_value("{{question").run()

    assert "never closed" in editing.error[0].value
    assert button(editing, "Save as version 3").disabled
    assert fields_from(drafts(project)[0].fields).messages[1].content == "{{question"


def test_a_draft_becomes_the_next_version_with_its_reason(editing, project):
    message(editing, 1).set_value("Be kind.").run()
    next(line for line in editing.text_input if line.label == "Why this version").set_value("Kinder.").run()
    button(editing, "Save as version 3").click().run()

    with Workbench.open(project) as wb:
        saved = wb.prompts.get("desk@3")
        assert (saved.content.messages[0].content, saved.changelog, saved.parent) == ("Be kind.", "Kinder.", 2)
        assert wb.prompts.drafts() == []
    assert "Be kind." in html(editing)


def test_saving_what_is_a_version_already_says_which(editing, project):
    button(editing, "Save as version 3").click().run()

    assert "version 2 already" in editing.info[0].value
    assert len(drafts(project)) == 1


def test_messages_can_be_added_and_removed_without_losing_the_others(editing, project):
    message(editing, 1).set_value("First.").run()
    button(editing, "Add message").click().run()
    message(editing, 3).set_value("Third.").run()
    next(b for b in editing.button if b.help == "Remove message 2").click().run()

    assert [m.content for m in fields_from(drafts(project)[0].fields).messages] == ["First.", "Third."]
    assert message(editing, 2).value == "Third."

    message(editing, 2).set_value("Third, mended.").run()
    button(editing, "Undo").click().run()
    said = [m.content for m in fields_from(drafts(project)[0].fields).messages]
    assert (said[0], said[2]) == ("First.", "Third, mended.")
    assert "{{question}}" in said[1]
    assert not [b for b in editing.button if b.label == "Undo"]


def test_examples_in_the_prompt_can_be_added_and_filled(editing, project):
    button(editing, "Add an example").click().run()
    next(a for a in editing.text_area if a.label == "2. question").set_value("Is there tea?").run()
    next(a for a in editing.text_area if a.label.startswith("2. The answer")).set_value("No.").run()

    pair = fields_from(drafts(project)[0].fields).few_shot[1]
    assert (pair.inputs, pair.output) == ({"question": "Is there tea?"}, "No.")


def test_a_discarded_draft_comes_back_with_undo(editing, project):
    message(editing, 1).set_value("Be kind.").run()
    button(editing, "Discard draft").click().run()
    assert drafts(project) == []

    button(editing, "Undo").click().run()

    assert fields_from(drafts(project)[0].fields).messages[0].content == "Be kind."
    assert message(editing, 1).value == "Be kind."


def test_what_another_tab_typed_is_taken_over(editing, project):
    with Workbench.open(project) as wb:
        draft = wb.prompts.drafts()[0]
        fields = {**draft.fields, "refusal": "Sorry."}
        wb.prompts.keep_draft("desk", fields, slot=draft.slot, base=draft.base)

    editing.run()

    assert next(line for line in editing.text_input if line.label.startswith("The sentence")).value == "Sorry."
    assert fields_from(drafts(project)[0].fields).refusal == "Sorry."


def test_the_differences_of_two_versions_are_marked(project, show):
    at = show("prompts", differences="true")
    next(t for t in at.toggle if t.label == "Show differences").set_value(True)
    at.run()

    assert "Differences" in [s.value for s in at.subheader]
    assert "Use only the sources" in html(at)
    assert 'aria-label="removed"' in html(at)
    assert 'aria-label="added"' in html(at)


def test_trying_shows_both_answers_with_their_sources_and_what_they_took(project, show):
    at = show("prompts", set="golden", row="q-3")
    next(b for b in at.button if b.label == "Try").click().run()

    assert not at.exception
    assert "21 days" in html(at)
    facts = [caption.value for caption in at.caption if "tokens" in caption.value and "cites" in caption.value]
    assert len(facts) == 2
    assert "✓ cited" in html(at)


def test_an_answer_to_an_older_text_says_so(editing):
    next(b for b in editing.button if b.label == "Try").click().run()
    assert not any("before the last change" in said for said in texts(editing))

    message(editing, 1).set_value("Be kind.").run()

    assert any("before the last change" in said for said in texts(editing))


def test_inputs_can_be_typed_by_hand(project, show):
    at = show("prompts", set="by-hand")
    next(a for a in at.text_area if a.label == "question").set_value("What does a late book cost a day?")
    next(b for b in at.button if b.label == "Try").click().run()

    assert not at.exception
    assert "20 cents" in html(at)


def test_another_example_is_the_next_row(project, show):
    at = show("prompts", set="golden", row="q-1")
    button(at, "Another").click().run()

    assert next(box for box in at.selectbox if box.label == "Example").value == "q-2"


def test_the_first_prompt_can_be_written_at_once(empty_project, show):
    at = show("prompts")
    assert not at.exception
    next(line for line in at.text_input if line.label == "Name").set_value("support")
    button(at, "Start writing").click().run()

    assert message(at, 1).value.startswith("Use only the sources.")
    button(at, "Save as version 1").click().run()
    with Workbench.open(empty_project) as wb:
        assert wb.prompts.get("support@1").parent is None


@pytest.mark.parametrize("name", ["", "two words", "desk", "../etc"])
def test_a_name_that_cannot_be_used_is_refused_and_stays_in_the_field(name, project, show):
    at = show("prompts")
    next(line for line in at.text_input if line.label == "Name").set_value(name)
    button(at, "Start writing").click().run()

    assert at.error
    assert next(line for line in at.text_input if line.label == "Name").value == name
    assert drafts(project) == []


def test_text_of_prompts_is_never_markup(project, show):
    with Workbench.open(project) as wb:
        wb.prompts.save(PromptFile("attack", a_content(user=ATTACK), changelog="![x](http://evil.example/x.png)"))
    at = show("prompts", prompt="attack")

    assert not at.exception
    assert "<img" not in html(at)
    assert "&lt;img" in html(at)
    assert not any("](http" in said.replace("\\]\\(http", "") for said in texts(at))


SAMPLE = """prompt_name: support
messages:
  - {role: user, content: "{{question}}"}
"""


def test_a_prompt_file_is_imported_and_shown(empty_project, show):
    at = show("prompts")
    at.file_uploader[0].set_value(("support.prompt.yaml", SAMPLE.encode(), "application/yaml")).run()
    button(at, "Save").click().run()

    assert not at.exception
    assert "{{question}}" in html(at)
    with Workbench.open(empty_project) as wb:
        assert [version.label for version in wb.prompts.list()] == ["support@1"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (SAMPLE.replace("user", "usr").encode(), "line 3"),
        (b"\xff\xfe", "UTF"),
        (b"", "empty"),
    ],
)
def test_a_prompt_file_that_cannot_be_read_says_where_and_stores_nothing(data, said, empty_project, show):
    at = show("prompts")
    at.file_uploader[0].set_value(("support.prompt.yaml", data, "application/yaml")).run()

    assert said in at.error[0].proto.title.replace("\\", "") + at.error[0].value
    with Workbench.open(empty_project) as wb:
        assert list(wb.prompts.list()) == []


def test_names_within_a_prompt_are_never_markup(project, show):
    name = "![x](https://evil.example/x.png)"
    with Workbench.open(project) as wb:
        pair = FewShot({"question": "a", name: "b"}, "c")
        version = wb.prompts.save(PromptFile("attack", a_content(few_shot=(pair,))))
    at = show("prompts", prompt="attack", c1=str(version.version))
    button(at, "Edit").click().run()

    labels = [area.label for area in at.text_area]
    assert f"1. {plain(name)}" in labels
    assert f"1. {name}" not in labels
