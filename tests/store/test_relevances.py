from __future__ import annotations

from workbench.store import relevances


def test_a_kept_relevance_is_found_and_no_other(session):
    relevances.add(session, {"a": 0.25, "b": 1.0})
    relevances.add(session, {"b": 1.0, "c": 0.0})

    assert relevances.find(session, ["a", "b", "nowhere"]) == {"a": 0.25, "b": 1.0}
    assert relevances.find(session, []) == {}


def test_keeping_nothing_is_nothing_special(session):
    relevances.add(session, {})
    assert relevances.find(session, ["a"]) == {}
