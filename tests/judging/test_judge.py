import asyncio

import pytest

from tests.support.scoring import REFUSAL, a_source, an_output
from workbench.domain.model import Usage
from workbench.domain.score import Scored, Unscored
from workbench.errors import InputError, NotFoundError, OverloadedError
from workbench.judging import registry
from workbench.judging.judge import NO_JUDGE_MODEL, Juror

OUTPUT = an_output("You get 30 days.", (a_source(),), refusal=REFUSAL)


def a_judge(name="groundedness", *, parameters=None, model="m", **options):
    return registry.judge(name, jurors=[Juror(model, f"make/{model}", parameters or {})], **options)


def judged(judge, *completers, output=OUTPUT):
    """What a judge says whose jurors are answered by these completers."""
    asked = dict(zip((juror.alias for juror in judge.jurors), completers, strict=False))
    return asyncio.run(judge.judge(output, asked))


def test_a_verdict_comes_with_what_it_took(scripted, claim, reply):
    completer = scripted(reply(OUTPUT, claim()))
    done = judged(a_judge(), completer)
    assert done.result == Scored(1.0, "its one claim is supported")
    assert done.usages["m"] == Usage(prompt_tokens=100, completion_tokens=20)
    assert done.latency_ms == 50.0
    assert [completion.text for completion in done.completions] == [reply(OUTPUT, claim())]


def test_equal_outputs_make_equal_requests_so_that_answers_can_be_replayed(scripted, claim, reply):
    judge = a_judge(parameters={"max_tokens": 900})
    completer = scripted(reply(OUTPUT, claim()), reply(OUTPUT, claim()))
    judged(judge, completer)
    judged(judge, completer)
    first, second = completer.requests
    assert first == second
    assert first.response_schema is not None
    assert first.parameters == {"max_tokens": 900}


def test_without_a_model_the_output_is_unscored():
    done = judged(registry.judge("groundedness"))
    assert done.result is NO_JUDGE_MODEL
    assert done.result == Unscored("no judge model")
    assert done.usages == {}


def test_a_refusal_asks_no_model(scripted):
    completer = scripted()
    done = judged(a_judge(), completer, output=an_output(REFUSAL, (a_source(),), refusal=REFUSAL))
    assert isinstance(done.result, Unscored)
    assert completer.requests == []


def test_a_judge_that_fails_in_the_end_leaves_the_output_unscored(scripted):
    done = judged(a_judge(), scripted(OverloadedError("The provider is busy.")))
    assert done.result == Unscored("the judge did not answer: The provider is busy.")
    assert done.usages == {}
    assert done.completions == ()


def test_a_judge_cut_off_at_its_token_limit_says_so(scripted):
    done = judged(a_judge(), scripted('{"code": "', finish_reason="length"))
    assert isinstance(done.result, Unscored)
    assert "cut off at the token limit" in done.result.reason
    assert done.result.raw == '{"code": "'


def test_several_votes_are_averaged_and_counted_together(scripted, claim, reply):
    good, half = reply(OUTPUT, claim()), reply(OUTPUT, claim(), claim("a fee", supported=False, reason="not there"))
    done = judged(a_judge(votes=3), scripted(good, half, half))
    assert done.result.value == pytest.approx((1 + 0.5 + 0.5) / 3)
    assert done.result.reason.startswith(
        "mean of 3 of 3 votes (1.00, 0.50, 0.50); 1 of 2 claims not supported: 'a fee'"
    )
    assert done.usages["m"] == Usage(prompt_tokens=300, completion_tokens=60)
    assert done.latency_ms == 150.0


def test_most_votes_must_be_readable(scripted, claim, reply):
    good = reply(OUTPUT, claim())
    judge = a_judge(votes=3)
    assert judged(judge, scripted(good, "hm", good)).result.value == 1.0

    undecided = judged(judge, scripted(good, "hm", OverloadedError("Busy.")))
    assert isinstance(undecided.result, Unscored)
    assert undecided.result.reason.startswith("2 of 3 votes have no value: the judge's verdict could not be read")
    assert "Busy." in undecided.result.reason
    assert undecided.result.raw == "hm"
    assert undecided.usages["m"] == Usage(prompt_tokens=200, completion_tokens=40)


def test_an_unknown_part_of_the_tokens_makes_the_sum_unknown(scripted, claim, reply):
    done = judged(a_judge(), scripted(reply(OUTPUT, claim()), usage=Usage(prompt_tokens=5)))
    assert done.usages["m"] == Usage(prompt_tokens=5, completion_tokens=None)


def test_everything_that_can_change_a_verdict_changes_the_version():
    judges = [
        registry.judge("groundedness"),
        a_judge(),
        a_judge(model="b"),
        registry.judge("groundedness", jurors=[Juror("m", "another/model")]),
        registry.judge("groundedness", jurors=[Juror("m"), Juror("b")]),
        a_judge(votes=3),
        a_judge(reasons_first=False),
        a_judge(parameters={"temperature": 0}),
        registry.judge("groundedness", criteria=["Is it brief?"]),
        registry.judge("groundedness", criteria=["Is it brief?"], rubric="Brief is below ten words."),
    ]
    assert len({judge.version for judge in judges}) == len(judges)
    assert registry.judge("mine", rubric="groundedness").version == judges[0].version


def test_a_project_may_name_a_judge_as_it_likes():
    info = registry.judge("faithful", rubric="groundedness").info
    assert (info.name, info.kind, info.direction) == ("faithful", "share", "higher")
    assert info.title == "Grounded"


def test_every_judge_is_found_by_its_own_name():
    assert [registry.judge(name).info.name for name in registry.names()] == list(registry.names())


def test_wrong_names_and_votes_are_refused():
    with pytest.raises(NotFoundError, match="groundedness"):
        registry.judge("groundednes")
    with pytest.raises(NotFoundError, match="rubric"):
        registry.judge("mine", rubric="tones")
    with pytest.raises(InputError, match="at least 1 vote"):
        registry.judge("groundedness", votes=0)


def a_jury(*aliases, votes=1, criteria=()):
    rubric = {"criteria": criteria} if criteria else {"rubric": "groundedness"}
    return registry.judge("jury", jurors=[Juror(alias) for alias in aliases], votes=votes, **rubric)


def test_jurors_have_an_equal_say_and_what_each_said_is_kept(scripted, claim, reply):
    good, half = reply(OUTPUT, claim()), reply(OUTPUT, claim(), claim("a fee", supported=False, reason="not there"))
    done = judged(a_jury("a", "b"), scripted(good), scripted(half))
    assert done.result.value == 0.75
    assert done.result.reason == (
        "mean of 2 jurors (a 1.00, b 0.50); a: its one claim is supported; "
        "b: 1 of 2 claims not supported: 'a fee' (not there)"
    )
    assert [(vote.model, vote.value) for vote in done.votes] == [("a", 1.0), ("b", 0.5)]
    assert set(done.usages) == {"a", "b"}


def test_a_jury_on_pass_or_fail_says_how_many_say_pass(scripted):
    judge = a_jury("a", "b", "c", criteria=["Is it brief?"])
    code = judge.rubric.code_of(OUTPUT)
    said = [f"VERDICT {code}: {numbers}" for numbers in ("1", "none", "1")]
    done = judged(judge, *(scripted(text) for text in said))
    assert done.result.value == pytest.approx(2 / 3)
    assert done.result.reason.startswith("2 of 3 jurors say pass; a: yes: Is it brief?")
    assert judge.info.kind == "share"


def test_votes_of_a_juror_are_averaged_before_jurors_are(scripted):
    judge = a_jury("a", "b", votes=2, criteria=["Is it brief?"])
    yes, no = (f"VERDICT {judge.rubric.code_of(OUTPUT)}: {said}" for said in ("1", "none"))
    done = judged(judge, scripted(yes, no), scripted(no, no))
    assert done.result.value == 0.25
    assert [vote.value for vote in done.votes] == [1.0, 0.0, 0.0, 0.0]


def test_most_jurors_must_have_a_verdict(scripted, claim, reply):
    good = reply(OUTPUT, claim())
    most = judged(a_jury("a", "b", "c"), scripted(good), scripted("hm"), scripted(good))
    assert most.result.value == 1.0
    assert "b has no verdict: the judge's verdict could not be read" in most.result.reason

    split = judged(a_jury("a", "b"), scripted(good), scripted("hm"))
    assert isinstance(split.result, Unscored)
    assert split.result.reason.startswith("1 of 2 jurors have no verdict: b has no verdict")
    assert split.result.raw == "hm"
    assert [vote.value for vote in split.votes] == [1.0, None]


def test_a_juror_that_cannot_be_asked_leaves_the_verdict_to_the_others(scripted, claim, reply):
    good = reply(OUTPUT, claim())
    done = judged(a_jury("a", "b", "absent"), scripted(good), scripted(good))
    assert done.result.value == 1.0
    assert "absent cannot be asked" in done.result.reason


def test_a_jury_of_one_model_twice_is_refused():
    with pytest.raises(InputError, match="names a model twice"):
        a_jury("a", "a")
