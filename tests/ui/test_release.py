"""The Release page: evidence, approval in words, files that are proved, history."""

import pytest

from tests.support.builders import a_content
from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.domain.prompt import PromptFile

LABEL = "desk@2"


def shown(at):
    kinds = ("markdown", "caption", "info", "warning", "error", "success", "title", "subheader")
    texts = [str(element.value) for kind in kinds for element in getattr(at, kind)]
    tables = [str(table.value.to_dict()) for table in at.table]
    return "\n".join([*texts, *(block.body for block in at.get("html")), *tables]).replace("\\", "")


def press(at, label):
    return next(button for button in at.button if label in button.label.replace("\\", "")).click().run()


def test_an_empty_project_leads_to_the_prompts_page(empty_project, show):
    at = show("release")

    assert not at.exception
    assert "no prompt yet" in at.info[0].value


def test_versions_stand_with_their_state_and_the_newest_is_looked_at(project, show):
    at = show("release")

    assert not at.exception
    table = at.table[0].value
    assert [name.replace("\\", "") for name in table["Version"]] == ["desk@2", "desk@1"]
    assert set(table["State"]) == {"◐ run"}
    assert at.selectbox[1].value == "2"


@pytest.mark.parametrize("link", [{"prompt": "desk@1"}, {"prompt": "desk", "version": "1"}])
def test_a_link_opens_a_version(project, show, link):
    at = show("release", **link)

    assert at.selectbox[1].value == "1"
    assert "A first attempt." in shown(at)


def test_evidence_gives_the_verdict_and_figures_with_their_number_of_examples(project, show):
    text = shown(show("release", prompt=LABEL))

    with Workbench.open(project) as wb:
        comparison = wb.compare("latest")
    sentence = next(pair.sentence for pair in comparison.pairs if pair.metric == comparison.headline)
    assert sentence in text
    assert "n 6" in text
    assert "6 of 6" in text


def test_an_approval_is_recorded_with_its_note_and_evidence(project, show):
    at = show("release", prompt=LABEL)

    at.text_area[0].input("Read all six.")
    press(at, "Approve")

    assert not at.exception
    assert "Approved as **1.0.0** by ann" in shown(at)
    with Workbench.open(project) as wb:
        (release,) = wb.releases.list("desk")
        assert release.evidence.run == wb.runs.find("latest")
    assert (release.note, release.approver) == ("Read all six.", "ann")


def test_approving_ones_own_version_without_a_run_is_said_plainly(project, show):
    with Workbench.open(project, actor=Actor("ann")) as wb:
        wb.add_prompt(PromptFile("own", a_content("Answer {{question}}")))
    at = show("release", prompt="own")
    assert "You wrote this version" in shown(at)
    assert "never run" in shown(at)
    press(at, "Approve")
    assert "No run shows what own@1 does" in shown(at) + at.error[0].proto.title

    at.text_area[0].input("Prescribed by law.")
    press(at, "Approve")

    assert "Self-approved" in shown(at)
    assert "without a run as evidence" in shown(at)


def test_who_may_not_approve_reads_why_and_finds_no_button(project, show):
    with (project / "workbench.toml").open("a", encoding="utf-8") as file:
        file.write('\n[people]\napprovers = ["ben"]\n')

    at = show("release", prompt=LABEL)

    assert "ann is not among the approvers" in shown(at)
    assert not [button for button in at.button if "Approve" in button.label]


def test_an_approved_version_is_exported_and_verified(project, show):
    with Workbench.open(project, actor=Actor("ben")) as wb:
        wb.releases.approve(LABEL)
    at = show("release", prompt=LABEL)

    at.text_input[0].input(str(project / "out"))
    press(at, "Export 1.0.0")

    assert not at.exception
    assert "4 files written" in shown(at)
    assert f"{project / 'out'} matches 1.0.0." in shown(at)


def test_a_changed_file_is_named(project, show):
    with Workbench.open(project, actor=Actor("ben")) as wb:
        wb.releases.approve(LABEL)
        wb.releases.export(LABEL, project / "out")
    (project / "out/prompts/desk/versions/1.0.0.evidence.json").write_text("{}", encoding="utf-8")

    text = shown(show("release", prompt=LABEL))

    assert "differs from what was exported" in text
    assert "1.0.0.evidence.json" in text


def test_a_folder_that_cannot_be_written_is_an_error_beside_the_form(project, show):
    with Workbench.open(project, actor=Actor("ben")) as wb:
        wb.releases.approve(LABEL)
    (project / "taken").write_text("a file", encoding="utf-8")
    at = show("release", prompt=LABEL)

    at.text_input[0].input(str(project / "taken"))
    press(at, "Export 1.0.0")

    assert not at.exception
    assert "cannot be" in at.error[0].proto.title.replace("\\", "") + at.error[0].value
    assert at.text_input[0].value == str(project / "taken")


def test_the_second_release_is_compared_with_the_first(project, show):
    with Workbench.open(project, actor=Actor("ben")) as wb:
        wb.releases.approve("desk@1")

    at = show("release", prompt=LABEL)

    assert [box.label.replace("\\", "") for box in at.expander if "Difference" in box.label] == [
        "Difference to release 1.0.0 (desk@1)"
    ]
