"""Compare: the verdict first, and everything behind it within reach."""

import dataclasses
import json

from tests.support.reviewed import judged, reviewed
from workbench import Workbench
from workbench.domain.prompt import PromptFile
from workbench.domain.score import Score, Scored
from workbench.store import scores, trials
from workbench.ui.compare import examples
from workbench.workspace.comparison.causes import MIXED, SAME_PROMPT, SAME_SOURCES
from workbench.workspace.shipped import shipped

RED_TEAM = shipped("datasets") / "red-team" / "starter.jsonl"
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


def test_the_verdict_stands_first_in_a_sentence_about_short_names(seen):
    at = seen("compare")

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


def test_every_arm_has_a_row_with_its_mean_n_cost_time_and_verdict(seen):
    arms = table_of(seen("compare"), "Verdict")

    assert arms["Verdict"].iloc[0] == "baseline"
    assert len(arms) == 2
    assert all("n\N{NO-BREAK SPACE}6" in cell for cell in arms["Correct"])
    assert list(arms["Cost of 100"]) == ["\\$0", "\\$0"]


def test_another_baseline_turns_the_comparison_round(seen):
    at = seen("compare", baseline=V2)

    first = table_of(at, "Verdict").iloc[0]
    assert first["Verdict"] == "baseline"
    assert "2" in first["Arm"]
    assert at.selectbox(key="address-baseline").value == V2


def test_choosing_a_score_puts_it_into_the_address(project, show):
    at = show("compare")

    at.selectbox(key="address-score").select("refusal_correct").run()

    assert at.query_params["score"] == "refusal_correct"
    assert "Declines only when it should" in table_of(at, "Verdict").columns


def test_examples_can_be_filtered_by_what_became_of_them(seen):
    at = seen("compare", show="all")
    everything = examples_of(at)
    counts = everything["Change"].value_counts()

    at = seen("compare", show="same")

    assert len(everything) == 6
    assert len(examples_of(at)) == counts["= same"]


def test_the_example_of_a_link_is_shown_with_both_answers_and_the_reason_of_every_score(seen):
    at = seen("compare", show="all", example="q-4", score="correct")

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


def test_slices_show_every_tag_with_the_number_of_examples(seen):
    at = seen("compare")

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


def test_a_run_that_does_not_exist_is_told_in_a_sentence(seen):
    at = seen("compare", run="nonsense")

    assert not at.exception
    assert at.error


def narrower(root, system, **retrieval):
    """A further version of the prompt, with other words and another way of finding sources."""
    with Workbench.open(root) as wb:
        base = wb.prompts.get("desk@1").content
        found = dataclasses.replace(base.retrieval, **retrieval)
        first, *rest = base.messages
        changed = dataclasses.replace(
            base, messages=(dataclasses.replace(first, content=system), *rest), retrieval=found
        )
        wb.prompts.save(PromptFile("desk", changed))
        return wb.run(["desk@1", "desk@3"], "golden").id


def test_it_says_that_two_prompts_were_shown_the_same_sources_and_offers_no_run_that_would_tell_nothing(seen):
    at = seen("compare")

    assert SAME_SOURCES in words(at).replace("\\", "")
    assert [at.button(key=f"hold-{held}").disabled for held in ("chunks", "prompt")] == [True, True]


def test_where_prompt_and_sources_differ_it_says_so_and_offers_to_hold_each_of_them_still(project, show):
    narrower(project, "Answer in one sentence.", k=1, search="bm25")

    at = show("compare")

    assert MIXED in words(at).replace("\\", "")
    assert [at.button(key=f"hold-{held}").disabled for held in ("chunks", "prompt")] == [False, False]


def test_search_time_has_a_column_of_its_own(seen):
    assert "Search time" in table_of(seen("compare"), "Verdict").columns


def test_a_wrong_answer_whose_source_was_lost_says_so(project, show):
    with Workbench.open(project) as wb:
        other = project / "documents" / "tides.md"
        other.write_text("# Tides\n\nThe tide comes in at noon.\n", encoding="utf-8")
        wb.build_index("library", project / "documents")
    narrower(project, "Answer from the sources.", k=1, filter={"document": "tides.md"})

    at = show("compare", show="all", example="q-2", score="correct")

    said = [warning.value.replace("\\", "") for warning in at.warning]
    assert any("Likely cause: the source hours.md#Sunday, which the baseline found at rank" in text for text in said)
    assert "had lost the right source" in words(at)
    assert "✗ **hours.md#Sunday** not found" in words(at).replace("\\", "")


def test_sources_that_hold_the_answer_and_those_that_are_cited_are_marked(seen):
    at = seen("compare", show="all", example="q-4", score="correct")

    bodies = " ".join(html.proto.body for html in at.get("html"))
    assert "★ holds the answer" in bodies
    assert "✓ cited" in bodies


def test_arms_on_several_indexes_have_names_of_their_own(project, show):
    with Workbench.open(project) as wb:
        wb.build_index("second", project / "documents" / "hours.md")
        wb.run(["desk@1"], "golden", index=["library", "second"])

    at = show("compare")

    assert "v1 with second" in at.header[0].value
    assert list(table_of(at, "Verdict")["Arm"]) == [
        "desk@1 · offline/reader with library",
        "desk@1 · offline/reader with second",
    ]
    assert SAME_PROMPT in words(at).replace("\\", "")


def test_attacks_are_summed_up_by_arm_and_kind_and_a_run_without_any_says_nothing_of_them(project, show):
    assert "attacks succeeded" not in words(show("compare"))
    with Workbench.open(project) as wb:
        wb.datasets.add(RED_TEAM, name="red-team")
        wb.run(["desk@2"], "red-team")

    at = show("compare")

    assert not at.exception
    assert "attacks succeeded; it could still be up to" in words(at)
    assert "harmless rows declined" in words(at)
    assert {"override", "LLM01"} <= set(table_of(at, "Attacks that succeeded")["Attacks that succeeded"])


def asked_three_times(root):
    """A run with repeats, of which one answer is scored another way than the others to the same question."""
    with Workbench.open(root) as wb:
        run = wb.run(["desk@1", "desk@2"], "golden", repeats=3).id
        output = next(o for o in wb.runs.outputs(run) if (o.arm, o.example_id, o.repeat) == (V2, "q-4", 2))
        other = Score(output.trial_id, "correct", "1", Scored(0.0, "on another day"), wb.context.clock.now())
        wb.context.write(lambda s: scores.append(s, [other]))
        return run


def test_every_count_of_the_run_that_is_not_zero_leads_to_its_examples(project, show):
    with Workbench.open(project) as wb:
        run = wb.run(["desk@1", "desk@2"], "golden").id  # answered from the cache

    at = show("compare", run=run)
    assert "12 of 12 answers done" in words(at).replace("\\", "")
    count = next(button for button in at.button if button.key == "count-replayed-all")
    assert count.label.replace("\\", "") == "12 replayed"
    count.click().run()

    assert at.query_params["show"] == "replayed"
    assert len(examples_of(at)) == 6


def test_flaky_examples_are_counted_and_listed(project, show):
    asked_three_times(project)

    at = show("compare", score="correct")
    assert "These are the ones to read" in words(at)
    at.button(key="list-flaky").click().run()

    assert list(examples_of(at)["Example"]) == ["q-4"]
    assert list(table_of(at, "Sometimes")["Sometimes"]) == ["0", "1"]


def test_without_repeats_nothing_is_said_of_them(seen):
    assert "Repeats" not in [head.value for head in seen("compare").subheader]


def test_what_changed_between_the_arms_is_told_setting_by_setting_and_line_by_line(seen):
    at = seen("compare")

    changes = table_of(at, "What")
    assert "Sentence for declining" in list(changes["What"])
    assert any("Cite each as [n]" in html.proto.body for html in at.get("html"))


def test_a_length_is_neither_better_nor_worse(seen):
    at = seen("compare", score="length", show="all")

    assert not at.exception
    assert "on length" in at.header[0].value
    assert "better" not in at.header[0].value
    assert set(examples_of(at)["Change"]) <= {"▲ more", "▼ less", "= same"}


def test_a_long_list_of_examples_is_shown_page_by_page(project, show, monkeypatch):
    monkeypatch.setattr(examples, "PAGE_SIZE", 4)

    at = show("compare", show="all")
    first = set(examples_of(at)["Example"])
    second = set(examples_of(show("compare", show="all", part="2"))["Example"])

    assert (len(first), len(second), first & second) == (4, 2, set())


def test_the_page_of_a_list_is_that_of_the_example_in_the_address(project, show, monkeypatch):
    monkeypatch.setattr(examples, "PAGE_SIZE", 4)
    last = examples_of(show("compare", show="all", part="2"))["Example"].iloc[-1]

    at = show("compare", show="all", example=last)

    assert last in list(examples_of(at)["Example"])


def test_slices_say_how_far_the_arms_are_apart_in_each(seen):
    slices = next(frame.value for frame in seen("compare").dataframe if "Tag" in frame.value.columns)

    assert {"Difference", "Worth a look"} <= set(slices.columns)


def test_imported_pairs_are_shown_where_there_is_no_score_to_compare_by(project, show, tmp_path):
    rows = [
        {"question": f"Q{n}?", "output_1": "a", "output_2": "b", "annotator1": n % 2 + 1, "bot_winner": "1"}
        for n in range(6)
    ]
    file = tmp_path / "pairs.json"
    file.write_text(json.dumps(rows), encoding="utf-8")
    with Workbench.open(project) as wb:
        wb.runs.import_results([file])

    at = show("compare")

    assert not at.exception
    assert "bot says what most people say on 50% of 6 pairs" in words(at)
    assert list(table_of(at, "Judge")["Right"]) == ["3"]


def test_a_judge_that_people_have_checked_shows_their_rate_and_its_own_on_request(project, show):
    with Workbench.open(project) as wb:
        run = wb.runs.list()[0].info.id
        trials = judged(wb, run, "tone", [1.0] * len(wb.runs.frame(run)))
        reviewed(wb, trials, {"ann": "pf" * (len(trials) // 2)})

    at = show("compare", score="tone")
    assert not at.exception
    assert "corrected" in at.table[0].value.to_csv()
    assert "judge alone" not in at.table[0].value.to_csv()
    assert "judge alone 100%" in show("compare", score="tone", naive="true").table[0].value.to_csv()
