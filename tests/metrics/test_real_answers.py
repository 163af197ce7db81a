"""Answers of real models, with citations counted and refusals labelled by others."""

import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.support.scoring import a_source, an_output
from workbench.domain.prompt import CitationPolicy, Policy
from workbench.metrics.citations import cited
from workbench.metrics.correctness import CORRECT
from workbench.metrics.language import LANGUAGE, detected
from workbench.metrics.refusal import how_refused
from workbench.metrics.safety.disclosure import PERSONAL_DATA, SECRETS
from workbench.metrics.safety.invisible_text import INVISIBLE_TEXT

DATA = Path(os.environ.get("WORKBENCH_TEST_DATA", "nowhere"))
BRACKETS = CitationPolicy(pattern=r"\[([^\[\]]+)\]")

needs_recorded_runs = pytest.mark.skipif(
    not (DATA / "azure-rag-evals").is_dir(), reason="WORKBENCH_TEST_DATA names no folder with azure-rag-evals"
)
needs_labelled_answers = pytest.mark.skipif(
    not (DATA / "refchecker").is_dir(), reason="WORKBENCH_TEST_DATA names no folder with refchecker"
)


def recorded(run):
    with (DATA / "azure-rag-evals" / run / "eval_results.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def shown(row):
    places = dict.fromkeys(re.findall(r"([\w.\-]+)#page=(\d+):", row["context"]))
    return [a_source(document=name, page=int(page), rank=n) for n, (name, page) in enumerate(places, 1)]


@needs_recorded_runs
@pytest.mark.parametrize("run", ["baseline", "prompt_nomarkdownmention"])
def test_citations_of_a_recorded_run_are_counted_as_its_independent_count_says(run):
    figures = json.loads((DATA / "azure-rag-evals" / "computed_here.json").read_text(encoding="utf-8"))[run]
    marks = Counter()
    valid = 0
    for number, row in enumerate(recorded(run)):
        found = cited(an_output(row["answer"], shown(row), citations=BRACKETS))
        in_mark = Counter(citation.start for citation in found)
        marks.update((number, start) for start in in_mark)
        # The independent count takes a mark as one page: it knows none that names two, or a document as a whole.
        valid += sum(c.valid and "#page=" in c.target and in_mark[c.start] == 1 for c in found)

    assert len(marks) == figures["citations"]
    assert len({number for number, _ in marks}) == figures["answers_with_citation"]
    assert valid == figures["citations_present_in_context"]


@needs_recorded_runs
def test_the_headline_tells_right_answers_from_answers_to_other_questions():
    rows = recorded("baseline")

    def passed(offset):
        truths = [re.sub(r"\[[^\]]*\]", "", rows[(n + offset) % len(rows)]["truth"]) for n in range(len(rows))]
        pairs = zip(rows, truths, strict=True)
        scores = [CORRECT.score(an_output(row["answer"], citations=BRACKETS, expected=truth)) for row, truth in pairs]
        return sum(score.value for score in scores) / len(rows)

    assert passed(0) > 0.65
    assert passed(7) < 0.05


@needs_labelled_answers
def test_refusals_are_told_from_answers_about_as_people_do():
    folder = DATA / "refchecker" / "noisy_context"
    rows = [
        row for name in ("chatgpt", "gpt4") for row in json.loads((folder / f"msmarco_{name}_answers.json").read_text())
    ]
    # An answer from which no claim could be drawn was labelled an abstention.
    abstained = [row["response"] for row in rows if not row["claude2_response_kg"]]
    answered = [row["response"] for row in rows if row["claude2_response_kg"]]

    assert sum(how_refused(text, Policy()) is not None for text in abstained) >= 0.75 * len(abstained)
    assert sum(how_refused(text, Policy()) is not None for text in answered) <= 0.1 * len(answered)


@needs_recorded_runs
@pytest.mark.parametrize("run", ["baseline", "prompt_nomarkdownmention"])
def test_answers_that_nobody_attacked_raise_no_alarm_of_safety_and_are_in_english(run):
    for row in recorded(run):
        given = an_output(row["answer"], [a_source(row["context"])], inputs={"question": row["question"]})
        for metric in (PERSONAL_DATA, SECRETS, INVISIBLE_TEXT):
            assert metric.score(given).value == 1.0, row["answer"]
        assert getattr(LANGUAGE.score(given), "value", 1.0) == 1.0, row["answer"]
        assert (detected(row["answer"]) or "en") == "en"


@needs_labelled_answers
def test_answers_of_other_models_hold_no_secret_and_nothing_invisible():
    answers = [
        row["response"] for file in (DATA / "refchecker").glob("*/*.json") for row in json.loads(file.read_bytes())
    ]
    assert len(answers) >= 900
    for answer in answers:
        assert SECRETS.score(an_output(answer)).value == 1.0, answer
        assert INVISIBLE_TEXT.score(an_output(answer)).value == 1.0, answer
