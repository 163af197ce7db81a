"""Releases move forward a step at a time, and back at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.artifacts import a_step
from workbench.domain.actor import Actor
from workbench.domain.environment import ENVIRONMENTS, before, following, pointers, reached
from workbench.errors import InputError, NotAllowedError, NotFoundError


@pytest.fixture
def desk(finished):
    """The project with two releases, 1.0.0 and 1.1.0, both as approved."""
    for number in (1, 2):
        finished.releases.approve(f"answer@{number}")
    return finished


@pytest.fixture
def released(desk):
    return desk.releases


def standing(releases):
    return [release and release.version for release in releases.environments("answer").values()]


def test_a_release_goes_one_step_at_a_time_and_its_history_is_kept(desk, released):
    assert standing(released) == ["1.1.0", None, None]
    with pytest.raises(InputError, match=r"never stood in staging.*--to staging"):
        released.promote("answer@1", to="production")

    assert released.promote("answer@1").environment == "staging"
    assert released.promote("answer@1", reason="asked for").environment == "production"
    with pytest.raises(InputError, match="stands in production already"):
        released.promote("answer@1")
    with pytest.raises(NotFoundError, match="environment 'moon'"):
        released.promote("answer@1", to="moon")

    assert standing(released) == ["1.1.0", "1.0.0", "1.0.0"]
    assert [(s.environment, s.version, s.kind, s.reason) for s in released.history("answer")] == [
        ("dev", "1.0.0", "approved", ""),
        ("dev", "1.1.0", "approved", ""),
        ("staging", "1.0.0", "promoted", ""),
        ("production", "1.0.0", "promoted", "asked for"),
    ]
    entry = desk.audit.list(1)[0]
    assert (entry.action, entry.subject) == ("release promoted", "answer 1.0.0")


def test_a_rollback_leads_back_and_a_second_one_further_back(released):
    for label in ("answer@1", "answer@2"):
        released.promote(label)
        released.promote(label)
    assert standing(released) == ["1.1.0", "1.1.0", "1.1.0"]

    assert released.rollback("answer", reason="complaints").version == "1.0.0"
    assert standing(released) == ["1.1.0", "1.1.0", "1.0.0"]
    with pytest.raises(InputError, match=r"Nothing stood in production before 1\.0\.0"):
        released.rollback("answer")
    released.promote("answer@2", to="production")
    assert standing(released)[2] == "1.1.0"


def test_where_nothing_stands_nothing_is_rolled_back(released):
    with pytest.raises(InputError, match="Nothing stands in production"):
        released.rollback("answer")
    with pytest.raises(NotFoundError, match="release of 'nothing'"):
        released.rollback("nothing")


def test_a_rollback_goes_to_a_release_whose_approval_fell(released):
    for label in ("answer@1", "answer@2"):
        released.promote(label)
        released.promote(label)
    released.context.write(lambda s: s.execute("DELETE FROM runs"))

    assert released.rollback("answer").version == "1.0.0"


def test_into_production_only_an_approver_promotes(desk):
    eve = desk.acting_as(Actor("eve", frozenset({"engineer"}))).releases
    eve.promote("answer@2")
    with pytest.raises(NotAllowedError, match="may not promote to production"):
        eve.promote("answer@2")


@given(st.lists(st.sampled_from(["1.0.0", "1.1.0", "1.2.0"]), min_size=1, max_size=8))
def test_rolling_back_undoes_promotions_in_their_order(versions):
    steps, stood = [], []
    for version in versions:
        if not stood or stood[-1] != version:
            stood.append(version)
        steps.append(a_step(version, "production", kind="promoted"))
    while (earlier := before(steps, "production")) is not None:
        stood.pop()
        assert earlier == stood[-1]
        steps.append(a_step(earlier, "production", kind="rolled back"))
        assert pointers(steps)["production"] == earlier
    assert len(stood) == 1


def test_the_order_of_environments_is_that_of_promotion():
    assert [following(name) for name in (None, *ENVIRONMENTS)] == ["dev", "staging", "production", None]
    assert reached([a_step("1.0.0", "staging"), a_step("1.0.0")], "1.0.0") == "staging"
    assert reached([], "1.0.0") is None
