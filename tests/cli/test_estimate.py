"""`workbench run --estimate`: told before anything is asked."""

import pytest

from tests.support.projects import rows

ASKED = ("run", "--prompt", "answer@1", "--prompt", "answer@2", "--dataset", "golden")
RANGE = {"low", "expected", "high"}


def runs_stored(workbench):
    return len(workbench("runs", "--json").json)


def test_it_prints_a_table_and_sentences_and_starts_nothing(workbench, models):
    before = runs_stored(workbench)

    ended = workbench(*ASKED, "--model", "one", "--estimate", "--repeats", "2")

    assert ended.code == 0
    assert "answer@2:one" in ended.out
    assert "24 answers · " in ended.out
    assert "12 of the answers are replayed" in ended.out
    assert models.default.requests == []
    assert runs_stored(workbench) == before


def test_json_has_arms_totals_and_what_is_unknown(workbench):
    found = workbench(*ASKED, "--model", "one", "--model", "two", "--estimate", "--repeats", "2", "--json").json

    assert found["planned"] == 48
    arms = {arm["arm"]: arm for arm in found["arms"]}
    assert set(arms) == {"answer@1:one", "answer@1:two", "answer@2:one", "answer@2:two"}
    known, unknown = arms["answer@1:one"], arms["answer@1:two"]
    assert (known["calls"], known["replayed"]) == (6, 6)
    assert isinstance(known["prompt_tokens"], int)
    assert set(known["completion_tokens"]) == {*RANGE, "from"}
    assert known["completion_tokens"]["from"] == "6 earlier answers of this version"
    assert set(known["cost_usd"]) == set(known["seconds"]) == RANGE
    assert (unknown["cost_usd"], unknown["seconds"], unknown["completion_tokens"]) == (None, None, None)
    assert set(found["cost_usd"]) == {*RANGE, "at_least"}
    assert found["cost_usd"]["at_least"] is True
    assert found["seconds"] is None
    assert found["unknown_prices"] == ["two"]
    assert found["judges"] == found["too_long"] == []


def test_keys_that_are_missing_are_said_in_words_and_in_json(workbench, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    asked = (*ASKED, "--model", "one", "--model", "openai/gpt-4o-mini", "--estimate")

    assert workbench(*asked).out.count("OPENAI_API_KEY is not set. Set OPENAI_API_KEY in the environment") == 1
    (missing,) = workbench(*asked, "--json").json["missing_keys"]
    assert "'openai/gpt-4o-mini'" in missing


def test_a_judge_without_a_model_says_what_it_needs(workbench):
    found = workbench(*ASKED, "--model", "one", "--judge", "groundedness", "--estimate", "--json").json

    (judge,) = found["judges"]
    assert (judge["judge"], judge["model"], judge["verdicts"]) == ("groundedness", None, 0)
    assert "needs a model in workbench.toml" in judge["from"]


def test_a_probe_asks_a_few_rows_says_what_it_cost_and_makes_the_rest_known(workbench, models):
    before = runs_stored(workbench)

    ended = workbench(*ASKED, "--model", "two", "--estimate", "--probe", "4", "--repeats", "3", "--json")

    assert ended.code == 0
    assert len(models.default.requests) == 8
    assert runs_stored(workbench) == before + 1
    assert "got 8 of 8 answers. Its cost: unknown." in ended.err
    (first, _) = ended.json["arms"]
    assert (first["calls"], first["replayed"]) == (14, 4)
    assert first["completion_tokens"]["from"] == "4 earlier answers of this version"
    assert ended.json["seconds"] is not None


def test_a_probe_without_a_number_asks_five_rows(workbench, models):
    workbench("run", "--prompt", "answer@1", "--dataset", "golden", "--model", "two", "--estimate", "--probe")

    assert len(models.default.requests) == 5


def test_a_probe_that_got_no_answers_says_so(workbench, models):
    from workbench.errors import AuthenticationError

    models.default.answer = lambda request: AuthenticationError("The key is wrong.")

    ended = workbench(*ASKED, "--model", "two", "--estimate", "--probe")

    assert ended.code == 4
    assert "got 0 of 10 answers" in ended.err
    assert "time unknown" in ended.out


@pytest.mark.parametrize("extra", [("--probe",), ("--probe", "0", "--estimate")])
def test_a_probe_of_nothing_or_for_nothing_is_refused(workbench, models, extra):
    assert workbench(*ASKED, *extra).code == 2
    assert models.default.requests == []


def test_rows_that_are_too_long_are_listed_and_the_run_is_refused(workbench, project, models):
    from tests.support.projects import jsonl

    long = rows(2)
    long[0]["inputs"]["question"] = "the mortgage " * 10_000
    (project / "long.jsonl").write_text(jsonl(long))
    workbench("dataset", "add", "long.jsonl", "--name", "long")
    asked = ("run", "--prompt", "answer@1", "--dataset", "long", "--model", "openai/gpt-4")

    listed = workbench(*asked, "--estimate", "--json").json["too_long"]
    refused = workbench(*asked)

    assert [(row["example_id"], row["window"], row["certain"]) for row in listed] == [("q-1", 8_192, True)]
    assert refused.code == 2
    assert "row q-1" in refused.err
    assert models.default.requests == []
