"""How far a run is, on a terminal and elsewhere."""

import sys
from dataclasses import replace

import pytest

from workbench.cli.watching import progress_shown
from workbench.workspace.runs.progress import LaneProgress, Progress

DOWN = LaneProgress("one", 10, 1, 5, state="paused", waiting="It is [/down].\x1b[31m")
BUSY = LaneProgress("two", 10, 2, 0, waiting="waiting 8 s: the provider asked for it")
SOME = Progress("r1", "running", 20, 3, 5, 0, 0.1, 10.0, 180.0, (DOWN, BUSY), cached=2)


@pytest.fixture
def told(capsys, monkeypatch):
    """What is said of two moments of a run, on a terminal or elsewhere."""

    def shown(*, terminal):
        monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
        monkeypatch.setenv("COLUMNS", "200")
        with progress_shown() as show:
            show(SOME)
            show(replace(SOME, done=4))
        return capsys.readouterr().err

    return shown


def test_counts_replays_and_the_time_left_are_told(told):
    assert "3 of 20 done, 5 failed, 2 replayed, 3 min left\n" in told(terminal=False)


def test_on_a_terminal_the_reasons_for_waiting_stand_beside_the_bar(told):
    assert "4 of 20 done, 5 failed, 2 replayed, 3 min left · two: waiting 8 s" in told(terminal=True)


@pytest.mark.parametrize("terminal", [True, False])
def test_a_model_that_stopped_is_told_once_and_what_its_provider_says_is_no_markup(told, terminal):
    assert told(terminal=terminal).count(r"one pauses: It is [/down].\x1b[31m") == 1
