"""One process at a time carries a run out, and any other can tell it to stop."""

from __future__ import annotations

import pytest

from workbench.errors import RunBusyError, StoreError
from workbench.workspace.runs.claims import Claim


@pytest.fixture
def claim(wb):
    return Claim(wb.context, "r1")


def test_a_run_that_this_process_carries_out_already_is_refused_and_says_so(claim):
    lock = claim.take()
    assert claim.taken()
    with pytest.raises(RunBusyError, match="by this process already"):
        claim.take()

    lock.release()
    assert not claim.taken()
    claim.take().release()


def test_a_run_that_nobody_ever_took_is_free(claim):
    assert not claim.taken()
    assert not claim.asked_to_stop()


def test_a_wish_to_stop_is_over_with_the_one_it_was_meant_for(claim):
    lock = claim.take()
    claim.ask_to_stop()
    assert claim.asked_to_stop()
    lock.release()

    claim.take().release()
    assert not claim.asked_to_stop()


def test_a_folder_that_cannot_be_written_is_an_error_with_its_name(claim, wb):
    wb.context.state.mkdir(exist_ok=True)
    (wb.context.state / "runs").write_text("no folder")
    for step in (claim.take, claim.ask_to_stop):
        with pytest.raises(StoreError, match="runs"):
            step()
