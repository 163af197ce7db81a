"""A call that may not come back, waited for only so long."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ended:
    """What a call came to."""

    value: Any
    raised: BaseException | None


def within(seconds: float, call: Callable[[], Any]) -> Ended | None:
    """Carry out a call in a thread of its own, and say what it came to; None when it takes longer.

    The thread of a call that takes longer goes on: nobody can stop it, and it does not hold up the program's end.
    """
    done = threading.Event()
    ended: list[Ended] = []

    def work() -> None:
        try:
            ended.append(Ended(call(), None))
        except BaseException as error:  # noqa: BLE001 (code of the user's own may raise anything)
            ended.append(Ended(None, error))
        finally:
            done.set()

    threading.Thread(target=work, name="own-code", daemon=True).start()
    return ended[0] if done.wait(seconds) else None
