"""Prompt versions are numbered, immutable, and found again."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.prompt import Message, PromptContent
from workbench.errors import NotFoundError
from workbench.store import prompts

NOON = datetime.fromisoformat("2026-01-02T12:00:00.000001")


def saying(text: str) -> PromptContent:
    return PromptContent(messages=(Message("user", text),))


def added(s, name="mail", text="Hello", **more):
    return prompts.add(s, name=name, content=saying(text), author="ada", created_at=NOON, **more)


def test_a_version_is_read_as_it_was_added(session):
    version, new = added(session, use_case="support", changelog="why")
    assert new
    assert (version.label, version.author, version.created_at) == ("mail@1", "ada", NOON)
    assert (version.use_case, version.changelog, version.parent) == ("support", "why", None)
    assert version.hash == version.content.hash == saying("Hello").hash
    assert prompts.get(session, "mail") == prompts.get(session, "mail", 1) == version


def test_any_content_survives(undone, values_of):
    @settings(max_examples=30)
    @given(values_of(PromptContent), st.text())
    def check(content, changelog):
        with undone() as s:
            version, _ = prompts.add(s, name="p", content=content, author="a", created_at=NOON, changelog=changelog)
            assert version.content == content
            assert version.content.hash == content.hash == version.hash
            assert version.changelog == changelog

    check()


def test_saving_the_same_content_again_gives_the_version_that_is_there(session):
    first, _ = added(session)
    added(session, text="Other")
    again, new = added(session, changelog="again")
    assert not new
    assert again == first
    assert [version.number for version in prompts.versions(session, "mail")] == [1, 2]


def test_the_same_content_under_another_name_is_a_version_of_its_own(session):
    added(session)
    other, new = added(session, name="letter")
    assert new
    assert other.label == "letter@1"
    assert prompts.get(session, "letter").content == other.content


def test_without_a_number_the_newest_is_meant(session):
    added(session)
    second, _ = added(session, text="Other", parent=1)
    assert second.parent == 1
    assert prompts.get(session, "mail") == second
    assert prompts.latest(session) == [second]


def test_latest_has_the_newest_of_every_prompt_by_name(session):
    added(session, name="b")
    added(session, name="b", text="Other")
    added(session, name="a")
    assert [version.label for version in prompts.latest(session)] == ["a@1", "b@2"]


def test_a_name_that_is_not_there_brings_the_nearest(session):
    added(session, name="mortgage-assistant")
    with pytest.raises(NotFoundError, match="Did you mean 'mortgage-assistant'"):
        prompts.get(session, "mortgage-asistant")


def test_a_number_that_is_not_there_brings_the_versions(session):
    added(session)
    added(session, text="Other")
    with pytest.raises(NotFoundError, match=r"no prompt version 'mail@7'. There is: mail@1, mail@2"):
        prompts.get(session, "mail", 7)


def test_an_unknown_parent_stores_nothing(session):
    with pytest.raises(NotFoundError):
        added(session, parent=3)
    assert prompts.versions(session, "mail") == []
