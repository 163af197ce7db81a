"""Choices that the address holds."""

from workbench.ui.components.address import told_apart


def test_options_that_read_alike_are_told_apart_by_what_they_are():
    shown = told_apart(["r1", "r2", "r3"], lambda run: "today" if run != "r3" else "yesterday")

    assert [shown(run) for run in ("r1", "r2", "r3")] == ["today · r1", "today · r2", "yesterday"]
