"""Environments on the Release page: one step on, one click back, undone at will, and how services fetch them."""

import pytest

from tests.support.projects import begin_with
from tests.support.shown_page import press, shown
from tests.ui.conftest import made_of
from workbench import Workbench
from workbench.domain.actor import Actor

VIEW = {"prompt": "desk", "view": "environments"}


@pytest.fixture(scope="module")
def released_once(built_project, tmp_path_factory):
    def release(wb):
        wb.releases.approve("desk@1")
        wb.releases.promote("desk@1")
        wb.releases.promote("desk@1")
        wb.releases.approve("desk@2")
        return wb.root

    return made_of(built_project, tmp_path_factory, release)


@pytest.fixture
def released(released_once, project):
    """Two releases: the first stands in staging and production, the second in dev."""
    return begin_with(released_once, project)


def standing(project):
    with Workbench.open(project) as wb:
        return [None if one is None else one.version for one in wb.releases.environments("desk").values()]


def test_before_the_first_approval_it_is_said_how_a_release_comes_here(project, show):
    assert "Nothing of this prompt was approved yet" in shown(show("release", **VIEW))


def test_a_release_goes_on_a_step_and_back_and_forth_with_a_click_each(released, show):
    at = show("release", **VIEW)
    assert [b.label for b in at.button if b.label.startswith("Promote")] == ["Promote 1\\.1\\.0 to staging"]

    press(at, "Promote 1.1.0 to staging")
    press(at, "Promote 1.1.0 to production")
    assert standing(released) == ["1.1.0", "1.1.0", "1.1.0"]
    assert "Production has **1.1.0** instead of 1.0.0, from now on." in shown(at)

    at.button(key="rollback-production").click().run()
    assert standing(released) == ["1.1.0", "1.1.0", "1.0.0"]

    press(at, "Undo")
    assert standing(released) == ["1.1.0", "1.1.0", "1.1.0"]
    press(at, "Undo")
    assert standing(released) == ["1.1.0", "1.1.0", "1.0.0"]
    assert not at.exception


def test_an_older_release_is_put_somewhere_with_a_reason_and_the_history_tells_it(released, show):
    at = show("release", **VIEW)
    press(at, "Promote 1.1.0 to staging")

    box = next(b for b in at.selectbox if b.label == "Release")
    box.select_index(1)
    next(b for b in at.selectbox if b.label == "Environment" and b.key is None).select("staging")
    at.text_input(key="move-reason").input("wait for the lawyers")
    press(at, "Put it there")

    assert standing(released) == ["1.1.0", "1.0.0", "1.0.0"]
    rows = at.table[0].value.to_dict("records")
    assert rows[0]["Why"] == "wait for the lawyers"


def test_who_may_not_promote_reads_why(released, show):
    with (released / "workbench.toml").open("a", encoding="utf-8") as file:
        file.write('\n[people]\napprovers = ["ben"]\n')
    at = show("release", **VIEW)
    press(at, "Promote 1.1.0 to staging")

    press(at, "Promote 1.1.0 to production")

    assert "ann is not among the approvers" in shown(at)
    assert standing(released)[2] == "1.0.0"


def test_a_lapsed_release_is_not_promoted_further(released, show):
    with Workbench.open(released, actor=Actor("ben")) as wb:
        wb.datasets.save("golden", list(wb.datasets.examples("golden"))[:5], source="fewer")

    at = show("release", **VIEW)

    assert "Its approval lapsed: the dataset golden changed." in shown(at)
    assert not [button for button in at.button if button.label.startswith("Promote")]


def test_the_address_to_fetch_from_names_the_token_and_never_shows_it(released, show, monkeypatch):
    monkeypatch.setenv("WORKBENCH_API_TOKEN", "very-secret-token")

    at = show("release", **VIEW, serve="staging")

    code = "\n".join(block.value for block in at.code)
    assert "/api/prompts/desk?environment=staging" in code
    assert "Bearer $WORKBENCH_API_TOKEN" in code
    assert "very-secret-token" not in code + shown(at)


def test_rechecks_that_were_made_are_told_and_the_command_for_the_next(released, show):
    with Workbench.open(released, actor=Actor("ben")) as wb:
        release = wb.releases.list("desk")[0]
        wb.context.write(
            lambda s: wb.context.record(s, "release rechecked", "desk 1.0.0", run=release.evidence.run, outcome="worse")
        )

    at = show("release", **VIEW)

    assert "worse than when it was approved" in shown(at)
    assert "workbench recheck desk" in [block.value for block in at.code]
