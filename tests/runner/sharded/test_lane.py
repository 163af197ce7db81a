"""What the driver learns of calls that are made elsewhere."""

import math

from workbench.errors import AuthenticationError, OverloadedError
from workbench.runner.sharded.crew import Told
from workbench.runner.sharded.lane import FIRST_SHARD, LARGEST_SHARD, LONG_S, FarLane
from workbench.runner.sharded.shard import Worked


class Saying:
    """A crew of which only what it says matters."""

    def __init__(self, missing="", **told):
        self.missing = missing
        self._told = told

    def told(self, model):
        return self._told


def lane(*crew, **told):
    return FarLane("one", Saying(*crew, **told))


def back(**fields):
    return Worked((), (), **{"seconds": 0.1, **fields})


def test_shards_grow_while_they_come_back_soon_and_shrink_when_there_is_much_to_lose():
    made = lane()
    sizes = [made.shard_size(1)]
    for _ in range(4):
        made.learn(sizes[-1], back())
        sizes.append(made.shard_size(1))
    made.learn(sizes[-1], back(seconds=2 * LONG_S))

    assert sizes == [FIRST_SHARD, 16, 32, LARGEST_SHARD, LARGEST_SHARD]
    assert made.shard_size(1) == LARGEST_SHARD // 2


def test_a_worker_is_kept_busy_by_however_slow_a_model():
    made = lane()
    for _ in range(10):
        made.learn(1, back(seconds=100))

    assert (made.shard_size(1), made.shard_size(12), made.shard_size(500)) == (1, 12, LARGEST_SHARD)


def test_a_pause_that_is_told_of_late_does_not_pause_again_what_was_let_go_on():
    made, down = lane(), OverloadedError("down")
    made.learn(8, back(lane_state="paused", stopped_by=down))
    assert (made.state, made.stopped_by) == ("paused", down)

    made.go_on()
    made.learn(8, back(lane_state="paused", stopped_by=down))
    assert (made.state, made.stopped_by) == ("open", None)

    made.learn(8, back(lane_state="paused", stopped_by=down, continued=1))
    assert made.state == "paused"


def test_a_closed_lane_stays_closed():
    made = lane()
    made.learn(8, back(lane_state="closed", stopped_by=AuthenticationError("no")))
    made.learn(8, back(lane_state="paused", stopped_by=OverloadedError("down")))

    assert (made.state, str(made.stopped_by)) == ("closed", "no")


def test_it_tells_the_calls_of_all_workers_together():
    made = lane(a=Told(3, 4, 0.0, ""), b=Told(2, 4, 5.0, "its limit"))

    assert (made.in_flight, made.at_once, made.waiting()) == (5, 8, (0.0, ""))


def test_it_waits_when_every_worker_does_or_there_is_none():
    slow, slower = Told(1, 4, 2.0, "its limit is 30 requests a minute"), Told(1, 4, 5.0, "asked to wait")

    assert lane(a=slow).waiting() == (2.0, "its limit is 30 requests a minute")
    assert lane(a=slow, b=slower).waiting() == (5.0, "asked to wait (each of 2 workers)")
    assert lane("waiting for workers").waiting() == (math.inf, "waiting for workers")
