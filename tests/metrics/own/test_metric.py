"""A function as a metric: what it says counts, and what it breaks stays its own."""

import os

import pytest

from tests.support.scoring import a_source, an_output
from workbench.domain.score import Scored, Unscored
from workbench.errors import InputError, UnavailableError
from workbench.metrics.own import metric as own_metrics


@pytest.mark.parametrize(
    ("body", "scale", "score"),
    [
        ("return 'please' in answer.lower()", "pass_fail", Scored(1.0)),
        ("return 0", "pass_fail", Scored(0.0)),
        ("return 0.25, 'a quarter'", "share", Scored(0.25, "a quarter")),
        ("return {'score': -3, 'reason': 'cold'}", "number", Scored(-3.0, "cold")),
        ("return {'score': True}", "pass_fail", Scored(1.0)),
        ("import numpy; return numpy.float32(0.5)", "share", Scored(0.5)),
        ("import numpy; return numpy.bool_(True)", "pass_fail", Scored(1.0)),
    ],
)
def test_what_a_function_returns_is_the_score(own, body, scale, score):
    assert own.score(f"def polite(answer):\n    {body}", scale=scale) == score


@pytest.mark.parametrize(
    ("body", "scale", "reason"),
    [
        ("return None", "pass_fail", "it returned None"),
        ("return None, 'no greeting to look at'", "pass_fail", "mine:polite: no greeting to look at"),
        ("return {'score': None, 'reason': 'no greeting'}", "pass_fail", "mine:polite: no greeting"),
        ("return 0.5", "pass_fail", "it returned 0.5, and the scale pass_fail has True and False"),
        ("return 1.5", "share", "a share lies between 0 and 1"),
        ("return float('nan')", "number", "no finite number"),
        ("return float('-inf')", "share", "no finite number"),
        ("return 10 ** 400", "number", "no finite number"),
        ("return 'yes'", "pass_fail", "it returned 'yes', a str; a metric returns True, False"),
        ("return {'value': 1}", "pass_fail", "a mapping with ['value']"),
        ("return {'score': 1, 'note': 'x'}", "pass_fail", "a mapping with ['note', 'score']"),
        ("return 1, 'a', 'b'", "pass_fail", "3 values"),
        ("return 1j", "number", "a complex"),
        ("return [True]", "pass_fail", "a list"),
        ("raise KeyError('greeting')", "pass_fail", "mine:polite raised KeyError: 'greeting' (mine.py, line 2)"),
        ("raise SystemExit(3)", "pass_fail", "raised SystemExit: 3 (mine.py, line 2)"),
        ("raise KeyboardInterrupt", "pass_fail", "raised KeyboardInterrupt (mine.py, line 2)"),
        ("return polite(answer)", "pass_fail", "raised RecursionError"),
        ("import json; json.loads(answer)", "pass_fail", "raised JSONDecodeError"),
        ("import numpy; return numpy.zeros(3)", "number", "raised ValueError"),
    ],
)
def test_what_is_no_score_is_unscored_and_says_why(own, body, scale, reason):
    found = own.score(f"def polite(answer):\n    {body}", scale=scale)
    assert isinstance(found, Unscored)
    assert reason in found.reason


def test_an_exception_names_the_users_line_and_hides_keys(own, monkeypatch):
    monkeypatch.setitem(os.environ, "OUR_API_KEY", "planted-31b4-do-not-show")
    found = own.score("import os\n\ndef polite(answer):\n    raise OSError('with ' + os.environ['OUR_API_KEY'])")
    assert found.reason == "mine:polite raised OSError: with [key] (mine.py, line 4)"


def test_a_function_that_never_returns_is_given_up_once_and_for_all(own):
    own.write(
        """
        import threading

        calls, begun, end = [], threading.Event(), threading.Event()

        def polite(answer):
            calls.append(answer)
            begun.set()
            end.wait()
        """
    )
    first = own.metric(timeout_s=0.05)
    try:
        assert "took longer than 0.05 s" in first.score(an_output("x")).reason
        assert "not asked any more" in own.metric(timeout_s=0.05).score(an_output("y")).reason
        assert own.module.begun.wait(30)
        assert own.module.calls == ["x"]
    finally:
        own.module.end.set()
        own_metrics._given_up.clear()


def test_a_function_gets_what_it_asks_for_by_name_and_copies_of_it(own):
    own.write(
        """
        seen = []

        def polite(answer, expected, question, inputs, sources, prompt, history, tool_calls, example_id, expect, tags,
                   metadata, latency_ms, cost_usd):
            seen.append(dict(locals()))
            inputs.clear()
            metadata["more"] = 1
            return True

        def alike(*, expected=None, other=3, **rest):
            return sorted(rest) == sorted(seen[0].keys() - {"expected"})
        """
    )
    given = an_output(
        "30 days", [a_source("30 days.")], expected="30", tags=("a",), metadata={"locale": "en"}, cost_usd=0.1
    )
    assert own.metric().score(given) == Scored(1.0)
    seen = own.module.seen[0]
    assert (seen["answer"], seen["expected"], seen["sources"], seen["tags"]) == ("30 days", "30", ["30 days."], ["a"])
    assert (seen["question"], seen["example_id"], seen["expect"]) == ("How many days of leave?", "q-1", "answer")
    assert (seen["prompt"], seen["latency_ms"], seen["cost_usd"]) == (
        [{"role": "user", "content": "{{question}}"}],
        120,
        0.1,
    )
    assert given.example.inputs
    assert "more" not in given.example.metadata
    assert own.metric("mine:alike").score(given) == Scored(1.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def polite(answer, tone): ...", "needs the argument 'tone'.*It gives answer, expected"),
        ("async def polite(answer): ...", "async or a generator"),
        ("def polite(answer):\n    yield 1", "async or a generator"),
        ("class polite: ...", "is a type, not a function"),
        ("polite = 3", "is a int, not a function"),
        ("def polit(answer): ...", "has no 'polite'.*'polit'"),
        ("import no_such_library", "no_such_library.*mine.py, line 1"),
    ],
)
def test_what_cannot_be_called_is_refused_before_a_run_and_unscored_in_one(own, text, message):
    own.write(text)
    with pytest.raises((InputError, UnavailableError), match=message):
        own.metric().require_ready()
    assert isinstance(own.metric().score(an_output("x")), Unscored)


def test_a_metric_is_described_without_importing_it(own):
    own.write("raise RuntimeError")
    info = own.metric(
        title="Polite", scale="number", direction="lower", unit="points", meaning="How polite it is."
    ).info
    assert (info.title, info.kind, info.direction, info.unit) == ("Polite", "number", "lower", "points")
    assert info.meaning == "How polite it is. Unscored where it says so or fails."


def test_the_version_changes_with_the_functions_file_and_with_the_scale(own):
    def version(text, **options):
        own.write(text)
        return own.metric(**options).info.version

    one = version("def polite(answer): return 1")
    assert one == version("def polite(answer): return 1", title="Other words")
    assert one != version("def polite(answer): return 0")
    assert one != version("def polite(answer): return 1", scale="share")
    assert own.metric("json:dumps").info.version != own.metric("no_such_module:polite").info.version


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"function": None}, "needs 'function'"),
        ({"function": "my metrics"}, "does not name Python code"),
        ({"function": "../x:polite"}, "does not name Python code"),
        ({"scale": "percent"}, "scale: 'percent' is not known.*pass_fail, share, number"),
        ({"direction": "up"}, "direction: 'up' is not known"),
        ({"title": 3}, "title: this is not a text"),
        ({"timeout_s": 0}, "timeout_s: this is not a number of seconds"),
        ({"timeout_s": True}, "timeout_s: this is not a number of seconds"),
        ({"words": 3}, "unknown key 'words'.*function, scale"),
    ],
)
def test_a_wrong_table_is_refused_by_name(own, options, message):
    with pytest.raises(InputError, match=rf"\[metrics\.polite\].*{message}"):
        own.metric(**options)
