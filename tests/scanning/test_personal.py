"""Personal data: what is found, what is not, and how much of labelled sentences."""

from __future__ import annotations

import json

import pytest

from tests.support.real_data import real_data
from workbench.scanning import personal


def found(rule, text):
    return [text[place.start : place.end] for place in rule(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write to ann.lee+news@mail.acme.co.uk, please.", ["ann.lee+news@mail.acme.co.uk"]),
        ("Write to someone@example.com or me@host.test", []),
        ("a@b, @handle, x@y.z1, a@@b.com", []),
    ],
)
def test_email_addresses_but_not_those_of_nobody(text, expected):
    assert found(personal.email_addresses, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Card 4111 1111 1111 1111.", ["4111 1111 1111 1111"]),
        ("Card 4111-1111-1111-1111.", ["4111-1111-1111-1111"]),
        ("Amex 378282246310005", ["378282246310005"]),
        ("Order 4111 1111 1111 1112", []),
        ("0000000000000000", []),
        ("id 94111111111111111", []),
    ],
)
def test_payment_cards_have_a_right_check_digit(text, expected):
    assert found(personal.payment_cards, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IBAN DE89 3704 0044 0532 0130 00 today", ["DE89 3704 0044 0532 0130 00"]),
        ("to gb82west12345698765432.", ["gb82west12345698765432"]),
        ("NO93 8601 1117 947", ["NO93 8601 1117 947"]),
        ("DE88 3704 0044 0532 0130 00", []),
        ("AB12 CDEF GHIJ KLMN", []),
    ],
)
def test_bank_accounts_have_right_check_digits(text, expected):
    assert found(personal.bank_accounts, text) == expected


@pytest.mark.parametrize(
    "number",
    [
        "+44 20 7946 0958",
        "+49 (0)30 901820",
        "001-518-640-0854",
        "(579)888-3058",
        "463-612-6138x036",
        "01.84.17.61.18",
        "07700 900 123",
        "0961-7596216",
    ],
)
def test_phone_numbers_as_countries_write_them(number):
    assert found(personal.phone_numbers, f"Sam, {number}, desk 4") == [number]


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-02 10:30",
        "01.02.2024",
        "costs 1 200 300 in all",
        "[0.01429677, 0.03077182]",
        "ISBN 978-3-16-148410-0",
        "10000000",
    ],
)
def test_other_numbers_are_no_phone_numbers(text):
    assert found(personal.phone_numbers, text) == []


def test_a_word_in_front_makes_a_number_a_phone_number():
    assert found(personal.phone_numbers, "Call us at 467 3395 now") == ["467 3395"]
    assert found(personal.phone_numbers, "We sold 467 3395 now") == []


def test_addresses_of_machines_count_when_they_are_public():
    text = "8.8.8.8 and 192.168.0.1, 127.0.0.1, 999.1.1.1, version 4.5.6.7, 1.2.3.4.5"
    assert found(personal.ip_addresses, text) == ["8.8.8.8"]


def test_social_security_numbers_keep_to_their_ranges():
    assert found(personal.social_security_numbers, "514-69-0360, 000-12-3456, 666-12-3456, 514-00-0360") == [
        "514-69-0360"
    ]


def test_nothing_is_shown_whole():
    text = "ann.lee@acme.org 4111 1111 1111 1111 DE89370400440532013000 514-69-0360 8.8.8.8 +44 20 7946 0958"
    places = [place for rule in personal.RULES for place in rule.find(text)]
    assert len(places) >= 6
    for place in places:
        assert place.shown is not None
        assert text[place.start : place.end] not in place.shown
        assert personal.MASK in place.shown


FLOORS = {
    "payment card": ("CREDIT_CARD", 69, 69),
    "bank account (IBAN)": ("IBAN_CODE", 8, 8),
    "US social security number": ("US_SSN", 8, 8),
    "e-mail address": ("EMAIL_ADDRESS", 17, 17),
    "phone number": ("PHONE_NUMBER", 41, 44),
    "IP address": ("IP_ADDRESS", 4, 4),
}
"""By rule: the label in the data, how many are found at least, and how many there are."""


@pytest.mark.parametrize("rule", personal.RULES, ids=lambda rule: rule.name)
def test_labelled_sentences_give_what_they_hold_and_nothing_else(rule):
    sentences = json.loads((real_data("pii-presidio") / "synth_dataset_v2.json").read_text(encoding="utf-8"))
    label, floor, total = FLOORS[rule.name]
    hits = labelled = 0
    for sentence in sentences:
        places = [(place.start, place.end) for place in rule.find(sentence["full_text"])]
        spans = [
            (span["start_position"], span["end_position"]) for span in sentence["spans"] if span["entity_type"] == label
        ]
        labelled += len(spans)
        hits += sum(any(start < to and begin < end for start, end in places) for begin, to in spans)
        assert all(any(start < to and begin < end for begin, to in spans) for start, end in places), sentence[
            "full_text"
        ]
    assert labelled == total
    assert hits >= floor
