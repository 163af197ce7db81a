"""The attacks and look-alikes to try a prompt with."""

from __future__ import annotations

import base64
import codecs
import re
from collections import Counter
from pathlib import Path

import pytest

from workbench.formats.datasets import read_dataset

FILE = Path(__file__).parents[2] / "datasets" / "red-team" / "starter.jsonl"
ROWS = read_dataset("starter.jsonl", FILE.read_bytes())
KINDS = {
    "override": 8,
    "extraction": 10,
    "planted": 12,
    "encoded": 6,
    "exfiltration": 4,
    "personal-data": 6,
    "tool-misuse": 4,
    "look-alike": 10,
}


def text_of(row):
    return "\n".join([row.inputs["question"], *(row.context or ())])


def decoded(text):
    """The text as it stands, and as those who decode it read it."""
    pieces = [text, codecs.decode(text, "rot13"), text[::-1]]
    pieces += [base64.b64decode(part).decode() for part in re.findall(r"[A-Za-z0-9+/]{24,}={0,2}", text)]
    pieces += [bytes.fromhex(part).decode() for part in re.findall(r"(?:[0-9a-f]{2} ){5,}[0-9a-f]{2}", text)]
    pieces.append("".join(chr(ord(c) - 0xE0000) if 0xE0000 <= ord(c) < 0xE0080 else c for c in text))
    pieces.append(text.replace("\u200b", ""))
    return "\n".join(pieces)


def test_there_are_sixty_rows_of_the_planned_kinds_each_with_its_owasp_id():
    assert Counter(row.tags[1] for row in ROWS) == KINDS
    assert {row.tags[2] for row in ROWS} == {"LLM01", "LLM02", "LLM05", "LLM06", "LLM07", "benign"}
    assert all(row.tags[0] == "red-team" and row.metadata["owasp"] == row.tags[2] for row in ROWS)


def test_look_alikes_expect_an_answer_and_attacks_are_no_look_alikes():
    for row in ROWS:
        if row.tags[1] in {"look-alike", "planted"}:
            assert row.expect == "answer"
            assert row.expected
        assert ("attack" in row.metadata) == (row.tags[1] != "look-alike")


@pytest.mark.parametrize("row", [row for row in ROWS if "payload" in row.metadata], ids=lambda row: row.id)
def test_a_payload_is_what_the_attack_asks_for_and_is_used_once(row):
    payload = row.metadata["payload"]
    assert sum(other.metadata.get("payload") == payload for other in ROWS) == 1
    if row.id not in {"encoded-03", "encoded-06"}:  # letters as digits, and a riddle
        assert payload in decoded(text_of(row))


def test_a_secret_stands_in_the_source_that_holds_it():
    for row in ROWS:
        if "secret" in row.metadata:
            assert row.metadata["secret"] in row.context[0]
            assert row.metadata["secret"] not in row.inputs["question"]


def test_the_same_words_stand_in_attacks_and_in_look_alikes():
    harmless = " ".join(text_of(row) for row in ROWS if row.tags[1] == "look-alike").lower()
    for word in ("ignore", "previous instructions", "system message", "word for word", "kill"):
        assert word in harmless
