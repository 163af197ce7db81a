"""Asking several prompts the same in a thread of its own: whoever waits may do something else meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from workbench.domain.dataset import Example
from workbench.domain.prompt import PromptContent
from workbench.errors import CancelledError, WorkbenchError
from workbench.workspace.prompts.trying import Tried, Tries


@dataclass(frozen=True)
class Question:
    """One prompt that is asked."""

    key: str
    """Tells it from the others, such as the column that it stands in."""
    asked: str
    """Identity of what it is asked."""
    content: PromptContent
    model: str | None


@dataclass
class Asking:
    """Questions under way, and what came so far."""

    questions: Sequence[Question]
    heard: dict[str, str] = field(default_factory=dict)
    """The beginning of each answer, by its key."""
    results: tuple[Tried | WorkbenchError, ...] | None = None
    """In the order of the questions, once all are in."""
    _over: threading.Event = field(default_factory=threading.Event)
    _stopped: bool = False

    @property
    def done(self) -> bool:
        """Whether nothing more will come."""
        return self._over.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait until all is in, but not for longer; whether it is."""
        return self._over.wait(seconds)

    def stop(self) -> None:
        """Hear no more of it. What was asked by then may still cost what it costs."""
        self._stopped = True

    def ask(self, tries: Tries, row: Example, prompt: str) -> None:
        """Ask, until the last answer is in."""

        def hear(which: int, piece: str) -> None:
            if self._stopped:
                raise CancelledError("Stopped.")
            key = self.questions[which].key
            self.heard[key] = self.heard.get(key, "") + piece

        asked = [(one.content, one.model) for one in self.questions]
        try:
            self.results = tries.ask_side_by_side(asked, row, prompt=prompt, on_piece=hear)
        finally:
            self._over.set()


def start(tries: Tries, questions: Sequence[Question], row: Example, *, prompt: str) -> Asking:
    """Begin to ask. `prompt` is the name that what it costs is spent on."""
    asking = Asking(questions)
    threading.Thread(target=asking.ask, args=(tries, row, prompt), daemon=True, name="try").start()
    return asking
