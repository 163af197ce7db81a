"""The audit log tells when somebody changed it."""

from __future__ import annotations

from datetime import datetime

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.audit import GENESIS, entry_hash
from workbench.store import audit

NOON = datetime.fromisoformat("2026-01-02T12:00:00.000001")


def add(s, subject="mail@1", **detail):
    return audit.append(s, actor="ada", action="prompt added", subject=subject, detail=detail, at=NOON)


def test_entries_form_a_chain(session):
    assert audit.head(session) == (0, GENESIS)
    assert audit.verify(session) == []
    first, second = add(session), add(session, "mail@2", size=2, tags=("a", "b"), note=None)
    assert (first.number, first.previous) == (1, GENESIS)
    assert (second.number, second.previous) == (2, first.hash)
    assert second.detail == {"size": 2, "tags": ["a", "b"], "note": None}
    assert second.hash == entry_hash(second)
    assert audit.entries(session) == [first, second]
    assert audit.entries(session, limit=1) == [second]
    assert audit.head(session) == (2, second.hash)
    assert audit.verify(session) == []


def test_any_entry_leaves_the_chain_intact(undone):
    text = st.text(alphabet=st.characters())

    @given(text, text, st.dictionaries(text, text | st.floats(allow_nan=False, allow_infinity=False)))
    def check(actor, subject, detail):
        with undone() as s:
            for _ in range(2):
                audit.append(s, actor=actor, action="tried", subject=subject, detail=detail, at=NOON)
            assert audit.verify(s) == []

    check()


@pytest.mark.parametrize(
    ("tampering", "problem"),
    [
        ("UPDATE audit_entries SET actor = 'eve' WHERE number = 3", "Entry 3 was changed: its content"),
        ("UPDATE audit_entries SET happened_at = happened_at + INTERVAL 1 MICROSECOND WHERE number = 3", "Entry 3 was"),
        ("UPDATE audit_entries SET detail = '{\"n\":9}' WHERE number = 3", "Entry 3 was changed"),
        ("UPDATE audit_entries SET detail = 'no json' WHERE number = 3", "Entry 3 was changed"),
        ("DELETE FROM audit_entries WHERE number = 3", "Entry 3 is missing."),
        ("DELETE FROM audit_entries WHERE number IN (1, 2)", "Entries 1 to 2 are missing."),
        ("INSERT INTO audit_entries SELECT * FROM audit_entries WHERE number = 3", "Entry 3 is there more than once."),
    ],
)
def test_tampering_with_the_file_is_found(store, tampering, problem):
    for n in range(1, 6):
        store.write(lambda s, n=n: add(s, n=n))
    store.close()
    with duckdb.connect(str(store.path)) as raw:
        raw.execute(tampering).fetchall()
    (found,) = store.read(audit.verify)
    assert found.startswith(problem)


def test_an_entry_changed_together_with_its_hash_breaks_the_link_behind_it(session):
    for n in range(1, 4):
        add(session, n=n)
    _, second, third = audit.entries(session)
    forged = audit.append(session, actor="eve", action=second.action, subject="x", detail={}, at=NOON)
    session.execute("DELETE FROM audit_entries WHERE number IN (2, 4)")
    entry = type(forged)(2, NOON, "eve", second.action, "x", {}, second.previous, "")
    session.execute(
        "INSERT INTO audit_entries VALUES (2, ?, 'eve', ?, 'x', '{}', ?, ?)",
        [NOON, second.action, second.previous, entry_hash(entry)],
    )
    assert audit.verify(session) == [f"Entry {third.number} does not follow entry 2: the link between them is broken."]


def test_another_beginning_is_found(session):
    add(session)
    entry = audit.entries(session)[0]
    forged = type(entry)(**{**vars(entry), "previous": "sha256:" + "1" * 64, "hash": ""})
    session.execute("UPDATE audit_entries SET previous = ?, hash = ?", [forged.previous, entry_hash(forged)])
    assert audit.verify(session) == [
        "Entry 1 does not follow the beginning of the log: the link between them is broken."
    ]


def test_a_fact_and_its_entry_are_stored_together_or_not_at_all(store):
    def half(s):
        s.insert("texts", ("hash", "content"), [("h", "t")])
        add(s)
        raise KeyError("stop")

    with pytest.raises(KeyError):
        store.write(half)
    assert store.read(audit.entries) == []
    assert store.read(lambda s: s.row("SELECT count(*) FROM texts")) == (0,)
