"""How long to wait, in all the forms in which providers say it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.models.retry_after import retry_after_s


@pytest.mark.parametrize(
    ("name", "value", "seconds"),
    [
        ("retry-after", "3", 3.0),
        ("retry-after", "0.5", 0.5),
        ("retry-after-ms", "250", 0.25),
        ("retry-after", "-4", 0.0),
        ("retry-after", "inf", None),
        ("retry-after", "nan", None),
        ("retry-after", "soon", None),
        ("retry-after", "", None),
        ("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("date", "3", None),
    ],
)
def test_a_wish_to_wait_is_read(name: str, value: str, seconds: float | None) -> None:
    assert retry_after_s({name: value}) == seconds


def test_the_finer_of_two_wishes_counts() -> None:
    assert retry_after_s({"retry-after": "1", "retry-after-ms": "250"}) == 0.25
    assert retry_after_s({"retry-after": "1", "retry-after-ms": "soon"}) == 1.0


def test_a_date_to_wait_for_becomes_seconds() -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)
    waits = retry_after_s({"retry-after": at})
    assert waits is not None
    assert 500 < waits <= 600


@given(st.text(max_size=40))
def test_nothing_that_is_sent_breaks_it(value: str) -> None:
    seconds = retry_after_s({"retry-after": value})
    assert seconds is None or seconds >= 0
