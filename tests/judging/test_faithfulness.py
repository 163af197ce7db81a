"""Faithfulness: which of an answer's sentences follow from the sources."""

import json

import pytest
from jsonschema import Draft202012Validator

from tests.support.scoring import REFUSAL, a_source, an_output
from workbench.domain.score import Scored, Unscored
from workbench.judging.faithfulness import FORM, Faithfulness, code_of

RUBRIC = Faithfulness()
ANSWER = "You get 30 days. They end in May. There is a fee. Can I help with more?"
OUTPUT = an_output(ANSWER, (a_source(), a_source("Leave ends in March.", rank=2)), refusal=REFUSAL)


def reply(*verdicts, sources=(1,)):
    entries = [
        {"sentence": n, "reason": f"because {n}", "sources": list(sources), "verdict": verdict}
        for n, verdict in enumerate(verdicts, 1)
    ]
    return json.dumps({"code": code_of(OUTPUT), "sentences": entries})


def test_contradictions_are_told_from_what_no_source_states_and_sentences_without_a_claim_do_not_count():
    result = RUBRIC.read(reply("follows", "contradicted", "not stated", "no claim"), OUTPUT)
    assert result.value == pytest.approx(1 / 3)
    assert result.reason == (
        "2 of 3 sentences do not follow; contradicted by the sources: 'They end in May.' (because 2); "
        "not stated by them: 'There is a fee.' (because 3)"
    )


def test_support_by_a_source_that_was_not_shown_is_none():
    verdict = reply("follows", "follows", "follows", "no claim", sources=(7,))
    assert RUBRIC.read(verdict, OUTPUT).value == 0.0


def test_an_answer_that_claims_nothing_is_unscored():
    assert isinstance(RUBRIC.read(reply(*["no claim"] * 4), OUTPUT), Unscored)


@pytest.mark.parametrize("said", [reply("follows"), reply("follows", "follows", "follows", "perhaps")])
def test_a_verdict_that_leaves_a_sentence_out_or_uses_another_word_is_unscored_and_kept(said):
    result = RUBRIC.read(said, OUTPUT)
    assert isinstance(result, Unscored)
    assert result.raw == said


def test_a_line_of_counts_is_read_where_it_can_be_true():
    line = f"VERDICT {code_of(OUTPUT)}: "
    assert RUBRIC.read(f"{line}2 of 3", OUTPUT) == Scored(
        2 / 3, "2 of 3 sentences follow from the sources; the judge named none"
    )
    assert isinstance(RUBRIC.read(f"{line}0 of 0", OUTPUT), Unscored)
    assert isinstance(RUBRIC.read(f"{line}5 of 5", OUTPUT), Unscored)


def test_the_schema_admits_the_reply_and_no_other_word():
    validator = Draft202012Validator(FORM.schema(reasons_first=True))
    validator.validate(json.loads(reply("follows", "contradicted")))
    assert not validator.is_valid(json.loads(reply("perhaps")))


def test_refusals_and_answers_without_sources_are_not_asked_about():
    assert isinstance(RUBRIC.without_asking(an_output(REFUSAL, (a_source(),), refusal=REFUSAL)), Unscored)
    assert isinstance(RUBRIC.without_asking(an_output("30 days.")), Unscored)
    assert RUBRIC.without_asking(OUTPUT) is None


def test_the_judge_is_shown_each_sentence_by_its_number():
    request = RUBRIC.request(OUTPUT, reasons_first=True, parameters={}, timeout_s=9)
    assert f"BEGIN SENTENCE 4 {code_of(OUTPUT)}\nCan I help with more?" in request.messages[1].content
    assert '"verdict": "follows"' in request.messages[0].content
