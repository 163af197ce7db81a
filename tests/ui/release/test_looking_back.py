"""Two releases compared, and the history of a prompt, on the Release page."""

from pathlib import Path

from tests.support.shown_page import shown
from workbench import Workbench
from workbench.domain.actor import Actor


def release_both(project: Path) -> None:
    with Workbench.open(project, actor=Actor("ben")) as wb:
        wb.releases.approve("desk@1")
        wb.releases.approve("desk@2")


def test_one_release_is_not_compared_with_anything(project, show):
    assert "Nothing of this prompt is approved yet" in shown(show("release", prompt="desk", view="compare"))


def test_two_releases_stand_beside_each_other_with_diff_and_figures(project, show):
    release_both(project)

    at = show("release", prompt="desk", view="compare")

    assert not at.exception
    assert "Use only the sources." in shown(at)
    rows = at.table[1].value.to_dict("records")
    correct = next(row for row in rows if row["Score"] == "Correct")
    assert "n 6" in correct["1\\.1\\.0"]
    assert "point" in correct["Difference"]


def test_a_link_names_the_two_releases(project, show):
    release_both(project)

    at = show("release", prompt="desk", view="compare", before="1.1.0", after="1.0.0")

    assert [row["Version"].replace("\\", "") for row in at.table[0].value.to_dict("records")] == ["desk@2", "desk@1"]


def test_the_log_of_a_prompt_is_its_own_unless_all_is_wanted(project, show):
    release_both(project)

    own = show("release", prompt="desk", view="history")
    everything = show("release", prompt="desk", view="history", all="true")

    assert "Chain intact" in shown(own)
    told = own.dataframe[0].value
    assert all(subject.startswith("desk") for subject in told["About"])
    assert "version approved" in list(told["What"])
    assert len(everything.dataframe[0].value) > len(told)
