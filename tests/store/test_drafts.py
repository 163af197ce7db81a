"""Drafts are kept per author and slot until they are discarded."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings

from workbench.domain.prompt_version import Draft
from workbench.store import drafts

NOON = datetime.fromisoformat("2026-01-02T12:00:00")
DRAFT = Draft("mail", "ada", "left", {"text": "Hel", "temperature": 0.5}, 2, NOON)


def test_any_draft_is_read_as_it_was_put(undone, values_of):
    @settings(max_examples=30)
    @given(values_of(Draft))
    def check(draft):
        with undone() as s:
            drafts.put(s, draft)
            assert drafts.get(s, draft.prompt, draft.author, draft.slot) == draft

    check()


def test_the_newest_replaces_the_one_before(session):
    drafts.put(session, DRAFT)
    newer = replace(DRAFT, fields={"text": "Hello"}, updated_at=NOON - timedelta(hours=1))
    drafts.put(session, newer)
    assert drafts.get(session, "mail", "ada", "left") == newer
    assert drafts.of_author(session, "ada") == [newer]


def test_slots_prompts_and_authors_do_not_meet(session):
    others = [replace(DRAFT, slot="right"), replace(DRAFT, prompt="letter"), replace(DRAFT, author="bob")]
    for draft in (DRAFT, *others):
        drafts.put(session, draft)
    drafts.discard(session, "mail", "ada", "left")
    assert drafts.get(session, "mail", "ada", "left") is None
    assert [drafts.get(session, d.prompt, d.author, d.slot) for d in others] == others


def test_an_author_sees_the_last_touched_first(session):
    older = replace(DRAFT, slot="right", updated_at=NOON - timedelta(minutes=1))
    drafts.put(session, older)
    drafts.put(session, DRAFT)
    assert drafts.of_author(session, "ada") == [DRAFT, older]


def test_discarding_what_is_not_there_is_no_error(session):
    drafts.discard(session, "mail", "ada", "left")
    assert drafts.of_author(session, "ada") == []
