"""Overview: what to do next, and what happened lately."""

from workbench import Workbench


def text_of(at):
    return " ".join(e.value for kind in (at.markdown, at.caption, at.title) for e in kind).replace("\\", "")


def test_it_names_the_project_and_lists_its_runs(project, show):
    at = show("overview")

    assert not at.exception
    assert at.title[0].value == "library"
    assert "12 of 12 done" in text_of(at)
    assert "cost $0" in text_of(at)


def test_every_step_has_a_button_that_leads_there(project, show):
    at = show("overview")
    compare = next(button for button in at.button if button.label == "Compare")

    at = compare.click().run()

    assert not at.exception
    assert at.title[0].value == "Compare"


def test_releases_are_listed_once_a_version_is_approved(project, show):
    with Workbench.open(project) as wb:
        wb.releases.approve("desk@2", note="Better.")

    at = show("overview")

    releases = next(frame.value for frame in at.dataframe if "Release" in frame.value.columns)
    assert list(releases["Version"]) == ["desk@2"]


def test_an_empty_project_offers_three_things_to_bring_each_with_a_sample(empty_project, show):
    at = show("overview")

    assert not at.exception
    assert [heading.value for heading in at.subheader] == ["Bring documents", "Bring a golden set", "Write a prompt"]
    assert len(at.get("download_button")) == 3
    assert any("workbench demo" in info.value for info in at.info)


def test_a_project_name_that_looks_like_markup_is_shown_as_it_is(empty_project, show):
    (empty_project / "workbench.toml").write_text('[project]\nname = "**bold** [a](http://b)"\n', encoding="utf-8")

    at = show("overview")

    assert at.title[0].value == "\\*\\*bold\\*\\* \\[a\\]\\(http\\:\\/\\/b\\)".replace("\\/", "/")
