"""Prompts: asking the columns, what differs in the answers, the whole set, correcting a row, and forking."""

import pytest

from workbench import Workbench
from workbench.workspace.prompts.drafting import fields_from


def html(at):
    return "".join(e.proto.body for e in at.get("html"))


def press(at, label):
    next(b for b in at.button if b.label.startswith(label)).click()
    return at.run()


def area(at, label):
    return next(one for one in at.text_area if one.label.startswith(label))


@pytest.fixture
def tried(project, show):
    """Both versions asked the question about the doors, with differences shown."""
    return press(show("prompts", set="golden", row="q-3", differences="true"), "Try")


def test_the_words_in_which_answers_differ_are_marked_while_differences_are_shown(tried):
    answers = html(tried).partition("21 days")
    assert answers[1]
    assert "<ins" in html(tried) or "<del" in html(tried)

    next(t for t in tried.toggle if t.label == "Show differences").set_value(False).run()

    assert "<ins" not in html(tried)
    assert "<del" not in html(tried)


def test_the_answer_to_a_draft_stays_when_it_is_saved_and_what_was_not_tried_says_how(project, show):
    at = press(show("prompts", columns="1", c1="2", set="golden", row="q-3"), "Edit")
    area(at, "Text of message 1").set_value("Use only the sources. Be kind.").run()
    said = [c.value for c in at.caption]
    assert sum("Not tried yet" in one for one in said) == 2

    press(press(at, "Try"), "Save as version 3")

    said = [c.value for c in at.caption]
    assert at.query_params["c2"] == "3"
    assert sum("tokens · cost" in one for one in said) == 2
    assert not any("Not tried yet" in one or "before the last change" in one for one in said)


def test_the_whole_set_is_run_from_here_with_its_estimate_and_opens_as_a_run(project, show):
    at = show("prompts", set="golden", whole="true", model2="offline/reader")
    assert not at.exception
    said = " ".join(e.value for e in [*at.markdown, *at.caption]).replace("\\", "")
    assert "2 versions x 1 model x 6 questions" in said
    assert "12 answers" in said

    next(b for b in at.button if b.label == "Start").click().run()

    assert not at.exception
    assert at.title[0].value == "Run"
    with Workbench.open(project) as wb:
        assert len(wb.runs.list()) == 2


def test_a_draft_alone_cannot_be_run_on_the_whole_set(project, show):
    at = press(show("prompts", columns="1", c1="2"), "Edit")
    at = show("prompts", columns="1", c1="draft-1")

    assert next(t for t in at.toggle if t.label.startswith("Run on the whole set")).disabled


def test_an_expected_answer_is_corrected_from_an_answer_with_where_it_is_from(tried, project):
    assert next(b for b in tried.button if b.label.startswith("Save as golden")).disabled
    press(tried, "Take the answer of v2")
    area(tried, "What a good answer says").set_value("For 21 days.").run()
    assert 'aria-label="removed"' in html(tried)

    press(tried, "Save as golden version 2")

    assert not tried.exception
    with Workbench.open(project) as wb:
        before, row = (next(e for e in wb.datasets.examples(f"golden@{n}") if e.id == "q-3") for n in (1, 2))
        assert (before.expected, row.expected) == ("21 days", "For 21 days.")
        assert row.metadata["corrected_by"] == "ann"
        assert row.metadata["corrected_while_trying"] == ["desk v1", "desk v2"]
        assert row.metadata["expected_before"] == "21 days"
        assert row.checks == before.checks


def test_what_is_typed_by_hand_is_there_after_a_reload(project, show):
    area(show("prompts", set="by-hand"), "question").set_value("Is there tea?").run()

    again = show("prompts", set="by-hand")

    assert area(again, "question").value == "Is there tea?"
    with Workbench.open(project) as wb:
        assert wb.prompts.drafts() == []


def test_a_version_is_forked_into_a_prompt_of_its_own(project, show):
    at = show("prompts", columns="1", c1="2")
    next(line for line in at.text_input if line.label == "Name of the new prompt").set_value("kiosk")
    press(at, "Start a new prompt from it")

    assert not at.exception
    with Workbench.open(project) as wb:
        (draft,) = wb.prompts.drafts()
        fields = fields_from(draft.fields)
        assert (draft.prompt, draft.base, fields.changelog) == ("kiosk", None, "From desk@2.")
    press(at, "Save as version 1")
    with Workbench.open(project) as wb:
        assert wb.prompts.get("kiosk@1").hash == wb.prompts.get("desk@2").hash


def test_an_unknown_variable_is_saved_only_when_somebody_said_that_it_is_meant(project, show):
    at = press(show("prompts", columns="1", c1="1", set="golden"), "Edit")
    area(at, "Text of message 2").set_value("{{context}} {{question}} {{contxt}}").run()
    assert next(b for b in at.button if b.label.startswith("Save as version")).disabled

    next(box for box in at.checkbox if "is meant" in box.label).check().run()
    press(at, "Save as version 3")

    with Workbench.open(project) as wb:
        assert wb.prompts.get("desk@3").content.variables == ("context", "question", "contxt")


def test_what_two_tabs_typed_at_once_is_kept_twice(project, show):
    at = press(show("prompts", columns="1", c1="2"), "Edit")
    with Workbench.open(project) as wb:
        (draft,) = wb.prompts.drafts()
        wb.prompts.keep_draft("desk", {**draft.fields, "refusal": "Sorry."}, slot=draft.slot, base=draft.base)

    area(at, "Text of message 1").set_value("Be kind.").run()

    with Workbench.open(project) as wb:
        mine, theirs = (fields_from(one.fields) for one in sorted(wb.prompts.drafts(), key=lambda d: d.slot))
    assert mine.messages[0].content == "Be kind."
    assert theirs.refusal == "Sorry."


def test_the_form_of_an_answer_is_said_in_words(project, show):
    at = press(show("prompts", columns="1", c1="2"), "Edit")
    press(at, "Begin with a simple form")

    assert not at.exception
    assert any("found: yes or no" in c.value.replace("\\", "") for c in at.caption)
    with Workbench.open(project) as wb:
        assert '"found"' in fields_from(wb.prompts.drafts()[0].fields).response_schema
