"""Releases and their exports are found again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import duckdb
import pytest
from hypothesis import given, settings

from workbench.domain.release import Evidence, Release
from workbench.errors import NotFoundError
from workbench.store import environments, releases
from workbench.store.migrations.applying import apply
from workbench.store.releases import Export
from workbench.store.session import Session

NOON = datetime.fromisoformat("2026-01-02T12:00:00")
FIRST = Release("mail", 3, "1.0.0", "bob", self_approved=False, note="", evidence=Evidence("sha256:1"), created_at=NOON)
SECOND = replace(FIRST, number=5, version="1.1.0")


def test_any_release_is_read_as_it_was_added(undone, values_of):
    @settings(max_examples=30)
    @given(values_of(Release))
    def check(release):
        with undone() as s:
            releases.add(s, release)
            assert releases.get(s, release.prompt) == release == releases.get(s, release.prompt, release.number)
            assert releases.of_prompt(s, release.prompt) == [release] == releases.latest(s)

    check()


def test_the_newest_counts_and_earlier_ones_stay(session):
    other = replace(FIRST, prompt="letter")
    for release in (FIRST, SECOND, other):
        releases.add(session, release)
    assert releases.get(session, "mail") == SECOND
    assert releases.get(session, "mail", 3) == FIRST
    assert releases.of_prompt(session, "mail") == [FIRST, SECOND]
    assert releases.latest(session) == [other, SECOND]


def test_what_was_not_released_is_named_with_what_was(session):
    releases.add(session, FIRST)
    with pytest.raises(NotFoundError, match="There is: mail@3"):
        releases.get(session, "mail", 4)
    with pytest.raises(NotFoundError, match="Did you mean 'mail'"):
        releases.get(session, "mial")
    assert releases.of_prompt(session, "letter") == []


def test_exports_are_remembered_with_their_files(session):
    files = {"prompts/mail/versions/1.0.0.prompt.yaml": "sha256:1", "prompts/mail/manifest.json": "sha256:2"}
    made = Export("mail", "1.0.0", "out", files, NOON, "ada", 7, "sha256:3")
    others = [replace(made, version="1.1.0", audit_length=None, audit_head=None), replace(made, prompt="letter")]
    for export in (made, *others):
        releases.add_export(session, export)
    assert releases.exports(session, "mail") == [made, others[0]]
    assert releases.exports(session) == [made, *others]


def test_a_release_is_found_by_its_own_version_too(session):
    for release in (FIRST, SECOND):
        releases.add(session, release)
    assert releases.by_version(session, "mail", "1.1.0") == SECOND
    assert releases.by_version(session, "mail", "9.9.9") is None
    assert releases.every(session) == [FIRST, SECOND]


def test_a_release_of_an_older_program_stands_in_dev_with_its_approvers_signature():
    connection = duckdb.connect()
    s = Session(connection)
    apply(s, at=NOON, stop_before="m011_releasing")
    columns = ("prompt", "number", "version", "approver", "self_approved", "note", "evidence", "created_at", "document")
    evidence = '{"prompt_hash": "sha256:1", "run": "r1", "index_fingerprint": "sha256:2", "judges": {}}'
    s.insert("releases", columns, [("mail", 3, "1.0.0", "bob", False, "good", evidence, NOON, "{}")])

    apply(s, at=NOON)

    release = releases.get(s, "mail")
    assert release.evidence == Evidence("sha256:1", run="r1")
    assert [(sign.by, sign.note) for sign in release.approvals] == [("bob", "good")]
    assert [(step.environment, step.version) for step in environments.steps(s, "mail")] == [("dev", "1.0.0")]
    connection.close()
