import pytest

from tests.support.scoring import an_output
from workbench.domain.model import ToolCall
from workbench.domain.score import Unscored
from workbench.metrics.finishing import FINISHED


@pytest.mark.parametrize(
    ("text", "reason", "value"),
    [("Yes.", "stop", 1.0), ("Yes, be", "length", 0.0), ("I", "content_filter", 0.0), ("  ", "stop", 0.0)],
)
def test_an_answer_is_complete_when_it_came_to_its_own_end(text, reason, value):
    assert FINISHED.score(an_output(text, finish_reason=reason)).value == value


def test_a_tool_call_alone_is_a_complete_answer():
    assert FINISHED.score(an_output("", finish_reason="tool_calls", tool_calls=[ToolCall("1", "t", "{}")])).value == 1.0


def test_a_model_that_does_not_say_why_it_stopped_is_not_scored():
    assert isinstance(FINISHED.score(an_output("Yes.", finish_reason=None)), Unscored)
