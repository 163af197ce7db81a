"""Keys, private keys and passwords: what is taken for one, and that none is shown."""

from __future__ import annotations

import pytest

from workbench.scanning import secrets


def found(rule, text):
    return [text[place.start : place.end] for place in rule(text)]


# Put together here, so that nobody who searches this file takes them for real ones.
RANDOM = "Zx81kQw7Lm20TpVb93Ra"


@pytest.mark.parametrize(
    "key",
    [
        f"sk-proj-{RANDOM}",
        f"sk_live_{RANDOM}",
        f"ghp_{RANDOM}",
        f"glpat-{RANDOM}",
        f"hf_{RANDOM}",
        f"AKIA{RANDOM[:16].upper()}",
        f"AIza{RANDOM}{RANDOM}",
        f"xoxb-{RANDOM}",
        f"eyJ{RANDOM}.eyJ{RANDOM}.{RANDOM}",
    ],
)
def test_keys_are_known_by_how_their_issuers_begin_them(key):
    assert found(secrets.keys, f"The key is {key}, keep it.") == [key]


@pytest.mark.parametrize(
    "text",
    [
        "sk-xxxxxxxxxxxxxxxxxxxxxxxx",
        "sk-your-api-key-goes-here-please",
        "AKIAIOSFODNN7EXAMPLE",
        "risk-management-of-projects-2024",
        "sk-learn-is-a-library-for-everything",
    ],
)
def test_placeholders_and_words_are_no_keys(text):
    assert found(secrets.keys, text) == []


def test_a_private_key_is_found_to_its_end_and_a_mere_header_is_not():
    body = "\n".join([RANDOM * 3] * 4)
    block = f"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----"
    assert found(secrets.private_keys, f"before\n{block}\nafter") == [block]
    assert found(secrets.private_keys, "It begins with -----BEGIN PRIVATE KEY----- and then the key.") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('password = "hunter2-Xy"', ['password = "hunter2-Xy']),
        ("DB_PASSWORD: s3cr3t!Value", ["DB_PASSWORD: s3cr3t!Value"]),
        ("api-key: 9f8e7d6c5b4a", ["api-key: 9f8e7d6c5b4a"]),
        ("password: required", []),
        ("password = os.environ['X1']", []),
        ("api_key=your-api-key-1", []),
        ("max_tokens: 10240", []),
        ("token: 1234567890", []),
        ("keyboard: qwertz123", []),
    ],
)
def test_values_of_secret_names_count_when_they_are_more_than_words(text, expected):
    assert found(secrets.assigned, text) == expected


def test_passwords_in_addresses_are_found_alone():
    assert found(secrets.in_addresses, "postgres://app:Zx81kQ@db.internal/x and http://host:8080/a@b") == ["Zx81kQ"]
    assert found(secrets.in_addresses, "postgres://user:password@host/db") == []


def test_no_secret_is_shown_whole():
    text = f"sk-{RANDOM} password=Zx81kQw7 db://a:{RANDOM[:9]}@h -----BEGIN PRIVATE KEY-----\n{RANDOM * 4}\n"
    places = [place for rule in secrets.RULES for place in rule.find(text)]
    assert len(places) == 4
    for place in places:
        assert place.shown is not None
        assert RANDOM[:6] not in place.shown
        assert "Zx81" not in place.shown
