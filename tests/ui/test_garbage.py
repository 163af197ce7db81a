import gc
import weakref
from itertools import pairwise

from workbench import server
from workbench.ui.garbage import EVERY_S, Broom


class Knot:
    """Holds itself, so that only a search for garbage finds it."""

    def __init__(self):
        self.itself = self


def test_what_pages_leave_behind_is_swept_away_but_not_after_each_drawing():
    drawn, swept = [0.0], []
    broom = Broom(lambda: swept.append(drawn[-1]), lambda: drawn[-1])
    for _ in range(40):
        drawn.append(drawn[-1] + 5)
        broom.sweep()

    assert len(swept) > 2
    assert all(later - earlier >= EVERY_S for earlier, later in pairwise(swept))
    assert server._settings()["runner.postScriptGC"] is False


def test_a_sweep_finds_what_holds_itself():
    left = weakref.ref(Knot())
    times = iter((0.0, EVERY_S))
    gc.disable()
    try:
        Broom(clock=lambda: next(times)).sweep()
    finally:
        gc.enable()

    assert left() is None
