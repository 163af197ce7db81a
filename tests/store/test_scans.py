"""Scans come back as they were stored."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from workbench.domain.scan import Finding, IndexScan
from workbench.store import scans

FINDING = Finding("instruction", "speaks to a model", "medium", "a.md", 3, 9, "Note to AI")
SCAN = IndexScan("1", (FINDING,), {"instruction": 1})


def test_any_scan_comes_back_as_it_was(undone, values_of):
    @settings(max_examples=30, deadline=None)
    @given(values_of(IndexScan))
    def check(scan):
        with undone() as s:
            scans.add(s, "f1", scan)
            assert scans.get(s, "f1", scan.rules) == scan

    check()


def test_a_scan_is_kept_once_for_each_version_of_the_rules(session):
    scans.add(session, "f1", SCAN)
    scans.add(session, "f1", replace(SCAN, findings=()))
    scans.add(session, "f1", replace(SCAN, rules="2", findings=()))
    assert scans.get(session, "f1", "1") == SCAN
    assert scans.get(session, "f1", "2") == IndexScan("2", (), {"instruction": 1})
    assert scans.get(session, "f1", "3") is None
    assert scans.get(session, "f2", "1") is None
