import asyncio

import pytest

from tests.support.scoring import REFUSAL, a_source, an_output
from workbench.domain.model import Usage
from workbench.domain.score import Scored, Unscored
from workbench.errors import InputError, NotFoundError, OverloadedError
from workbench.judging import registry
from workbench.judging.judge import NO_JUDGE_MODEL

OUTPUT = an_output("You get 30 days.", (a_source(),), refusal=REFUSAL)


def judged(judge, completer, output=OUTPUT):
    return asyncio.run(judge.judge(output, completer))


def test_a_verdict_comes_with_what_it_took(scripted, claim, reply):
    completer = scripted(reply(OUTPUT, claim()))
    done = judged(registry.judge("groundedness", model="m"), completer)
    assert done.result == Scored(1.0, "its one claim is supported")
    assert done.usage == Usage(prompt_tokens=100, completion_tokens=20)
    assert done.latency_ms == 50.0
    assert [completion.text for completion in done.completions] == [reply(OUTPUT, claim())]


def test_equal_outputs_make_equal_requests_so_that_answers_can_be_replayed(scripted, claim, reply):
    judge = registry.judge("groundedness", parameters={"max_tokens": 900})
    completer = scripted(reply(OUTPUT, claim()), reply(OUTPUT, claim()))
    judged(judge, completer)
    judged(judge, completer)
    first, second = completer.requests
    assert first == second
    assert first.response_schema is not None
    assert first.parameters == {"max_tokens": 900}


def test_without_a_model_the_output_is_unscored():
    done = judged(registry.judge("groundedness"), None)
    assert done.result is NO_JUDGE_MODEL
    assert done.result == Unscored("no judge model")
    assert done.usage is None


def test_a_refusal_asks_no_model(scripted):
    completer = scripted()
    done = judged(registry.judge("groundedness"), completer, an_output(REFUSAL, (a_source(),), refusal=REFUSAL))
    assert isinstance(done.result, Unscored)
    assert completer.requests == []


def test_a_judge_that_fails_in_the_end_leaves_the_output_unscored(scripted):
    done = judged(registry.judge("groundedness"), scripted(OverloadedError("The provider is busy.")))
    assert done.result == Unscored("the judge did not answer: The provider is busy.")
    assert done.usage is None
    assert done.completions == ()


def test_a_judge_cut_off_at_its_token_limit_says_so(scripted):
    done = judged(registry.judge("groundedness"), scripted('{"code": "', finish_reason="length"))
    assert isinstance(done.result, Unscored)
    assert "cut off at the token limit" in done.result.reason
    assert done.result.raw == '{"code": "'


def test_several_votes_are_averaged_and_counted_together(scripted, claim, reply):
    good, half = reply(OUTPUT, claim()), reply(OUTPUT, claim(), claim("a fee", supported=False, reason="not there"))
    done = judged(registry.judge("groundedness", votes=3), scripted(good, half, half))
    assert done.result.value == pytest.approx((1 + 0.5 + 0.5) / 3)
    assert done.result.reason.startswith(
        "mean of 3 of 3 votes (1.00, 0.50, 0.50); 1 of 2 claims not supported: 'a fee'"
    )
    assert done.usage == Usage(prompt_tokens=300, completion_tokens=60)
    assert done.latency_ms == 150.0


def test_most_votes_must_be_readable(scripted, claim, reply):
    good = reply(OUTPUT, claim())
    judge = registry.judge("groundedness", votes=3)
    assert judged(judge, scripted(good, "hm", good)).result.value == 1.0

    undecided = judged(judge, scripted(good, "hm", OverloadedError("Busy.")))
    assert isinstance(undecided.result, Unscored)
    assert undecided.result.reason.startswith("2 of 3 votes have no value: the judge's verdict could not be read")
    assert "Busy." in undecided.result.reason
    assert undecided.result.raw == "hm"
    assert undecided.usage == Usage(prompt_tokens=200, completion_tokens=40)


def test_an_unknown_part_of_the_tokens_makes_the_sum_unknown(scripted, claim, reply):
    done = judged(registry.judge("groundedness"), scripted(reply(OUTPUT, claim()), usage=Usage(prompt_tokens=5)))
    assert done.usage == Usage(prompt_tokens=5, completion_tokens=None)


def test_everything_that_can_change_a_verdict_changes_the_version():
    judges = [
        registry.judge("groundedness"),
        registry.judge("groundedness", model="a"),
        registry.judge("groundedness", model="b"),
        registry.judge("groundedness", votes=3),
        registry.judge("groundedness", reasons_first=False),
        registry.judge("groundedness", parameters={"temperature": 0}),
    ]
    assert len({judge.version for judge in judges}) == len(judges)
    assert registry.judge("mine", rubric="groundedness").version == judges[0].version


def test_a_project_may_name_a_judge_as_it_likes():
    info = registry.judge("faithful", rubric="groundedness", model="m").info
    assert (info.name, info.kind, info.direction) == ("faithful", "share", "higher")
    assert info.title == "Grounded"


def test_every_judge_is_found_by_its_own_name():
    assert [registry.judge(name).info.name for name in registry.names()] == list(registry.names())


def test_wrong_names_and_votes_are_refused():
    with pytest.raises(NotFoundError, match="groundedness"):
        registry.judge("groundednes")
    with pytest.raises(NotFoundError, match="rubric"):
        registry.judge("mine", rubric="tone")
    with pytest.raises(InputError, match="at least 1 vote"):
        registry.judge("groundedness", votes=0)
