import threading

from tests.support.builders import a_content
from workbench.domain.dataset import Example
from workbench.errors import CancelledError
from workbench.workspace.prompts.asking import Question, start

ROW = Example("q-1", {"question": "When?"})
QUESTIONS = [Question("a", "a when", a_content(), None), Question("b", "b when", a_content(), "mini")]


class HeldTries:
    """Tries that say a word, wait, and say another, as a provider does that takes its time."""

    def __init__(self) -> None:
        self.said_first = threading.Event()
        self.go_on = threading.Event()
        self.stopped = False

    def ask_side_by_side(self, asked, example, *, prompt, on_piece):
        on_piece(0, "At ")
        on_piece(1, "By ")
        self.said_first.set()
        assert self.go_on.wait(10)
        try:
            on_piece(0, "nine.")
        except CancelledError:
            self.stopped = True
        return tuple(model for _, model in asked)


def test_what_came_so_far_is_there_before_all_is_in():
    tries = HeldTries()
    asking = start(tries, QUESTIONS, ROW, prompt="answer")
    assert tries.said_first.wait(10)

    assert (asking.heard, asking.done, asking.results) == ({"a": "At ", "b": "By "}, False, None)

    tries.go_on.set()
    assert asking.wait(10)
    assert asking.heard["a"] == "At nine."
    assert asking.results == (None, "mini")


def test_once_stopped_nothing_more_is_heard():
    tries = HeldTries()
    asking = start(tries, QUESTIONS, ROW, prompt="answer")
    assert tries.said_first.wait(10)

    asking.stop()
    tries.go_on.set()

    assert asking.wait(10)
    assert tries.stopped
    assert asking.heard["a"] == "At "
