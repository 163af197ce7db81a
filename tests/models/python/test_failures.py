"""What the user's code raised, as the workbench says it."""

import json
from http import HTTPStatus
from types import SimpleNamespace

import pytest

from workbench.errors import (
    BadRequestError,
    ConnectionFailedError,
    ModelTimeoutError,
    OverloadedError,
    ProviderError,
    RateLimitedError,
)
from workbench.models.python.failures import translate


def told(error, environ=None, root=None):
    return translate(error, name="python:mine:answer", environ=environ or {}, root=root, file=None)


def an_error(name, base=Exception, **fields):
    error = type(name, (base,), {})("said so")
    vars(error).update(fields)
    return error


def answering(status, **headers):
    return SimpleNamespace(
        status_code=status, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


@pytest.mark.parametrize(
    "error",
    [
        ValueError("said so"),
        KeyError("x"),
        an_error("NotFoundError", status_code=404),
        json.JSONDecodeError("a", "b", 0),
    ],
)
def test_a_mistake_is_final(error):
    assert type(told(error)) is ProviderError
    assert not told(error).retryable


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (an_error("Any", status_code=429), RateLimitedError),
        (an_error("Any", status=503), OverloadedError),
        (an_error("Any", code=HTTPStatus.BAD_GATEWAY), OverloadedError),
        (an_error("HTTPStatusError", response=answering(500)), OverloadedError),
        (an_error("Any", status_code=504), ModelTimeoutError),
        (an_error("RateLimitError"), RateLimitedError),
        (an_error("Made", base=type("RateLimitError", (Exception,), {})), RateLimitedError),
        (an_error("ResourceExhausted"), RateLimitedError),
        (an_error("ServiceUnavailable"), OverloadedError),
        (TimeoutError(), ModelTimeoutError),
        (
            an_error("ConnectTimeout", base=type("TimeoutException", (type("TransportError", (Exception,), {}),), {})),
            ModelTimeoutError,
        ),
        (an_error("APITimeoutError", base=type("APIConnectionError", (Exception,), {})), ModelTimeoutError),
        (ConnectionResetError("gone"), ConnectionFailedError),
        (an_error("ConnectError", base=type("TransportError", (Exception,), {})), ConnectionFailedError),
        (ExceptionGroup("all", [ExceptionGroup("inner", [TimeoutError()])]), ModelTimeoutError),
    ],
)
def test_what_passes_by_itself_is_asked_again(error, kind):
    assert type(told(error)) is kind
    assert told(error).retryable


def test_a_status_says_more_than_a_name():
    assert type(told(an_error("RateLimitError", status_code=401))) is ProviderError


def test_what_an_exception_was_raised_from_on_purpose_counts():
    def failing(*, on_purpose):
        late = an_error("RateLimitError", response=answering(429, retry_after="7"))
        raise ValueError("no answer") from (late if on_purpose else None)

    with pytest.raises(ValueError) as caught:
        failing(on_purpose=True)
    assert (type(told(caught.value)), told(caught.value).retry_after_s) == (RateLimitedError, 7.0)
    with pytest.raises(ValueError) as caught:
        failing(on_purpose=False)
    assert type(told(caught.value)) is ProviderError


def test_a_wish_to_wait_is_heard():
    assert told(an_error("RateLimitError", response=answering(429, retry_after_ms="1500"))).retry_after_s == 1.5
    assert told(an_error("RateLimitError", headers={"Retry-After": "2"})).retry_after_s == 2.0
    assert told(an_error("RateLimitError")).retry_after_s is None


def test_the_message_has_class_text_and_the_users_line(own):
    own.write("import json\n\ndef parse(text):\n    return json.loads(text)\n\ndef answer():\n    return parse('{')")
    own.completer()
    with pytest.raises(json.JSONDecodeError) as caught:
        own.module.answer()
    said = told(caught.value, root=own.folder).message

    assert said.startswith("python:mine:answer raised JSONDecodeError: Expecting property name")
    # The innermost line of the user's own, not the one in the library.
    assert said.endswith("(mine.py, line 4).")


def test_no_key_and_no_second_line_gets_into_the_message():
    error = ValueError("refused\n  key planted-77aa-do-not-show and sk-abcdefghijkl")
    said = told(error, environ={"PINECONE_API_KEY": "planted-77aa-do-not-show", "HOME": "refused"}).message
    assert said == "python:mine:answer raised ValueError: refused key [key] and [key]."
    assert len(told(ValueError("x" * 5_000)).message) < 500


def test_an_error_that_cannot_even_be_shown_is_named():
    class BrokenError(Exception):
        def __str__(self):
            raise RuntimeError

        @property
        def response(self):
            raise RuntimeError

    assert told(BrokenError()).message == "python:mine:answer raised BrokenError."


def test_code_may_raise_the_workbenchs_own_errors():
    error = BadRequestError("too long", hint="Shorten it.")
    assert told(error) is error
