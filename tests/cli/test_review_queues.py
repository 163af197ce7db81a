"""Queues, disagreements and sheets from the command line."""

import json

from tests.support.oidc_provider import Provider, write_secrets
from tests.support.projects import open_project
from tests.support.reviewed import reviewed


def test_a_queue_is_made_listed_shown_and_closed(workbench):
    made = json.loads(workbench("review", "queue", "create", "latest", "--of", "random", "-n", "5", "--json").out)
    (line,) = json.loads(workbench("review", "queue", "list", "--json").out)
    shown = json.loads(workbench("review", "queue", "show", made["queue"], "--json").out)

    assert (made["items"], made["purpose"], made["of"]) == (5, "estimate", "random")
    assert (line["queue"], line["left"], line["judged"]) == (made["queue"], 5, 0)
    assert shown["result"]["passed"] == 0
    assert made["queue"] in workbench("review", "queue", "list").out
    assert "You judged 0 answers" in workbench("review", "queue", "show", made["queue"]).out
    assert "is closed" in workbench("review", "queue", "close", made["queue"]).err
    assert "There is no review queue" in workbench("review", "queue", "list").err


def test_a_queue_comes_with_the_whole_address_that_reviewers_open(workbench, project):
    made = workbench("review", "queue", "create", "latest")
    queue = made.out.split()[0]
    assert f"http://127.0.0.1:8501/review?queue={queue}\n" in made.err

    write_secrets(project, Provider(), "https://prompts.example.org")
    made = workbench("review", "queue", "create", "latest")
    assert f"https://prompts.example.org/review?queue={made.out.split()[0]}\n" in made.err


def test_what_cannot_be_a_queue_is_refused_with_a_way_out(workbench):
    for wrong, way_out in (
        (["--of", "random"], "-n 40"),
        (["--tag", "x"], "--of filter"),
        (["--of", "random", "-n", "5", "--arm", "answer@1"], "goes with --of pairs and --of filter"),
        (["--of", "flaky", "--between", "arms"], "goes with --of disagreements"),
        (["--of", "disagreements"], "people disagree on none"),
        (["--of", "pairs"], "same text"),
    ):
        refused = workbench("review", "queue", "create", "latest", *wrong)
        assert refused.code == 2
        assert way_out in refused.err


def test_disagreements_are_listed_settled_and_opened_again(workbench, project):
    with open_project(project) as wb:
        trial = wb.reviews.queue("latest")[0].trial_id
        reviewed(wb, [trial], {"ben": "p", "cy": "f"})
    run = ("review", "adjudicate", "latest")

    listed = workbench(*run)
    assert "ben: pass, ben says pass" in listed.out
    assert "cy: fail" in listed.out
    settled = workbench(*run, "--answer", trial[:20], "--verdict", "fail", "--note", "no fee", "--as", "dora")
    assert "settled by dora: fail, no fee" in settled.out
    assert json.loads(workbench(*run, "--json").out)[0]["settled"] == "fail"
    assert "settled" not in workbench(*run, "--answer", trial[:20], "--reopen").out
    assert workbench(*run, "--answer", trial[:20]).code == 2
    assert "They disagree on 1." in workbench("review", "agreement", "latest").out


def test_a_sheet_goes_out_and_comes_back(workbench, project):
    assert "Wrote 12 answers to sheet.csv" in workbench("review", "export", "latest", "--to", "sheet.csv").err
    path = project / "sheet.csv"
    head, first, *rest = path.read_text(encoding="utf-8").split("\n")
    path.write_text("\n".join([head, first.removesuffix(",,,") + ",pass,good,", *rest]), encoding="utf-8")

    assert "Stored 1 verdict of dora" in workbench("review", "import", "sheet.csv", "--as", "dora").err
