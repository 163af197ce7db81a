"""Compare: the verdict first, and everything behind it within reach."""

import dataclasses

from workbench import Workbench
from workbench.store import trials

V1, V2 = "desk@1:offline/reader", "desk@2:offline/reader"


def newest(root):
    with Workbench.open(root) as wb:
        return wb.runs.find("latest")


def words(at):
    return " ".join([element.value for kind in (at.header, at.markdown, at.caption, at.text) for element in kind])


def table_of(at, head):
    return next(frame.value for frame in at.table if head in frame.value.columns)


def examples_of(at):
    return next(frame.value for frame in at.dataframe if "Change" in frame.value.columns)


def test_the_verdict_stands_first_in_a_sentence_about_short_names(project, show):
    at = show("compare")

    assert not at.exception
    assert "v2" in at.header[0].value
    assert "v1" in at.header[0].value
    assert "desk@" not in at.header[0].value


def test_the_run_of_a_link_is_shown_and_stays_in_the_address(project, show):
    earlier = newest(project)
    with Workbench.open(project) as wb:
        wb.run(["desk@2"], "golden")

    at = show("compare", run=earlier)

    assert at.selectbox(key="address-run").value == earlier
    assert at.query_params["run"] == earlier
    assert "v1" in at.header[0].value


def test_the_newest_run_is_shown_when_the_address_names_none_and_is_then_named(project, show):
    at = show("compare")

    assert at.query_params["run"] == newest(project)


def test_every_arm_has_a_row_with_its_mean_n_cost_time_and_verdict(project, show):
    arms = table_of(show("compare"), "Verdict")

    assert arms["Verdict"].iloc[0] == "baseline"
    assert len(arms) == 2
    assert all("n 6" in cell for cell in arms["Correct"])
    assert list(arms["Cost of 100"]) == ["\\$0", "\\$0"]


def test_another_baseline_turns_the_comparison_round(project, show):
    at = show("compare", baseline=V2)

    first = table_of(at, "Verdict").iloc[0]
    assert first["Verdict"] == "baseline"
    assert "2" in first["Arm"]
    assert at.selectbox(key="address-baseline").value == V2


def test_choosing_a_score_puts_it_into_the_address(project, show):
    at = show("compare")

    at.selectbox(key="address-score").select("refusal_correct").run()

    assert at.query_params["score"] == "refusal_correct"
    assert "Declines only when it should" in table_of(at, "Verdict").columns


def test_examples_can_be_filtered_by_what_became_of_them(project, show):
    at = show("compare", show="all")
    everything = examples_of(at)
    counts = everything["Change"].value_counts()

    at = show("compare", show="same")

    assert len(everything) == 6
    assert len(examples_of(at)) == counts["= same"]


def test_the_example_of_a_link_is_shown_with_both_answers_and_the_reason_of_every_score(project, show):
    at = show("compare", show="all", example="q-4", score="correct")

    assert "What does a late book cost a day?" in [text.value for text in at.text]
    reasons = table_of(at, "Score")
    assert {"v1", "v2", "Why, v1", "Why, v2"} <= set(reasons.columns)
    assert "Correct" in list(reasons["Score"])
    assert len([html for html in at.get("html") if "20 cents" in html.proto.body]) >= 2


def test_an_answer_that_looks_like_markup_is_shown_as_text(project, show):
    with Workbench.open(project) as wb:
        run = wb.runs.find("latest")
        original = next(o for o in wb.runs.outputs(run) if (o.arm, o.example_id) == (V2, "q-4"))
        hostile = dataclasses.replace(
            original, completion=dataclasses.replace(original.completion, text="<img src=x onerror=alert(1)>")
        )
        wb.context.write(lambda s: trials.append(s, [hostile]))

    at = show("compare", show="all", example="q-4")

    bodies = [html.proto.body for html in at.get("html")]
    assert any("&lt;img" in body for body in bodies)
    assert not any("<img" in body for body in bodies)


def test_slices_show_every_tag_with_the_number_of_examples(project, show):
    at = show("compare")

    slices = next(frame.value for frame in at.dataframe if "Tag" in frame.value.columns)
    assert dict(zip(slices["Tag"], slices["Examples"], strict=True)) == {"hours": 3, "loans": 2, "outside": 1}


def test_what_people_said_becomes_a_score_to_compare_by(project, show):
    with Workbench.open(project) as wb:
        for item in wb.reviews.queue(newest(project)):
            wb.reviews.give(item.trial_id, "pass")

    at = show("compare", score="human")

    assert "People said pass" in table_of(at, "Verdict").columns


def test_a_run_of_one_arm_shows_its_means_without_a_verdict(project, show):
    with Workbench.open(project) as wb:
        run = wb.run(["desk@2"], "golden")

    at = show("compare", run=run.id)

    assert not at.exception
    assert "One arm" in words(at)
    assert list(table_of(at, "Verdict")["Verdict"]) == ["baseline"]
    assert not any("Change" in frame.value.columns for frame in at.dataframe)


def test_without_a_run_it_says_how_to_start_one(empty_project, show):
    at = show("compare")

    assert not at.exception
    assert at.info


def test_a_run_that_does_not_exist_is_told_in_a_sentence(project, show):
    at = show("compare", run="nonsense")

    assert not at.exception
    assert at.error
