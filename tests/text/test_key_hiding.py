"""No key is left in a text, and what is no key stays."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import BadRequestError
from workbench.models.provider_errors import Asked
from workbench.text.key_hiding import KeyHider


def test_what_looks_like_a_key_is_hidden_without_being_known() -> None:
    hidden = KeyHider()("sk-proj-abcdef123456, AIzaSyA1234567890, Bearer abc.def and ?key=secret&x=1")
    assert hidden == "[key], [key], Bearer [key] and ?key=[key]&x=1"


def test_keys_of_every_known_issuer_are_hidden() -> None:
    keys = ("ghp_" + "a1" * 12, "AKIA" + "A1" * 8, "glpat-" + "b2" * 12, "xoxb-" + "12" * 8)
    assert KeyHider()(f"It said {' and '.join(keys)}.") == "It said [key] and [key] and [key] and [key]."
    block = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----"
    assert KeyHider()(f"Sent {block} twice: {block[:40]}") == "Sent [key] twice: [key]"


def test_a_dummy_is_no_secret() -> None:
    assert KeyHider(["x"])("an example text") == "an example text"


def test_an_exceptions_own_texts_are_cleaned() -> None:
    error = ValueError("own-7a51b3 is wrong", 7)
    error.message = "own-7a51b3"  # type: ignore[attr-defined]
    KeyHider(["own-7a51b3"]).scrub(error)
    assert error.args == ("[key] is wrong", 7)
    assert error.message == "[key]"  # type: ignore[attr-defined]


@given(st.text("0123456789abcdef", min_size=12, max_size=40), st.integers(0, 500), st.text(max_size=60))
def test_no_part_of_a_known_key_stays_in_a_message_wherever_it_is_cut(key: str, before: int, after: str) -> None:
    said = f"{'.' * before}{key}{after}"
    message = Asked("m/x").failed(BadRequestError, said, KeyHider([key])).message
    assert key[:8] not in message.replace(after, "")
