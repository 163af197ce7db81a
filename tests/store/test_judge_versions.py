"""Judges are numbered by what they are, like prompts."""

from __future__ import annotations

import json
from datetime import datetime

from workbench.store import judge_versions

NOON = datetime.fromisoformat("2026-01-02T12:00:00")


def registered(session, name="tone", version="a1", content=None):
    return judge_versions.register(session, name, version, content or {"votes": 1}, NOON)


def test_a_judge_has_a_new_number_when_it_changed_and_its_old_one_when_it_is_what_it_was(session):
    assert [registered(session, version=version) for version in ("a1", "b2", "a1", "c3")] == [1, 2, 1, 3]
    assert registered(session, name="groundedness", version="b2") == 1
    assert judge_versions.numbers(session) == {
        ("tone", "a1"): 1,
        ("tone", "b2"): 2,
        ("tone", "c3"): 3,
        ("groundedness", "b2"): 1,
    }


def test_what_a_version_was_can_be_read_later(session):
    registered(session, content={"rubric": {"questions": ["Is it polite?"]}})
    assert json.loads(judge_versions.content(session, "tone", 1)) == {"rubric": {"questions": ["Is it polite?"]}}
    assert judge_versions.content(session, "tone", 2) is None
