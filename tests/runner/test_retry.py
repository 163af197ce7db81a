"""When asking again makes sense."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import BadRequestError, ModelTimeoutError, OverloadedError, RateLimitedError
from workbench.runner.retry import RetryPolicy

POLICY = RetryPolicy(attempts=4, timeout_attempts=2, base_s=1.0, cap_s=5.0, retry_after_cap_s=60.0)


@given(st.integers(1, 3), st.integers())
def test_the_wait_grows_within_its_cap(attempt, seed):
    policy = RetryPolicy(attempts=4, base_s=1.0, cap_s=3.0, random=random.Random(seed))

    delay = policy.delay_s(OverloadedError("x"), attempt)

    assert delay is not None
    assert 0 <= delay <= min(3.0, 2.0 ** (attempt - 1))


def test_a_final_error_is_never_asked_again():
    assert POLICY.delay_s(BadRequestError("x"), 1) is None


def test_attempts_are_counted():
    assert POLICY.delay_s(OverloadedError("x"), 3) is not None
    assert POLICY.delay_s(OverloadedError("x"), 4) is None
    assert POLICY.delay_s(ModelTimeoutError("x"), 2) is None


@pytest.mark.parametrize(("asked", "expected"), [(0.0, 0.0), (60.0, 60.0), (61.0, None)])
def test_the_providers_own_wait_is_obeyed_unless_it_is_absurd(asked, expected):
    assert POLICY.delay_s(RateLimitedError("x", retry_after_s=asked), 1) == expected
