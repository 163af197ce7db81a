"""A failure mode becomes a judge's question in one step, and that step can be undone."""

import pytest

from workbench.errors import InputError, NotAllowedError

OWN = """
# how we write
[judges.style]
model = "one"  # cheap
criteria = ["Is it short?"]

[judges.groundedness]
model = "one"
"""


@pytest.fixture
def wb(wb):
    file = wb.root / "workbench.toml"
    file.write_text(file.read_text() + OWN)
    opened = wb.with_settings_of_now()
    opened.failures.edit.add("Invents a fee", "A fee that no source states.")
    return opened


def test_a_judge_of_its_own_begins_with_the_projects_model(wb):
    given = wb.failures.questions.ask("Invents a fee")

    now = wb.with_settings_of_now()
    judge = now.measures.judge("invents-a-fee")
    assert (given.judge, given.began_judge) == ("invents-a-fee", True)
    assert judge.rubric.questions == ("Is the answer free of this fault: Invents a fee (a fee that no source states)?",)
    assert [juror.alias for juror in judge.jurors] == ["one"]
    assert [one.question for one in now.failures.questions.all()] == [given.question]
    entry = wb.audit.list()[-1]
    assert (entry.detail["judge"], entry.detail["question"]) == (given.judge, given.question)
    assert entry.detail["file"] != entry.detail["file_before"]


def test_undo_takes_it_out_again_and_nothing_else(wb):
    before = (wb.root / "workbench.toml").read_text()
    wb.failures.questions.ask("Invents a fee", "style", "Is it free of made-up fees?")
    assert (
        '# cheap\ncriteria = ["Is it short?", "Is it free of made-up fees?"]'
        in (wb.root / "workbench.toml").read_text()
    )

    assert wb.failures.undo().action == "asked"

    assert (wb.root / "workbench.toml").read_text() == before
    assert wb.with_settings_of_now().failures.questions.all() == []


def test_a_file_that_is_a_link_stays_one_and_keeps_its_rights(wb, tmp_path):
    file = wb.root / "workbench.toml"
    elsewhere = tmp_path / "shared.toml"
    file.rename(elsewhere)
    elsewhere.chmod(0o600)
    file.symlink_to(elsewhere)

    wb.failures.questions.ask("Invents a fee")

    assert file.is_symlink()
    assert elsewhere.stat().st_mode & 0o777 == 0o600
    assert "invents-a-fee" in elsewhere.read_text()


@pytest.mark.parametrize(
    ("judge", "question", "said"),
    [
        ("groundedness", None, "rubric of its own"),
        ("correctness", None, "name of a new judge"),
        ("../x", None, "name of a new judge"),
        ("style", "Is it short?", "already"),
        ("style", "two\x00lines", "can be read"),
        ("style", "q" * 501, "500"),
    ],
)
def test_what_would_not_be_right_changes_nothing(wb, judge, question, said):
    before = (wb.root / "workbench.toml").read_bytes()

    with pytest.raises(InputError, match=said):
        wb.failures.questions.ask("Invents a fee", judge, question)

    assert (wb.root / "workbench.toml").read_bytes() == before
    assert wb.failures.last_step().action == "added"


def test_more_questions_than_a_judge_can_have_are_refused_and_nothing_is_recorded(wb):
    file = wb.root / "workbench.toml"
    many = ", ".join(f'"Is it {n}?"' for n in range(20))
    file.write_text(file.read_text().replace('"Is it short?"', many))
    before = file.read_text()

    with pytest.raises(InputError, match="would not be right any more"):
        wb.failures.questions.ask("Invents a fee", "style")

    assert file.read_text() == before
    assert wb.failures.last_step().action == "added"
    assert [path.name for path in wb.root.iterdir() if path.name.endswith(".new")] == []


def test_a_reviewer_without_the_role_cannot_set_up_judges(wb):
    from workbench.domain.actor import Actor

    reviewer = wb.acting_as(Actor("eve", frozenset({"reviewer"})))

    with pytest.raises(NotAllowedError):
        reviewer.failures.questions.ask("Invents a fee")
