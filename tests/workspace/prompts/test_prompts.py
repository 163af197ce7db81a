import pytest

from tests.support.builders import a_content
from tests.support.projects import CAREFUL, PLAIN, open_project
from workbench.domain.actor import Actor
from workbench.domain.prompt import Message, PromptContent, PromptFile, RetrievalSettings
from workbench.errors import FormatError, InputError, NotAllowedError, NotFoundError, TemplateError


def test_a_saved_file_becomes_version_1_and_the_same_content_is_not_saved_twice(wb):
    first = wb.prompts.add(wb.root / "plain.prompt.yaml")
    again = wb.prompts.add(wb.root / "plain.prompt.yaml")

    assert (first.name, first.version, first.created) == ("answer", 1, True)
    assert (again.version, again.hash, again.created) == (1, first.hash, False)


def test_a_changed_file_becomes_the_next_version_and_the_earlier_one_stays(wb):
    wb.prompts.add(wb.root / "plain.prompt.yaml")
    wb.prompts.add(wb.root / "careful.prompt.yaml")

    assert [version.number for version in wb.prompts.versions("answer")] == [1, 2]
    assert wb.prompts.get("answer").number == 2
    assert [message.role for message in wb.prompts.get("answer@1").content.messages] == ["user"]


def test_what_is_shown_of_a_version_can_be_saved_again_as_the_same_version(wb):
    wb.prompts.add(wb.root / "careful.prompt.yaml")
    (wb.root / "shown.prompt.yaml").write_text(wb.prompts.text("answer"))

    assert not wb.prompts.add(wb.root / "shown.prompt.yaml").created


def test_a_diff_names_both_versions_and_leaves_out_what_changes_no_behaviour(wb):
    wb.prompts.add(wb.root / "plain.prompt.yaml")
    wb.prompts.add(wb.root / "careful.prompt.yaml")

    diff = wb.prompts.diff("answer@1", "answer@2")

    assert diff.startswith("--- answer@1")
    assert "+  content: Answer in one sentence." in diff
    assert "shorter" not in diff
    assert wb.prompts.diff("answer@1", "answer@1") == ""


def test_a_line_end_at_the_end_of_a_message_is_a_difference_only_where_there_is_no_other(wb):
    def save(*texts):
        messages = tuple(Message("user", text) for text in texts)
        return wb.prompts.save(PromptFile("ends", PromptContent(messages))).version

    for texts in (("a\nb", "short"), ("a\nb\n", "short\n"), ("a\nc\n\n", "short\n")):
        save(*texts)

    changed = [line for line in wb.prompts.diff("ends@1", "ends@3").splitlines()[2:] if line[0] in "+-"]
    assert changed == ["-    b", "+    c"]
    assert [text.count("content: |\n") for text in wb.prompts.texts_to_compare("ends@1", "ends@3")] == [1, 1]
    assert "-  content: |-" in wb.prompts.diff("ends@1", "ends@2")


def test_a_wrong_file_is_named_with_its_line_and_nothing_is_stored(wb):
    path = wb.root / "wrong.prompt.yaml"
    path.write_text(PLAIN + "modle: gpt-4o\n")

    with pytest.raises(FormatError, match=r"wrong\.prompt\.yaml, line \d+.*modle"):
        wb.prompts.add(path)

    assert wb.prompts.list() == []
    assert wb.audit.list() == []


def test_of_several_files_none_is_saved_when_one_is_wrong(wb):
    (wb.root / "wrong.prompt.yaml").write_text("prompt_name: [")

    with pytest.raises(FormatError):
        wb.prompts.add_all([wb.root / "plain.prompt.yaml", wb.root / "wrong.prompt.yaml"])
    assert wb.prompts.list() == []

    saved = wb.prompts.add_all([wb.root / "plain.prompt.yaml", wb.root / "careful.prompt.yaml"])
    assert [one.version for one in saved] == [1, 2]


@pytest.mark.parametrize("reference", ["answer@0", "answer@x", "@1", "answer@²"])
def test_a_reference_that_is_no_version_is_refused(wb, reference):
    with pytest.raises(InputError, match="is not a version"):
        wb.prompts.get(reference)


def test_an_unknown_name_is_answered_with_the_nearest(wb):
    wb.prompts.add(wb.root / "plain.prompt.yaml")

    with pytest.raises(NotFoundError, match="Did you mean 'answer'"):
        wb.prompts.get("anwser")


def test_saving_is_recorded_once_with_the_hash(wb):
    saved = wb.prompts.add(wb.root / "plain.prompt.yaml")
    wb.prompts.add(wb.root / "plain.prompt.yaml")

    (entry,) = wb.audit.list()
    assert (entry.actor, entry.action, entry.subject) == ("ann", "prompt saved", "answer@1")
    assert entry.detail["hash"] == saved.hash


def test_a_reviewer_does_not_save_prompts(wb):
    reviewer = wb.acting_as(Actor("chris", frozenset({"reviewer"})))

    with pytest.raises(NotAllowedError, match="chris may not save a prompt"):
        reviewer.prompts.add(wb.root / "plain.prompt.yaml")


def test_a_draft_survives_reopening_and_belongs_to_its_author(project):
    with open_project(project) as wb:
        wb.prompts.keep_draft("answer", {"template": "{{unfinished"}, base=1)
    with open_project(project) as wb:
        assert wb.prompts.draft("answer").fields == {"template": "{{unfinished"}
        assert wb.acting_as(Actor("ben")).prompts.draft("answer") is None
        wb.prompts.discard_draft("answer")
        assert wb.prompts.draft("answer") is None


def test_a_changelog_alone_makes_no_new_version(wb):
    wb.prompts.add(wb.root / "careful.prompt.yaml")
    (wb.root / "careful.prompt.yaml").write_text(CAREFUL.replace("shorter", "much shorter"))

    assert not wb.prompts.add(wb.root / "careful.prompt.yaml").created


def test_a_version_goes_to_langchain_with_the_messages_that_a_run_sends(wb):
    wb.prompts.save(PromptFile("greeting", a_content("{{question}} <b>as is</b>", system="Be kind.")))

    messages = wb.prompts.to_langchain("greeting").format_messages(question="How & why?")

    assert [(m.type, m.content) for m in messages] == [
        ("system", "Be kind."),
        ("human", "How & why? <b>as is</b>"),
    ]


def test_a_version_that_can_never_show_a_source_is_refused_and_an_index_that_is_missing_is_told(wb):
    def prompt(**settings):
        return PromptFile("answer", a_content(user="{{context}}", retrieval=RetrievalSettings("handbook", **settings)))

    with pytest.raises(TemplateError, match="min_score is 2"):
        wb.prompts.save(prompt(min_score=2.0))
    assert wb.prompts.list() == []

    assert wb.prompts.save(prompt(min_score=1.0)).notes == (
        "There is no index 'handbook' yet. Build it before the prompt is run.",
    )
