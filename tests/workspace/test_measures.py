import pytest

from workbench.domain.model import ModelSpec
from workbench.domain.review import Review
from workbench.errors import InputError, NotFoundError
from workbench.judging.judge import Juror
from workbench.settings import JudgeSettings, ProjectSettings, Settings
from workbench.workspace.measures import HUMAN, Measures, passed_by_trial


def measures(**settings):
    return Measures(Settings(ProjectSettings("p"), **settings))


def test_every_name_that_is_listed_can_be_found_and_has_a_meaning():
    found = measures()

    assert {found.metric(name).info.name for name in found.metric_names()} == set(found.metric_names())
    assert {found.judge(name).info.name for name in found.judge_names()} == set(found.judge_names())
    assert all(info.meaning and info.title for info in found.all())


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(NotFoundError, match="Did you mean 'correct'"):
        measures().metric("corect")
    with pytest.raises(NotFoundError, match="groundedness"):
        measures().judge("groundednes")
    with pytest.raises(NotFoundError, match="Did you mean 'tone'"):
        measures(judges={"tone": JudgeSettings(("one",), criteria=("Is it polite?",))}).judge("tune")


def test_a_rule_of_the_project_may_not_take_the_name_of_a_built_in_one():
    with pytest.raises(InputError, match=r"\[metrics.correct\] takes the name"):
        measures(metrics={"correct": {}}).metric("correct")


def test_a_judges_options_are_part_of_its_version():
    plain = measures().judge("groundedness").info.version
    set_up = measures(judges={"groundedness": JudgeSettings(("one",), votes=3)}).judge("groundedness").info.version

    assert plain != set_up


def test_a_judge_may_ask_criteria_of_its_own_of_a_jury():
    own = JudgeSettings(("one", "openai/two"), criteria=("Is it brief?", "Is it polite?"))
    models = {"one": ModelSpec("one", "openai/one-mini", parameters={"max_tokens": 90})}
    judge = measures(judges={"style": own}, models=models).judge("style")

    assert judge.rubric.questions == ("Is it brief?", "Is it polite?")
    assert judge.jurors == (Juror("one", "openai/one-mini", {"max_tokens": 90}), Juror("openai/two", "openai/two"))


def test_an_alias_that_stands_for_another_model_makes_another_judge():
    def version(model):
        models = {"one": ModelSpec("one", model)}
        return measures(judges={"tone": JudgeSettings(("one",))}, models=models).judge("tone").version

    assert version("openai/mini") != version("openai/large")


def test_a_rubric_may_be_a_text_but_a_shipped_one_has_its_own_criteria():
    own = measures(judges={"tone": JudgeSettings(rubric="Warm, and never more than two sentences.")}).judge("tone")
    assert own.rubric.task == "The rubric:\nWarm, and never more than two sentences."
    assert own.kind == "pass_fail"
    with pytest.raises(InputError, match="which has its own"):
        measures(judges={"tone": JudgeSettings(rubric="tone", criteria=("Is it warm?",))}).judge("tone")
    with pytest.raises(NotFoundError, match="rubric"):
        measures(judges={"mine": JudgeSettings(rubric="groundednes")}).judge("mine")


def test_what_a_stored_score_meant_is_known_even_when_its_measure_has_gone():
    found = measures().info("gone", "7")

    assert (found.name, found.version, found.kind) == ("gone", "7", "number")
    assert measures().info("human", "1") == HUMAN
    assert measures().info("correct", "old").version == "old"


def test_unsure_counts_neither_way():
    def said(trial, reviewer, verdict):
        return Review(trial, "r", reviewer, verdict, "", None)

    verdicts = [said("a", "x", "pass"), said("a", "y", "fail"), said("a", "z", "unsure"), said("b", "x", "unsure")]
    assert passed_by_trial(verdicts) == {"a": 0.5}
