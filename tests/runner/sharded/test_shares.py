"""Shares: together they are the limit, and nobody gets nothing."""

from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.model import Limits
from workbench.runner.sharded.shares import shares

LIMIT = st.integers(1, 10_000)
NAMES = st.integers(1, 40).map(lambda count: [f"w{n}" for n in range(count)])


@given(LIMIT, st.none() | LIMIT, st.none() | LIMIT, NAMES)
def test_together_they_are_exactly_the_limits(concurrency, requests, tokens, names):
    shared = shares(Limits(concurrency, requests, tokens), concurrency, names)

    assert 1 <= len(shared) <= len(names)
    assert sum(share.concurrency for share in shared.values()) == concurrency
    for whole, kind in ((requests, "requests_per_minute"), (tokens, "tokens_per_minute")):
        parts = [getattr(share.limits, kind) for share in shared.values()]
        if whole is None:
            assert set(parts) == {None}
        else:
            assert sum(parts) == whole
            assert max(parts) - min(parts) <= 1


@given(LIMIT, NAMES)
def test_nobody_has_a_share_of_nothing(concurrency, names):
    shared = shares(Limits(concurrency, 3, None), concurrency, names)

    assert len(shared) == min(len(names), concurrency, 3)
    assert all(share.concurrency >= 1 and share.limits.requests_per_minute >= 1 for share in shared.values())


def test_the_first_takers_get_what_cannot_be_split():
    assert list(shares(Limits(), 1, ["a", "b"])) == ["a"]
    assert {name: share.concurrency for name, share in shares(Limits(), 5, ["a", "b", "c"]).items()} == {
        "a": 2,
        "b": 2,
        "c": 1,
    }


def test_without_takers_there_are_no_shares():
    assert shares(Limits(8), 8, []) == {}


def test_a_judge_beside_the_workers_leaves_one_of_them_something():
    shared = shares(Limits(1), 1, ["driver", "a", "b"], at_least=2)

    assert {name: share.concurrency for name, share in shared.items()} == {"driver": 1, "a": 1}
