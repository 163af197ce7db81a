"""Having a model group reviewers' notes over HTTP: one call, its cost known before, counted, and held to the budget."""

from __future__ import annotations

import json

import pytest

from tests.support.http_projects import INPUT_USD, OUTPUT_USD, make_http_project, open_http_project
from tests.support.openai_server import OpenAIServer, malformed_json, ok
from tests.support.reviewed import noted
from tests.support.verdicts import code_of
from workbench.errors import BudgetReachedError, InputError, ProviderError, UnusableAnswerError

NOTES = {"q-1": "invents a fee", "q-2": "made-up <b>fee</b>", "q-3": "rude"}


def grouped(*modes):
    async def reply(asked, http):
        found = [{"name": name, "description": "d", "notes": notes} for name, notes in modes]
        return await ok(json.dumps({"code": code_of(asked), "modes": found}))(asked, http)

    return reply


@pytest.fixture(scope="module")
def server():
    with OpenAIServer() as opened:
        yield opened


@pytest.fixture
def wb(tmp_path, server):
    server.requests.clear()
    server.default = ok("It is lent for 1 day.")
    project = make_http_project(tmp_path / "desk", {"tiny": server}, 3)
    with open_http_project(project) as opened:
        opened.run(["answer@1"], "golden", models="tiny", metrics=["length"])
        noted(opened, "answer@1:tiny", NOTES)
        server.requests.clear()
        yield opened


def spent(wb):
    return wb.context.read(lambda s: s.rows("SELECT what, usd FROM spend_apart"))


def test_one_call_proposes_groups_and_its_cost_is_within_what_was_said(wb, server):
    most = wb.failures.grouping_call("latest", model="tiny").most_usd
    assert server.requests == []
    server.script(grouped(("Invents a <b>fee</b>", [1, 2])))

    made = wb.failures.group_by_model("latest", model="tiny")

    (asked,) = server.requests
    found = wb.failures.analysis("latest")
    assert [(group.name, len(group.notes)) for group in found.groups] == [("Invents a <b>fee</b>", 2)]
    assert found.modes == []
    assert asked.body["max_tokens"] == 20
    assert spent(wb) == [("grouping notes", made.cost_usd)]
    assert 0 < made.cost_usd <= most


def test_a_group_named_like_a_mode_joins_it(wb, server):
    wb.failures.edit.add("Rude")
    server.script(grouped(("rude", [3])))

    wb.failures.group_by_model("latest", model="tiny")
    wb.failures.edit.accept(wb.failures.analysis("latest").groups)

    assert [mode.name for mode in wb.failures.analysis("latest").modes] == ["Rude"]
    assert '"Rude"' in server.requests[0].prompt


@pytest.mark.parametrize(
    "reply", [ok("Fees, mostly."), grouped(("Fee", [1, 9])), ok('{"modes": [{"name', finish_reason="length")]
)
def test_what_cannot_be_used_is_refused_nothing_is_proposed_and_the_cost_counts(wb, server, reply):
    server.script(reply)

    with pytest.raises(UnusableAnswerError, match="Nothing was sorted"):
        wb.failures.group_by_model("latest", model="tiny")

    assert wb.failures.analysis("latest").proposal is None
    assert len(spent(wb)) == 1
    assert spent(wb)[0][1] >= INPUT_USD + OUTPUT_USD


def test_a_broken_answer_says_so(wb, server):
    server.script(malformed_json())

    with pytest.raises(ProviderError):
        wb.failures.group_by_model("latest", model="tiny")


def test_no_call_is_made_beyond_the_months_budget(wb, server):
    (wb.root / "workbench.toml").write_text(
        (wb.root / "workbench.toml").read_text() + "\n[budget]\nmonth_usd = 0.000001\n"
    )

    with pytest.raises(BudgetReachedError):
        wb.with_settings_of_now().failures.group_by_model("latest", model="tiny")

    assert server.requests == []


def test_models_that_only_extract_are_not_asked(wb):
    with pytest.raises(InputError, match="extracts"):
        wb.failures.group_by_model("latest", model="offline/reader")
