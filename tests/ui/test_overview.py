"""Overview: what to do next, and what happened lately."""

from tests.support.trials import an_output
from workbench import Workbench
from workbench.store import trials


def text_of(at):
    return " ".join(e.value for kind in (at.markdown, at.caption, at.title) for e in kind).replace("\\", "")


def test_it_names_the_project_and_lists_its_runs(seen):
    at = seen("overview")

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
    assert len(at.get("download_button")) == 4
    assert any("workbench demo" in info.value for info in at.info)


def test_a_project_name_that_looks_like_markup_is_shown_as_it_is(empty_project, show):
    (empty_project / "workbench.toml").write_text('[project]\nname = "**bold** [a](http://b)"\n', encoding="utf-8")

    at = show("overview")

    assert at.title[0].value == "\\*\\*bold\\*\\* \\[a\\]\\(http\\:\\/\\/b\\)".replace("\\/", "/")


def spent(project, *, usd=(1.0,), unknown=0, budget=""):
    """Answers of today with these costs, and some of unknown cost."""
    (project / "workbench.toml").write_text(f'[project]\nname = "library"\n{budget}', encoding="utf-8")
    with Workbench.open(project) as wb:
        now = wb.context.clock.now()
        costs = [*usd, *[None] * unknown]
        answers = [
            an_output(trial_id=f"spent-{n}", run="r1", arm="desk@1:<b>gpt", spent_usd=cost, started_at=now)
            for n, cost in enumerate(costs)
        ]
        wb.context.write(lambda s: trials.append(s, answers))


def test_a_project_that_spent_nothing_says_so_in_one_line(seen):
    at = seen("overview")

    assert "Nothing was spent in the last 30 days." in text_of(at)
    assert "Spend" not in [heading.value for heading in at.subheader]
    assert "Spent this month **$0**" in text_of(at)


def test_spend_is_told_by_prompt_model_and_day_and_what_is_unknown_is_said(project, show):
    spent(project, usd=(1.0, 0.5), unknown=2)

    at = show("overview")

    assert not at.exception
    assert "This month: **at least $1.50**" in text_of(at)
    assert "The cost of 2 answers is not known" in text_of(at)
    assert len(at.get("vega_lite_chart")) == 1
    (table,) = at.table
    assert table.value.to_numpy().tolist() == [["desk", "at least \\$1\\.50", "4"]]
    assert [tab.label for tab in at.tabs] == ["By prompt", "By model", "By use case"]


def test_the_months_budget_is_pointed_out_when_most_of_it_is_used(project, show):
    spent(project, usd=(4.5,), budget="[budget]\nmonth_usd = 5.0\n")

    at = show("overview")

    assert "Spent this month **$4.50 of $5.00**" in text_of(at)
    assert "90% of the month's budget is used" in text_of(at)
    assert [warning.proto.title for warning in at.warning] == ["90% of this month's budget is used"]
    assert not at.error


def test_a_budget_that_is_used_up_says_the_way_on(project, show):
    spent(project, usd=(5.0,), budget="[budget]\nmonth_usd = 5.0\n")

    (error,) = show("overview").error

    assert error.proto.title == "This month's budget is used up"
    assert "month_usd in workbench.toml" in error.value


def test_a_budget_that_is_not_touched_is_shown_without_a_warning(project, show):
    spent(project, usd=(), budget="[budget]\nmonth_usd = 5.0\n")

    at = show("overview")

    assert "Spent this month **$0 of $5.00**" in text_of(at)
    assert not at.warning
    assert not at.exception


def test_a_draft_waits_to_be_gone_on_with(project, show):
    with Workbench.open(project) as wb:
        wb.prompts.keep_draft("desk", {}, slot="1", base=2)

    at = show("overview")
    next(button for button in at.button if button.label == "Go on writing").click().run()

    assert at.title[0].value == "Prompts"
    assert next(box for box in at.selectbox if box.label == "Prompt").value == "desk"
