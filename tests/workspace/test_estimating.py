"""Estimates of runs that were not started: what they rest on, and that they hold."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from tests.support.builders import NOON
from tests.support.projects import TOML, fill, open_project, rows
from workbench.domain.dataset import Example
from workbench.domain.model import Completion, Usage
from workbench.domain.prompt import Message, PromptContent, PromptFile, RetrievalSettings
from workbench.domain.run import TrialOutput
from workbench.errors import InputError
from workbench.runner.requests import Sources, build_request, request_key
from workbench.store import runs, trials
from workbench.text import tokens
from workbench.workspace.fitting import require_fit
from workbench.workspace.planning import RunOptions
from workbench.workspace.prompt_sizes import shuffled_rows

ONE, TWO = "one", "two"
PRICE_IN, PRICE_OUT = 1.0e-6, 2.0e-6


def both(**options):
    return {"prompts": ["answer@1", "answer@2"], "dataset": "golden", "models": [ONE], **options}


def anew(wb, **options):
    """The estimate of a plan whose answers are all asked for, whatever earlier runs got."""
    plan = wb.runs.plan(RunOptions(**{**both(), **options}))
    return wb.estimates.of_plan(replace(plan, use_cache=False))


def stored_run(wb, run, options, completion):
    """Store a finished run of a plan; `completion` makes the answer to each cell's request."""
    plan = wb.runs.plan(options)
    outputs = []
    for cell in plan.cells():
        request = build_request(cell, Sources((), None), timeout_s=plan.timeout_s)
        answer = completion(cell, request)
        outputs.append(
            TrialOutput(
                cell.trial_id(run),
                run,
                cell.arm.label,
                cell.example.id,
                cell.repeat,
                cell.hash,
                request_key(cell, request),
                answer,
                (),
                None,
                None,
                1,
                NOON,
            )
        )

    def change(session):
        runs.add(session, run=run, plan=plan, created_at=NOON, created_by="ann")
        trials.append(session, outputs)

    wb.context.write(change)
    return outputs


def said(usage, latency_ms=800.0):
    return Completion("Words.", "scripted", "stop", usage, latency_ms)


def test_calls_tokens_and_cost_are_told_per_arm_before_anything_is_known(filled):
    found = filled.estimate(**both(repeats=3, parameters={"max_tokens": 400}))

    assert found.planned == 36
    plain, careful = found.arms
    assert (plain.arm, plain.model, plain.calls.middle) == ("answer@1:one", ONE, 18)
    question = tokens.count("How long is item 1 lent?")
    assert plain.prompt_each.low < question + 4 < plain.prompt_each.high
    assert careful.prompt_each.middle > plain.prompt_each.middle
    assert (plain.completion_each.low, plain.completion_each.expected, plain.completion_each.high) == (1, None, 400)
    assert "between 1 and 400" in plain.completion_from
    low = 18 * (plain.prompt_each.low * PRICE_IN + PRICE_OUT)
    high = 18 * (plain.prompt_each.high * PRICE_IN + 400 * PRICE_OUT)
    assert (plain.cost_usd.low, plain.cost_usd.high) == (pytest.approx(low), pytest.approx(high))
    assert found.cost_usd.high == pytest.approx(plain.cost_usd.high + careful.cost_usd.high)


def test_nothing_is_asked_and_nothing_stored(filled, models):
    before = filled.estimates.revision()

    filled.estimate(**both())

    assert models.default.requests == []
    assert filled.runs.list() == []
    assert filled.estimates.revision() == before


def test_without_earlier_answers_the_pace_is_unknown_and_a_probe_is_offered(filled):
    found = filled.estimate(**both(parameters={"max_tokens": 400}))

    assert found.seconds is None
    assert found.pace_unknown == (ONE,)
    assert found.probe_helps
    assert any("A probe of a few rows tells" in note for note in found.notes())


def test_where_nothing_limits_an_answer_its_cost_is_unknown_and_the_reason_told(filled):
    found = filled.estimate(**both())

    assert found.arms[0].completion_each is None
    assert found.arms[0].cost_usd is None
    assert found.cost_usd is None
    assert "cost unknown" in found.headline()
    assert any("nothing says how long its answers may get" in note for note in found.notes())


def test_a_model_without_a_price_is_named_and_the_total_is_at_least_the_others(filled):
    found = filled.estimate(**both(models=[ONE, TWO], parameters={"max_tokens": 400}))

    assert found.unknown_prices == (TWO,)
    assert found.at_least
    assert found.headline().startswith("24 answers · at least $0.0")
    (note,) = [note for note in found.notes() if "price unknown" in note]
    assert note.startswith("two: price unknown, so the total is at least $0.0")


def test_embedded_readers_cost_nothing_and_need_no_probe(filled):
    found = filled.estimate(**both(models="offline/reader"))

    assert found.cost_usd.high == 0
    assert not found.at_least
    assert not found.probe_helps
    assert found.seconds is not None
    assert "costs nothing" in found.headline()


def test_prompts_of_embedded_readers_are_counted_as_they_count_them(wb):
    fill(wb)
    run = wb.run(**both(models="offline/reader"))
    counted = run.frame().groupby("arm")["prompt_tokens"].sum()

    found = anew(wb, models=["offline/reader"])

    assert {arm.arm: arm.prompt_tokens.middle for arm in found.arms} == pytest.approx(dict(counted))


def test_what_earlier_runs_answered_is_replayed_and_costs_nothing(filled):
    filled.run(**both())

    again, fresh = filled.estimate(**both()), anew(filled)

    assert (again.replayed, fresh.replayed) == (12, 0)
    assert again.cost_usd.high == 0
    assert again.arms[0].calls.high == 0
    assert fresh.cost_usd.low > 0
    assert "All answers are replayed" in again.notes()[0]


def test_only_further_repeats_are_asked_anew(filled):
    filled.run(**both())

    found = filled.estimate(**both(repeats=3))

    assert found.replayed == 12
    assert [arm.calls.middle for arm in found.arms] == [12, 12]
    assert "12 of the answers are replayed" in found.notes()[0]


def test_answers_of_the_same_version_say_how_long_further_ones_get(filled):
    filled.run(**both())

    arm = filled.estimate(**both(repeats=2)).arms[0]

    assert arm.completion_from == "6 earlier answers of this version"
    assert arm.completion_each.middle == 5
    assert arm.latency_ms.middle == pytest.approx(1.0)
    assert arm.measured


def test_answers_of_another_version_leave_more_open(filled):
    filled.run(**both(prompts="answer@1"))

    same, other = anew(filled).arms

    assert other.completion_from == "6 earlier answers of this prompt"
    assert other.completion_each.low < same.completion_each.low
    assert other.completion_each.high > same.completion_each.high


def test_answers_of_another_prompt_on_the_model_are_better_than_nothing(filled):
    filled.run(**both(prompts="answer@1"))
    content = PromptContent((Message("user", "Briefly: {{question}}"),), variables=("question",))
    filled.add_prompt(PromptFile("other", content))

    (arm,) = filled.estimate(**both(prompts="other@1")).arms

    assert arm.completion_from == "6 earlier answers of this model"


def test_a_longer_limit_than_the_answers_need_changes_nothing_and_a_shorter_one_cuts(filled):
    filled.run(**both(prompts="answer@1"))

    (arm,) = filled.estimate(**both(prompts="answer@1", parameters={"max_tokens": 3})).arms

    assert arm.completion_each.high == 3


def test_an_alias_that_was_pointed_at_another_model_says_nothing_of_the_new_one(filled, project):
    filled.run(**both())
    (project / "workbench.toml").write_text(TOML.replace('model = "openai/one"', 'model = "openai/another"'))

    with open_project(project) as reopened:
        found = reopened.estimate(**both())

    assert found.replayed == 0
    assert found.pace_unknown == (ONE,)


def test_tokens_are_told_as_the_provider_counted_them_before(filled):
    def three_times(cell, request):
        count = 3 * sum(tokens.count(message.content) for message in request.messages)
        return said(Usage(count, 5))

    outputs = stored_run(filled, "r1", RunOptions(**both()), three_times)
    reported = sum(output.completion.usage.prompt_tokens for output in outputs)

    found = anew(filled)

    total = sum(arm.prompt_tokens.middle for arm in found.arms)
    assert total == pytest.approx(reported, rel=0.02)
    assert found.arms[0].prompt_from == "as the provider counted earlier prompts"
    assert found.arms[0].prompt_each.high < 1.1 * found.arms[0].prompt_each.low


def test_a_discount_on_cached_prompts_counts_as_far_as_it_was_given_before(filled, project):
    cheap = TOML.replace("output_per_million = 2.0", "output_per_million = 2.0, cached_input_per_million = 0.1")
    (project / "workbench.toml").write_text(cheap)
    with open_project(project) as wb:
        stored_run(wb, "r1", RunOptions(**both()), lambda cell, request: said(Usage(1_000, 5, cached_tokens=900)))
        (arm, _) = anew(wb).arms

    assert arm.cost_usd.middle == pytest.approx(6 * (100e-6 + 90e-6 + 10e-6), rel=0.01)


@pytest.mark.parametrize("probed", [5, 20])
def test_the_range_of_cost_holds_the_true_cost_in_most_projects(filled, probed):
    held, tried = 0, 30
    for seed in range(tried):
        luck = random.Random(seed)
        asked = [Example(f"q-{n}", {"question": f"{seed}: why? " + "Why so? " * luck.randrange(9)}) for n in range(60)]
        filled.add_dataset(asked, name=f"golden-{seed}")
        typical, ratio = luck.uniform(30, 300), luck.uniform(0.9, 1.6)

        def answer(cell, request, typical=typical, ratio=ratio, luck=luck):
            count = ratio * sum(tokens.count(message.content) for message in request.messages) + 4
            return said(Usage(round(count), round(typical * luck.lognormvariate(0, 0.5))))

        whole = RunOptions(prompts=["answer@1"], dataset=f"golden-{seed}", models=[ONE])
        first = [example.id for example in asked[:probed]]
        stored_run(filled, f"probe-{seed}", replace(whole, examples=first), answer)
        found = anew(filled, prompts=["answer@1"], dataset=f"golden-{seed}")
        cells = filled.runs.plan(whole).cells()
        usages = [answer(cell, build_request(cell, Sources((), None), timeout_s=1.0)).usage for cell in cells]
        true = sum(usage.prompt_tokens * PRICE_IN + usage.completion_tokens * PRICE_OUT for usage in usages)
        held += found.cost_usd.low <= true <= found.cost_usd.high

    assert held >= 0.85 * tried


def test_a_probe_asks_each_arm_a_few_rows_and_its_answers_are_not_paid_twice(filled, models):
    options = RunOptions(**both(repeats=2))

    probe = filled.probe(options, rows=4)

    assert len(models.default.requests) == 8
    assert probe.summary.done == 8
    assert probe.summary.cost_usd == pytest.approx(8 * (10 * PRICE_IN + 5 * PRICE_OUT))
    found = filled.estimates.of_plan(filled.runs.plan(options))
    assert found.replayed == 8
    assert found.arms[0].completion_from == "4 earlier answers of this version"
    assert not found.probe_helps
    filled.probe(options, rows=4)
    assert len(models.default.requests) == 8


def test_a_larger_probe_asks_the_rows_of_a_smaller_one_and_more(filled, models):
    options = RunOptions(**both())
    filled.probe(options, rows=2)
    asked = len(models.default.requests)

    filled.probe(options, rows=3)

    assert len(models.default.requests) == asked + 2


def test_a_probe_of_no_rows_is_refused(filled):
    with pytest.raises(InputError, match="at least 1 row"):
        filled.probe(RunOptions(**both()), rows=0)


def test_sources_that_the_index_finds_are_part_of_the_prompt(wb, project):
    fill(wb)
    (project / "documents").mkdir()
    (project / "documents" / "loans.md").write_text("# Loans\n\n" + "An item is lent for a number of days. " * 40)
    wb.build_index("library", project / "documents")
    content = PromptContent(
        (Message("user", "{{context}}\n\n{{question}}"),),
        variables=("context", "question"),
        retrieval=RetrievalSettings("library", k=2),
    )
    wb.add_prompt(PromptFile("grounded", content))
    run = wb.run("grounded@1", "golden", models="offline/reader")

    (arm,) = anew(wb, prompts=["grounded@1"], models=["offline/reader"]).arms

    assert arm.prompt_tokens.middle == pytest.approx(run.frame()["prompt_tokens"].sum())
    assert arm.prompt_each.middle > 100


def test_a_rows_own_sources_are_part_of_its_prompt(filled):
    content = PromptContent((Message("user", "{{context}} {{question}}"),), variables=("context", "question"))
    filled.add_prompt(PromptFile("grounded", content))
    rows_with_sources = [Example(f"q-{n}", {"question": "How long?"}, context=("word " * 100 * n,)) for n in (1, 2, 3)]
    filled.add_dataset(rows_with_sources, name="given")

    (arm,) = filled.estimate("grounded@1", "given", models="offline/reader").arms

    headings = tokens.count("[1]\ngiven-1")
    assert arm.prompt_tokens.middle == pytest.approx(600 + 3 * (headings + tokens.count("How long?")))


def test_of_a_large_plan_a_sample_is_rendered_and_the_same_each_time(filled):
    filled.add_dataset([Example(f"q-{n}", {"question": "Why? " * (1 + n % 7)}) for n in range(3_000)], name="large")
    options = {"prompts": "answer@1", "dataset": "large", "models": "offline/reader"}

    first, second = filled.estimate(**options), filled.estimate(**options)

    true = sum(tokens.count("Why? " * (1 + n % 7)) for n in range(3_000))
    assert first == second
    assert first.arms[0].prompt_tokens.low < true < first.arms[0].prompt_tokens.high
    assert first.arms[0].prompt_tokens.high < 1.3 * first.arms[0].prompt_tokens.low


def test_models_of_ones_own_are_never_replayed(filled, project):
    (project / "own.py").write_text("def answer(request):\n    return 'Yes.'\n")
    with open_project(project) as wb:
        plan = wb.runs.plan(RunOptions(**both()))
        own = replace(plan.arms[0].model, model="python:own:answer")
        plan = replace(plan, arms=tuple(replace(arm, model=own, price=None) for arm in plan.arms))
        wb.context.write(lambda s: runs.add(s, run="r1", plan=plan, created_at=NOON, created_by="ann"))
        outputs = [
            TrialOutput(
                cell.trial_id("r1"), "r1", cell.arm.label, cell.example.id, 1, cell.hash,
                request_key(cell, build_request(cell, Sources((), None), timeout_s=1.0)),
                said(Usage()), (), None, 0.01, 1, NOON,
            )
            for cell in plan.cells()
        ]  # fmt: skip
        wb.context.write(lambda s: trials.append(s, outputs))

        found = wb.estimates.of_plan(plan)

    assert found.replayed == 0
    assert found.arms[0].cost_usd.middle == pytest.approx(6 * 0.01)
    assert found.unknown_prices == ()


def a_long_row(words):
    return Example("q-long", {"question": "the mortgage " * (words // 2)})


def test_rows_that_are_too_long_are_listed_with_tokens_and_window(filled):
    filled.add_dataset([a_long_row(20_000), Example("q-2", {"question": "Short?"})], name="long")

    found = filled.estimate("answer@1", "long", models="openai/gpt-4")

    (row,) = found.too_long
    assert (row.arm, row.example_id, row.window, row.certain) == ("answer@1:openai/gpt-4", "q-long", 8_192, True)
    assert row.tokens == pytest.approx(20_000, rel=0.05)
    assert found.warnings() == [
        f"q-long does not fit answer@1:openai/gpt-4, which takes 8,192 tokens: q-long would take about {row.tokens:,}."
    ]


def test_a_plan_with_rows_that_cannot_fit_is_refused_and_one_that_might_fit_is_not(filled):
    filled.add_dataset([a_long_row(20_000)], name="long")
    filled.add_dataset([a_long_row(9_000)], name="edge")
    asked = {"prompts": ["answer@1"], "models": ["openai/gpt-4"]}

    with pytest.raises(InputError, match="row q-long") as caught:
        require_fit(filled.runs.plan(RunOptions(dataset="long", **asked)))
    edge = filled.runs.plan(RunOptions(dataset="edge", **asked))
    require_fit(edge)

    assert "larger window" in caught.value.hint
    (row,) = filled.estimates.of_plan(edge).too_long
    assert not row.certain


def test_sources_that_make_a_prompt_too_long_are_noticed(filled, project):
    (project / "documents").mkdir()
    for n in range(60):
        (project / "documents" / f"{n}.md").write_text(f"# Item {n}\n\n" + "the item is lent for some days " * 60)
    filled.build_index("library", project / "documents")
    content = PromptContent(
        (Message("user", "{{context}}\n\n{{question}}"),),
        variables=("context", "question"),
        retrieval=RetrievalSettings("library", k=60),
    )
    filled.add_prompt(PromptFile("grounded", content))

    found = filled.estimate("grounded@1", "golden", models="openai/gpt-4")

    assert {row.example_id for row in found.too_long} == {row["id"] for row in rows()}
    require_fit(filled.runs.plan(RunOptions(prompts=["grounded@1"], dataset="golden", models=["openai/gpt-4"])))


def test_a_long_row_is_found_though_only_a_sample_of_rows_is_searched_for(filled, project):
    (project / "documents").mkdir()
    (project / "documents" / "loans.md").write_text("# Loans\n\nAn item is lent for some days.\n")
    filled.build_index("library", project / "documents")
    content = PromptContent(
        (Message("user", "{{context}}\n\n{{question}}"),),
        variables=("context", "question"),
        retrieval=RetrievalSettings("library"),
    )
    filled.add_prompt(PromptFile("grounded", content))
    asked = {f"q-{n}": "How long?" for n in range(100)}
    for last in asked:
        long = [
            Example(name, {"question": "the item " * 10_000 if name == last else text}) for name, text in asked.items()
        ]
        filled.add_dataset(long, name="long")
        plan = filled.runs.plan(RunOptions(prompts=["grounded@1"], dataset="long", models=["openai/gpt-4"]))
        if last not in {row.id for row in shuffled_rows(plan)[:50]}:
            break

    assert [row.example_id for row in filled.estimates.of_plan(plan).too_long] == [last]


def test_an_estimate_shows_itself_as_its_words(filled):
    found = filled.estimate(**both(models="offline/reader"))

    assert repr(found).startswith("12 answers · costs nothing · ")
