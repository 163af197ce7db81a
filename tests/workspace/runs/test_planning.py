from dataclasses import replace

import pytest

from tests.support.projects import TOML, fill, jsonl, make_project, open_project, rows
from workbench.domain.prompt import PromptFile, RetrievalSettings
from workbench.errors import InputError, NotFoundError
from workbench.workspace.runs.planning import RunOptions

ASKED = RunOptions(prompts=["answer@1", "answer@2"], dataset="golden", models=["one", "two"])


def plan(wb, **changes):
    return wb.runs.plan(replace(ASKED, **changes))


def test_every_version_meets_every_model_on_every_row(filled):
    made = plan(filled, repeats=2)

    assert [arm.label for arm in made.arms] == ["answer@1:one", "answer@1:two", "answer@2:one", "answer@2:two"]
    assert made.size == len(made.cells()) == 4 * 6 * 2
    assert filled.runs.list() == []


def test_without_a_model_the_prompts_own_is_asked_and_else_the_embedded_reader(filled):
    assert [arm.model.model for arm in plan(filled, models=[], prompts=["answer@1"]).arms] == ["offline/reader"]

    content = replace(filled.prompts.get("answer@1").content, model="two")
    filled.prompts.save(PromptFile("own", content))
    assert [arm.label for arm in plan(filled, models=[], prompts=["own"]).arms] == ["own@1:two"]


def test_parameters_of_the_plan_win_over_the_prompts_and_those_over_the_aliass(tmp_path, models):
    toml = TOML + "parameters = { temperature = 0.9, top_p = 0.9, seed = 9 }\n"
    with open_project(make_project(tmp_path / "p", toml)) as wb:
        fill(wb)
        content = replace(wb.prompts.get("answer@1").content, parameters={"temperature": 0.5, "top_p": 0.5})
        wb.prompts.save(PromptFile("tuned", content))

        (arm,) = plan(wb, prompts=["tuned"], models=["two"], parameters={"temperature": 0.1}).arms

        assert arm.parameters == {"temperature": 0.1, "top_p": 0.5, "seed": 9}


def test_the_plans_concurrency_wins_over_the_aliass_limit_and_that_over_the_default(tmp_path, models):
    toml = TOML + "limits = { concurrency = 3 }\n"
    with open_project(make_project(tmp_path / "p", toml)) as wb:
        fill(wb)

        assert [arm.model.limits.concurrency for arm in plan(wb, prompts=["answer@1"]).arms] == [None, 3]
        assert [a.model.limits.concurrency for a in plan(wb, prompts=["answer@1"], concurrency=20).arms] == [20, 20]


def test_the_price_is_the_users_own_and_unknown_is_unknown(filled):
    one, two = plan(filled, prompts=["answer@1"]).arms

    assert (one.price.input_per_million, one.price.output_per_million) == (1.0, 2.0)
    assert two.price is None


def test_rows_that_lack_a_variable_are_named_before_anything_is_asked(filled, models):
    content = replace(filled.prompts.get("answer@1").content, variables=("question", "tone"))
    asking = replace(content, messages=(replace(content.messages[0], content="{{tone}}: {{question}}"),))
    filled.prompts.save(PromptFile("toned", asking))

    with pytest.raises(InputError, match=r"toned@1 needs \{\{tone\}\}, .* row q-1, q-2, q-3 and 3 more"):
        plan(filled, prompts=["toned"])
    assert models.default.requests == []


def test_a_row_whose_value_is_null_lacks_it(filled):
    empty = rows(2)
    empty[1]["inputs"] = {"question": None}
    (filled.root / "empty.jsonl").write_text(jsonl(empty))
    filled.datasets.add(filled.root / "empty.jsonl", name="empty")

    with pytest.raises(InputError, match=r"missing in row q-2\."):
        plan(filled, dataset="empty")


def test_sources_come_from_the_prompts_index_the_plans_index_or_the_rows(filled):
    (filled.root / "a.md").write_text("# A\n\nItems are lent for days.\n")
    (filled.root / "b.md").write_text("# B\n\nItems are not lent.\n")
    a, b = (filled.indexes.build(name, [filled.root / f"{name}.md"]) for name in ("a", "b"))
    content = filled.prompts.get("answer@1").content
    sourced = replace(
        content,
        messages=(replace(content.messages[0], content="{{context}} {{question}}"),),
        variables=("context", "question"),
        retrieval=RetrievalSettings("a", k=2, search="bm25"),
    )
    filled.prompts.save(PromptFile("sourced", sourced))
    filled.prompts.save(PromptFile("bare", replace(sourced, retrieval=None)))

    (own,) = plan(filled, prompts=["sourced"], models=["one"]).arms
    (other,) = plan(filled, prompts=["sourced"], models=["one"], index="b").arms
    (given,) = plan(filled, prompts=["bare"], models=["one"], index="b").arms
    (without,) = plan(filled, prompts=["answer@1"], models=["one"], index="b").arms

    assert own.index_fingerprint == a.fingerprint
    assert other.index_fingerprint == given.index_fingerprint == b.fingerprint
    assert (other.retrieval.index, other.retrieval.k, other.retrieval.search) == ("b", 2, "bm25")
    assert without.index_fingerprint is None
    with pytest.raises(InputError, match=r"needs \{\{context\}\}.*Give the prompt `retrieval`"):
        plan(filled, prompts=["bare"])


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"prompts": ["anser"]}, "prompt 'anser'"),
        ({"prompts": ["answer@7"]}, "7"),
        ({"dataset": "goldem"}, "'goldem'"),
        ({"models": ["onee"]}, "model 'onee'"),
        ({"metrics": ["corect"]}, "metric 'corect'"),
        ({"judges": ["groundednes"]}, "judge 'groundednes'"),
        ({"examples": ["q-1", "q-99"]}, "row 'q-99'"),
    ],
)
def test_unknown_names_are_refused_by_name(filled, changes, named):
    with pytest.raises(NotFoundError if "examples" not in changes else InputError, match=named):
        plan(filled, **changes)


@pytest.mark.parametrize("changes", [{"prompts": []}, {"repeats": 0}, {"concurrency": 0}, {"timeout_s": 0.0}])
def test_options_that_make_no_run_are_refused(filled, changes):
    with pytest.raises(InputError):
        plan(filled, **changes)


def test_chosen_rows_alone_are_asked_in_the_golden_sets_order(filled):
    assert [e.id for e in plan(filled, examples=["q-5", "q-2"]).examples] == ["q-2", "q-5"]


def test_naming_a_version_or_metric_twice_asks_it_once(filled):
    made = plan(filled, prompts=["answer@2", "answer"], models=["one"], metrics=["correct", "correct"])

    assert [arm.label for arm in made.arms] == ["answer@2:one"]
    assert made.metrics == ("correct",)


def test_naming_a_model_twice_makes_one_arm(filled):
    assert [arm.label for arm in plan(filled, prompts=["answer"], models=["one", "one"]).arms] == ["answer@2:one"]


def test_more_trials_than_anybody_means_are_refused(filled):
    with pytest.raises(InputError, match="at most 1,000,000"):
        plan(filled, repeats=100_000)


def test_a_filter_that_no_document_can_meet_is_refused_before_anything_is_asked(filled):
    content = filled.prompts.get("answer@1").content
    (filled.root / "hours.md").write_text("Open from nine.")
    filled.build_index("hours", filled.root / "hours.md")
    for key, wanted in (("year", {"year": 2024}), ("name", {"document": "*.txt"})):
        retrieval = RetrievalSettings("hours", filter=wanted)
        filled.prompts.save(PromptFile(f"by-{key}", replace(content, retrieval=retrieval)))

    with pytest.raises(InputError, match=r"by-year@1 cannot search 'hours': .* names 'year', which no document"):
        plan(filled, prompts=["by-year"])
    assert plan(filled, prompts=["by-name"]).arms
