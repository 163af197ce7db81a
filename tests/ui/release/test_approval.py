"""Approving on the Release page: evidence and gate, asking, signing, sending back, and what became of it."""

import pytest

from tests.support.builders import a_content
from tests.support.shown_page import press, shown
from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.domain.gate import Gate, GateRule
from workbench.domain.prompt import PromptFile

LABEL = "desk@2"
STRICT = '\n[gates.release]\nrules = [{ metric = "correct", at_least = 0.99 }, { labels_at_least = 5 }]\n'
TEAM = '\n[people]\napprovers = ["ann", "ben", "cleo"]\nsign_offs = 2\n'


def add(project, toml):
    with (project / "workbench.toml").open("a", encoding="utf-8") as file:
        file.write(toml)


def as_person(project, name):
    return Workbench.open(project, actor=Actor(name))


def note(at, text, field="note"):
    at.text_area(key=f"{field}-{LABEL}").input(text)


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


def test_the_line_says_how_far_the_prompt_has_come(project, show):
    with as_person(project, "ben") as wb:
        wb.releases.approve("desk@1")

    line = next(block.body for block in show("release").get("html") if "How far" in block.body)

    stations = [part.partition("</li>")[0] for part in line.split("<li")[1:]]
    assert ["Candidate" in one and "v2" in one for one in stations].index(True) == 1
    assert "1.0.0" in stations[3]
    assert "1.0.0" in stations[4]
    assert "–" in stations[6]


def test_evidence_gives_the_verdict_and_figures_with_their_number_of_examples(project, show):
    at = show("release", prompt=LABEL)

    with Workbench.open(project) as wb:
        comparison = wb.compare("latest")
    sentence = next(pair.sentence for pair in comparison.pairs if pair.metric == comparison.headline)
    assert sentence in shown(at)
    figures = "\n".join(table.value.to_csv() for table in at.table).replace("\\", "")
    assert "n\N{NO-BREAK SPACE}6" in figures
    assert "6 of 6" in figures


def test_every_rule_of_the_gate_stands_with_its_number_and_a_way_to_settle_it(project, show):
    add(project, STRICT)

    at = show("release", prompt=LABEL)

    text = shown(at)
    assert "✗ fails" in text
    assert "Correct at least 99%" in text
    assert "? cannot tell yet" in text
    assert "People judged at least 5 answers" in text
    links = [link.proto.label for link in at.get("page_link")]
    assert {"Read the answers", "Review answers"} <= set(links)


def test_an_approval_is_recorded_with_its_note_and_evidence(project, show):
    at = show("release", prompt=LABEL)

    note(at, "Read all six.")
    press(at, "Approve desk@2")

    assert not at.exception
    assert "Approved as **1.0.0** by ann" in shown(at)
    with Workbench.open(project) as wb:
        (release,) = wb.releases.list("desk")
        assert release.evidence.run == wb.runs.find("latest")
    assert (release.note, release.approver) == ("Read all six.", "ann")


def test_approving_ones_own_version_asks_for_a_sentence_why(project, show, monkeypatch):
    with Workbench.open(project) as wb:
        monkeypatch.setenv("WORKBENCH_USER", wb.prompts.get(LABEL).author)
    at = show("release", prompt=LABEL)
    press(at, "Approve desk@2")
    assert "You wrote desk@2 yourself" in shown(at)

    note(at, "A spelling mistake only.")
    press(at, "Approve desk@2")

    assert "Self-approved" in shown(at)


def test_approving_ones_own_version_without_a_run_is_said_plainly(project, show):
    with as_person(project, "ann") as wb:
        wb.add_prompt(PromptFile("own", a_content("Answer {{question}}")))
    at = show("release", prompt="own")
    assert "You wrote this version" in shown(at)
    assert "never run" in shown(at)
    press(at, "Approve own@1")
    assert "No run shows what own@1 does" in shown(at)

    at.text_area(key="note-own@1").input("Prescribed by law.")
    press(at, "Approve own@1")

    assert "Self-approved" in shown(at)
    assert "without a run as evidence" in shown(at)


def test_a_team_asks_signs_and_sees_whose_yes_is_lacking(project, show):
    add(project, TEAM)
    at = show("release", prompt=LABEL)
    note(at, "Cites its sources now.", "changelog")
    press(at, "Ask for approval")
    assert "Asked for by ann" in shown(at)
    assert "**2 of 2** sign-offs" in shown(at)

    with as_person(project, "ben") as wb:
        assert wb.releases.approve(LABEL, note="fine") is None
    text = shown(at.run())
    assert "**ben** signed" in text
    assert "**1 of 2** sign-offs, from ann, cleo" in text
    press(at, "Approve desk@2")

    assert "Approved as **1.0.0** by ben, ann" in shown(at)
    with Workbench.open(project) as wb:
        assert wb.releases.list("desk")[0].changelog == "Cites its sources now."


def test_a_version_is_sent_back_with_what_is_missing_and_asked_for_again(project, show):
    with as_person(project, "ben") as wb:
        wb.releases.request(LABEL)
    at = show("release", prompt=LABEL)
    press(at, "Send back")
    assert "says why" in shown(at)

    note(at, "Say what happens on Sundays.", "reason")
    press(at, "Send back")

    assert "Sent back by ann" in shown(at)
    assert "Say what happens on Sundays." in shown(at)
    press(at, "Ask for approval")
    assert "Asked for by ann" in shown(at)


def test_who_asked_withdraws_the_request_and_finds_the_form_again_and_others_do_not(project, show):
    at = show("release", prompt=LABEL)
    press(at, "Ask for approval")
    press(at, "Withdraw the request")
    assert "Asked for by" not in shown(at)
    press(at, "Ask for approval")
    assert "Asked for by ann" in shown(at)
    press(at, "Withdraw the request")

    with as_person(project, "ben") as wb:
        wb.releases.request(LABEL)
    assert "Asked for by ben" in shown(at.run())
    assert "Withdraw the request" not in [button.label for button in at.button]


def test_a_gate_that_does_not_pass_is_gone_past_with_a_reason_only(project, show):
    add(project, STRICT)
    at = show("release", prompt=LABEL)
    press(at, "Approve desk@2")
    assert "does not pass gate release" in shown(at)

    at.text_input(key=f"override-{LABEL}").input("The two rows are wrong themselves.")
    press(at, "Approve desk@2")

    assert "approved all the same: The two rows are wrong themselves." in shown(at)


def test_a_gate_that_was_changed_after_the_run_asks_why_before_an_approval(project, show):
    with as_person(project, "ben") as wb:
        wb.gates.save("release", Gate((GateRule(metric="correct", at_least=0.2),)))
        wb.with_settings_of_now().gates.save("release", Gate((GateRule(metric="correct", at_least=0.1),)))
    at = show("release", prompt=LABEL)
    press(at, "Approve desk@2")
    with Workbench.open(project) as wb:
        unexplained = not wb.gates.list()[0].reason
    assert unexplained

    at = show("release", prompt="desk@1")
    at.text_input(key="changed-desk@1").input("The bar was a typo.")
    press(at, "Approve desk@1")

    with Workbench.open(project) as wb:
        assert wb.gates.list()[0].reason == "The bar was a typo."


def test_who_may_not_approve_reads_why_and_finds_no_button(project, show):
    add(project, '\n[people]\napprovers = ["ben"]\n')

    at = show("release", prompt=LABEL)

    assert "ann is not among the approvers" in shown(at)
    assert not [button for button in at.button if button.label.startswith("Approve ")]


def test_an_approval_that_lapsed_says_why_and_what_to_do(project, show):
    with as_person(project, "ben") as wb:
        wb.releases.approve(LABEL)
        wb.datasets.save("golden", list(wb.datasets.examples("golden"))[:5], source="fewer")

    at = show("release", prompt=LABEL)

    assert "The approval of 1.0.0 lapsed" in shown(at)
    assert "dataset golden changed" in shown(at)
    assert "Run desk@2 again" in [link.proto.label.replace("\\", "") for link in at.get("page_link")]


def test_the_second_release_is_held_against_the_first(project, show):
    with as_person(project, "ben") as wb:
        wb.releases.approve("desk@1")
        wb.releases.approve(LABEL)

    at = show("release", prompt=LABEL)

    assert [box.label.replace("\\", "") for box in at.expander if "Difference" in box.label] == [
        "Difference to release 1.0.0 (desk@1)"
    ]
