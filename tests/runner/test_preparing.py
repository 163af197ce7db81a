"""Borrowed chunks: read in bulk, shown as they were, and never searched for."""

import asyncio
from dataclasses import replace

import pytest

from tests.support.builders import a_plan, a_version, an_arm, an_example
from workbench.domain.index import Chunk, RetrievedChunk
from workbench.domain.prompt import RetrievalSettings
from workbench.domain.run import Cell, ChunksOf
from workbench.errors import StoreError, UnavailableError
from workbench.runner.preparing import LARGEST_BLOCK, Preparer, Supply

LENDER = ChunksOf("r1", "answer@1:one")


def a_chunk(text):
    return RetrievedChunk(Chunk(text, "fees.md", 0, text, 0, len(text)), 1, 0.5)


class Shown:
    """The chunks of an earlier run, with what was asked for together."""

    def __init__(self, but=()):
        self.asked = []
        self.but = but

    def find(self, asked):
        self.asked.append(list(asked))
        return {place: (a_chunk(f"Of {place[0]}, {place[1]}."),) for place in asked if place not in self.but}


def borrowing(version=None, lender=LENDER, **fields):
    arm = an_arm(version or a_version(user="{{context}} {{question}}"), **fields)
    return replace(arm, borrowed=lender)


def prepared(cells, shown, lender=LENDER):
    preparer = Preparer({}, timeout_s=1.0, lenders={lender: shown})
    try:
        return asyncio.run(preparer.prepare(cells))
    finally:
        preparer.close()


def test_each_example_and_repeat_is_shown_what_the_lender_was_shown_for_it():
    arm = borrowing(retrieval=RetrievalSettings("gone"), index_fingerprint="sha256:gone")

    block = prepared(a_plan([arm], examples=2, repeats=2).cells(), Shown())

    texts = {(p.cell.example.id, p.cell.repeat): p.request.messages[-1].content for p in block.to_ask}
    assert texts["q-002", 2] == "[1] fees.md\nOf q-002, 2. Question 2?"
    assert len(set(texts.values())) == 4
    assert {p.sources.retrieval_ms for p in block.to_ask} == {None}


def test_the_arms_of_a_block_ask_their_lender_once():
    shown = Shown()
    arms = [borrowing(), borrowing(a_version(number=2, user="{{context}} {{question}}"))]

    block = prepared(a_plan(arms, examples=5).cells(), shown)

    assert len(block.to_ask) == 10
    assert len(shown.asked) == 1


def test_a_lane_asks_for_chunks_a_block_at_a_time_however_many_cells_there_are():
    shown = Shown()

    async def run():
        preparer = Preparer({}, timeout_s=1.0, lenders={LENDER: shown})

        async def prepare(cells):
            return (await preparer.prepare(cells)).to_ask

        supply, taken = Supply(a_plan([borrowing()], examples=1000).cells(), prepare), 0
        while await supply.next() is not None:
            taken += 1
        preparer.close()
        return taken

    assert asyncio.run(run()) == 1000
    assert max(map(len, shown.asked)) == LARGEST_BLOCK


def test_a_cell_that_the_lender_did_not_answer_fails_alone():
    block = prepared(a_plan([borrowing()], examples=3).cells(), Shown(but=[("q-002", 1)]))

    assert [p.cell.example.id for p in block.to_ask] == ["q-001", "q-003"]
    assert [(u.cell.example.id, type(u.error)) for u in block.failed] == [("q-002", UnavailableError)]
    assert "in run r1, answer@1:one has no answer to q-002, repeat 1" in str(block.failed[0].error)


def test_a_row_with_a_context_of_its_own_borrows_nothing():
    shown = Shown()

    block = prepared([Cell(borrowing(), an_example(1, context=("Given.",)), 1)], shown)

    assert block.to_ask[0].request.messages[-1].content.startswith("[1] given-1\nGiven.")
    assert shown.asked == []


def test_a_store_that_fails_breaks_the_run_off_instead_of_failing_its_trials():
    class Broken:
        def find(self, asked):
            raise StoreError("the disk is full")

    with pytest.raises(StoreError):
        prepared(a_plan([borrowing()]).cells(), Broken())
