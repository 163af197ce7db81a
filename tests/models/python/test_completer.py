"""The user's code as a model: answers, pieces, failures, and a loop that stays free whatever that code does."""

import asyncio
import threading

import pytest

from tests.support.processes import until
from workbench.domain.model import CompletionRequest, Usage
from workbench.domain.prompt import Message
from workbench.errors import (
    BadResponseError,
    ModelTimeoutError,
    OverloadedError,
    ProviderError,
    UnusableAnswerError,
)
from workbench.models.python import running

REQUEST = CompletionRequest((Message("user", "?"),))
STUCK = """
    import threading
    release = threading.Event()
    started, done = threading.Event(), threading.Event()

    def stuck(messages):
        started.set()
        release.wait(30)
        done.set()
        return "late"

    async def blocks(messages):
        return stuck(messages)

    def answer(messages):
        return "in time"

    async def answers(messages):
        return "in time"
"""


@pytest.fixture
def stuck(own):
    own.write(STUCK)
    yield own
    own.module.release.set()


@pytest.mark.parametrize(
    "text",
    [
        "def answer(messages):\n    return messages[0]['content']",
        "async def answer(messages):\n    return messages[0]['content']",
        "async def reply(messages):\n    return messages[0]['content']\nanswer = lambda messages: reply(messages)",
        "def answer(messages):\n    yield from messages[0]['content']",
        "async def answer(messages):\n    for piece in messages[0]['content']:\n        yield piece",
        "from langchain_core.runnables import RunnableLambda\nanswer = RunnableLambda(lambda m: m['messages'][0]['content'])",
    ],
    ids=["function", "coroutine", "lambda that returns a coroutine", "generator", "asynchronous generator", "runnable"],
)
def test_every_kind_of_code_answers(own, text):
    own.write(text)
    answer = own.ask()

    assert answer.text == "Is the sea salty?"
    assert answer.model == "python:mine:answer"
    assert answer.usage == Usage(None, None, None)
    assert answer.latency_ms > 0
    assert (answer.sources, answer.cost_usd, answer.notes) == (None, None, ())


def test_what_the_code_says_of_its_answer_is_kept(own):
    own.write(
        """
        def answer(inputs, parameters):
            return {"text": inputs["question"], "usage": {"prompt_tokens": 5, "completion_tokens": 2},
                    "cost_usd": 0.25, "sources": ["a", "b"], "model": "mine-2", "finish_reason": "stop",
                    "tool_calls": [{"name": "look_up", "args": {}}], "notes": [str(parameters)]}
        """
    )
    answer = own.ask(inputs={"question": "Is it?"}, parameters={"top_p": 1}, tools=({},))

    assert (answer.text, answer.model, answer.finish_reason) == ("Is it?", "mine-2", "stop")
    assert (answer.usage, answer.cost_usd, answer.sources) == (Usage(5, 2), 0.25, ("a", "b"))
    assert answer.tool_calls[0].name == "look_up"
    assert answer.notes == ("Not passed to your own code: tools.", "{'top_p': 1}")


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_pieces_come_one_by_one_where_they_are_waited_for(own, kind):
    own.write(
        f"{kind} answer(messages):\n    yield 'Sal'\n    yield ''\n    yield 'ty.'\n    yield {{'cost_usd': 0.5}}"
    )
    pieces = []
    answer = own.ask(on_token=lambda piece: pieces.append((piece, threading.current_thread())))

    assert [piece for piece, _ in pieces] == ["Sal", "ty."]
    assert {thread for _, thread in pieces} == {threading.current_thread()}
    assert (answer.text, answer.cost_usd) == ("Salty.", 0.5)
    assert 0 < answer.ttft_ms <= answer.latency_ms


def test_an_answer_that_is_not_streamed_has_no_first_piece(own):
    own.write("def answer(messages):\n    return 'a'")
    assert own.ask().ttft_ms is None


def test_an_error_of_who_listens_ends_the_call_as_that_error(own):
    own.write("def answer(messages):\n    yield 'a'\n    yield 'b'")

    def refuse(piece):
        raise LookupError(piece)

    with pytest.raises(LookupError):
        own.ask(on_token=refuse)


@pytest.mark.parametrize("kind", ["def", "async def"])
@pytest.mark.parametrize(
    ("raised", "said"),
    [
        ("ValueError('no')", r"raised ValueError: no \(mine.py, line 2\)"),
        ("SystemExit(3)", r"raised SystemExit: 3 \(mine.py, line 2\)"),
        ("KeyboardInterrupt()", r"raised KeyboardInterrupt \(mine.py, line 2\)"),
        ("StopIteration()", r"raised (StopIteration|RuntimeError).* \(mine.py, line 2\)"),
        ("GeneratorExit()", r"raised GeneratorExit \(mine.py, line 2\)"),
    ],
)
def test_whatever_the_code_raises_fails_one_trial_and_nothing_else(own, kind, raised, said):
    own.write(f"{kind} answer(messages):\n    raise {raised}\n\n{kind} fine(messages):\n    return 'fine'")
    with pytest.raises(ProviderError, match=said) as caught:
        own.ask()
    assert not caught.value.retryable
    assert own.ask("fine").text == "fine"


def test_a_timeout_of_the_codes_own_is_one(own):
    own.write("def answer(messages):\n    raise TimeoutError('database')")
    with pytest.raises(ModelTimeoutError, match="database"):
        own.ask()


def test_a_generator_that_fails_on_the_way_is_a_failure(own):
    own.write(
        "class BusyError(Exception):\n    status_code = 503\n\ndef answer(m):\n    yield 'a'\n    raise BusyError('full')"
    )
    with pytest.raises(OverloadedError, match=r"BusyError: full \(mine.py, line 6\)"):
        own.ask()


def test_code_that_cancels_itself_fails_and_does_not_stop_who_asked(own):
    own.write("import asyncio\n\nasync def answer(messages):\n    raise asyncio.CancelledError")
    with pytest.raises(ProviderError, match="cancelled itself"):
        own.ask()


def test_a_wrong_or_empty_answer_is_a_failure(own):
    own.write(
        "def answer(messages):\n    return 3\n\ndef empty(messages):\n    yield ''\n\ndef odd(messages):\n    yield 3"
    )
    with pytest.raises(UnusableAnswerError, match="type int"):
        own.ask()
    with pytest.raises(BadResponseError, match="empty"):
        own.ask("empty")
    with pytest.raises(UnusableAnswerError, match="a piece of type int"):
        own.ask("odd")


def test_cancelling_reaches_code_that_awaits(own):
    own.write(
        """
        import asyncio, threading
        started, cancelled = threading.Event(), threading.Event()

        async def answer(messages):
            started.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cancelled.set()
                raise
        """
    )

    completer = own.completer()

    async def ask_and_cancel():
        asked = asyncio.create_task(completer.complete(REQUEST))
        await asyncio.to_thread(own.module.started.wait, 10)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked

    asyncio.run(ask_and_cancel())
    assert own.module.cancelled.wait(10)


def test_code_that_keeps_a_connection_to_its_loop_can_be_asked_again_by_another(own):
    own.write(
        """
        import asyncio
        lock = asyncio.Lock()
        loops = set()

        async def answer(messages):
            loops.add(asyncio.get_running_loop())
            async with lock:
                return str(len(loops))
        """
    )
    assert [own.ask().text, own.ask().text] == ["1", "1"]


def test_a_function_that_does_not_return_in_time_is_left_behind_and_said_to_be(stuck):
    with pytest.raises(ModelTimeoutError, match=r"no complete answer in 0.05 s.*thread.*left behind.*timeout_s"):
        stuck.ask("stuck", timeout_s=0.05)
    assert stuck.ask("answer").text == "in time"
    assert not stuck.module.done.is_set()


def test_a_coroutine_that_does_not_return_in_time_is_cancelled(own):
    own.write("import asyncio\n\nasync def answer(messages):\n    await asyncio.Event().wait()")
    with pytest.raises(ModelTimeoutError, match="was cancelled"):
        own.ask(timeout_s=0.05)


def test_a_coroutine_that_blocks_its_loop_is_left_behind_with_it(stuck, monkeypatch):
    monkeypatch.setattr(running, "_ALIVE_S", 0.05)
    with pytest.raises(ModelTimeoutError, match=r"blocks its event loop.*left behind"):
        stuck.ask("blocks", timeout_s=0.05)
    assert stuck.ask("answers").text == "in time"
    stuck.module.release.set()
    until(lambda: not any(loop.alive for loop in running._blocked))


def test_a_call_whose_loop_another_one_blocked_may_be_asked_again(stuck, monkeypatch):
    monkeypatch.setattr(running, "_ALIVE_S", 0.05)
    stuck.write(
        STUCK + "\n    async def waits(messages):\n        import asyncio\n        await asyncio.Event().wait()\n"
    )

    async def both():
        neighbour = asyncio.create_task(stuck.asked("waits", timeout_s=30))
        with pytest.raises(ModelTimeoutError, match="blocks its event loop"):
            await stuck.asked("blocks", timeout_s=0.05)
        stuck.module.release.set()
        with pytest.raises(ModelTimeoutError, match="another call blocked"):
            await neighbour

    asyncio.run(both())


def test_while_code_blocks_the_loop_of_who_asks_goes_on(stuck):
    completer = stuck.completer("blocks")

    async def both():
        asked = asyncio.create_task(completer.complete(REQUEST))
        await asyncio.to_thread(stuck.module.started.wait, 10)
        turned = await asyncio.sleep(0, "turned")
        stuck.module.release.set()
        return turned, (await asked).text

    assert asyncio.run(both()) == ("turned", "late")


def test_threads_left_behind_are_counted_and_further_calls_refused_until_they_end(stuck, monkeypatch):
    monkeypatch.setattr(running, "MOST_THREADS", 2)
    monkeypatch.setattr(running, "_threads", threading.BoundedSemaphore(2))
    for _ in range(2):
        with pytest.raises(ModelTimeoutError):
            stuck.ask("stuck", timeout_s=0.05)
    with pytest.raises(ProviderError, match=r"2 threads are still busy.*start the workbench again") as caught:
        stuck.ask("answer")
    assert not caught.value.sent
    stuck.module.release.set()

    def answers_again():
        try:
            return stuck.ask("answer").text == "in time"
        except ProviderError:
            return False

    until(answers_again)


def test_loops_left_behind_are_counted_as_well(stuck, monkeypatch):
    monkeypatch.setattr(running, "_ALIVE_S", 0.05)
    monkeypatch.setattr(running, "MOST_LOOPS", 1)
    until(lambda: not any(loop.alive for loop in running._blocked))
    with pytest.raises(ModelTimeoutError):
        stuck.ask("blocks", timeout_s=0.05)
    with pytest.raises(ProviderError, match="event loops are still busy"):
        stuck.ask("answers")
    stuck.module.release.set()
    until(lambda: not any(loop.alive for loop in running._blocked))
    assert stuck.ask("answers").text == "in time"


def test_a_generator_that_nobody_waits_for_any_more_ends_at_its_next_piece(own):
    own.write(
        """
        import threading
        go_on, ended = threading.Event(), threading.Event()

        def answer(messages):
            try:
                yield "a"
                go_on.wait(30)
                while True:
                    yield "b"
            finally:
                ended.set()
        """
    )
    with pytest.raises(ModelTimeoutError):
        own.ask(timeout_s=0.05)
    own.module.go_on.set()
    assert own.module.ended.wait(10)


def test_a_hundred_calls_that_block_wait_for_each_other_and_none_is_queued(own):
    own.write(
        """
        import threading
        everybody = threading.Barrier(100, timeout=30)

        def answer(messages):
            everybody.wait()
            return "all here"
        """
    )
    completer = own.completer()

    async def ask_all():
        return await asyncio.gather(*(completer.complete(REQUEST) for _ in range(100)))

    assert {answer.text for answer in asyncio.run(ask_all())} == {"all here"}


def test_blocking_steps_of_a_runnable_need_no_place_in_a_pool(own):
    own.write(
        """
        import threading
        from langchain_core.runnables import RunnableLambda
        everybody = threading.Barrier(50, timeout=30)
        answer = RunnableLambda(lambda given: everybody.wait() and None) | RunnableLambda(lambda _: "all here")
        """
    )
    completer = own.completer()

    async def ask_all():
        return await asyncio.gather(*(completer.complete(REQUEST) for _ in range(50)))

    assert {answer.text for answer in asyncio.run(ask_all())} == {"all here"}
