"""What the user's object is called with."""

import asyncio
import inspect
from functools import partial

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda
from pydantic import Field

from workbench.domain.model import CompletionRequest
from workbench.domain.prompt import Message
from workbench.errors import InputError
from workbench.models.python.calling import caller_of

MESSAGES = [{"role": "system", "content": "Be short."}, {"role": "user", "content": "Is the sea salty?"}]
REQUEST = CompletionRequest(
    messages=(Message("system", "Be short."), Message("user", "Is the sea salty?")),
    parameters={"temperature": 0.5},
    timeout_s=9.0,
    inputs={"question": "Is the sea salty?", "tags": ["sea"]},
)
ALL = {
    "messages": MESSAGES,
    "inputs": {"question": "Is the sea salty?", "tags": ["sea"]},
    "parameters": {"temperature": 0.5},
    "timeout_s": 9.0,
}


def called(found, request=REQUEST):
    value = caller_of(found, "python:mine:answer").call(request)
    return asyncio.run(value) if inspect.isawaitable(value) else value


def test_a_function_gets_the_arguments_that_it_names():
    assert called(lambda inputs, messages: (inputs, messages)) == (ALL["inputs"], MESSAGES)
    assert called(lambda *, timeout_s, parameters=None: (timeout_s, parameters)) == (9.0, {"temperature": 0.5})
    assert called(lambda **given: given) == ALL
    assert called(lambda inputs, top_k=4: (inputs, top_k)) == (ALL["inputs"], 4)


def test_a_function_with_one_argument_of_another_name_gets_the_messages():
    assert called(lambda question: question) == MESSAGES
    assert called(lambda question, top_k=4: question) == MESSAGES
    assert called(lambda question, /: question) == MESSAGES
    assert called(lambda *given: given) == (MESSAGES,)


def test_a_function_without_arguments_is_called_without_any():
    assert called(lambda: "always the same") == "always the same"


def test_partials_methods_and_objects_that_can_be_called_are_functions():
    class Chain:
        def __call__(self, inputs):
            return inputs

        def reply(self, messages):
            return messages

    assert called(partial(lambda inputs, depth: (inputs, depth), depth=2)) == (ALL["inputs"], 2)
    assert called(Chain()) == ALL["inputs"]
    assert called(Chain().reply) == MESSAGES


def test_what_a_function_does_to_its_arguments_changes_no_other_call():
    def spoil(inputs, messages, parameters):
        inputs["tags"].append("spoilt")
        messages.clear()
        parameters.clear()

    called(spoil)
    assert called(lambda **given: given) == ALL


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (lambda inputs, user_id: None, "needs the argument 'user_id'"),
        (lambda first, second: None, "needs the argument 'second'"),
        (lambda *, question: None, "needs the argument 'question'"),
        ("a text", "is a str, which cannot be called"),
        (dict, "is a class"),
        (FakeListChatModel, "is a class"),
    ],
)
def test_what_cannot_be_called_with_a_request_is_refused_with_the_reason(found, said):
    with pytest.raises(InputError, match=said):
        caller_of(found, "python:mine:answer")


def test_coroutine_functions_are_called_on_a_loop_and_others_are_not():
    async def plain(messages): ...

    async def stream(messages):
        yield ""

    class Chain:
        async def __call__(self, messages): ...

    asynchronous = [plain, stream, Chain(), partial(plain, messages=1), RunnableLambda(lambda given: given)]
    assert [caller_of(found, "").is_async for found in asynchronous] == [True] * 5
    assert not caller_of(lambda messages: None, "").is_async


def test_a_runnable_gets_the_rows_inputs_and_the_messages():
    assert called(RunnableLambda(lambda given: given)) == {**ALL["inputs"], "messages": MESSAGES}
    assert called(RunnableLambda(lambda given: given["question"]) | RunnableLambda(str.upper)) == "IS THE SEA SALTY?"


def test_a_runnable_that_can_only_be_asked_synchronously_is():
    class Old:
        def invoke(self, given):
            return given

    caller = caller_of(Old(), "")
    assert not caller.is_async
    assert caller.call(REQUEST) == {**ALL["inputs"], "messages": MESSAGES}


class Echo(FakeListChatModel):
    """Answers with the roles and texts that it was asked with."""

    responses: list[str] = Field(default_factory=list)

    def _call(self, messages, *args, **kwargs):
        return "; ".join(f"{message.type}: {message.content}" for message in messages)


CHAT = "system: Be short.; human: Is the sea salty?"


@pytest.mark.parametrize(
    "found",
    [
        Echo(),
        Echo().bind(stop=["x"]),
        Echo().with_retry(),
        Echo().with_fallbacks([Echo()]),
        Echo() | RunnableLambda(lambda m: m),
    ],
    ids=["model", "bound", "retried", "with fallbacks", "first of a chain"],
)
def test_a_chat_model_gets_the_messages_however_it_is_wrapped(found):
    assert called(found).content == CHAT


def test_a_chain_that_begins_with_a_prompt_fills_it_from_the_rows_inputs():
    prompt = ChatPromptTemplate([("system", "Be short."), ("user", "{question}")])
    assert called(prompt | Echo() | StrOutputParser()) == CHAT
    passed_on = ChatPromptTemplate([("placeholder", "{messages}")])
    assert called(passed_on | Echo() | StrOutputParser()) == CHAT


def test_what_the_code_is_not_told_is_noted():
    request = CompletionRequest(
        REQUEST.messages, {"temperature": 0.5, "top_p": 1}, tools=({},), response_schema={"type": "object"}
    )
    note = "Not passed to your own code: parameters (temperature, top_p), tools, response_schema."
    assert caller_of(lambda messages: "", "").not_passed(request) == (note,)
    assert caller_of(lambda parameters: "", "").not_passed(REQUEST) == ()
    assert caller_of(Echo(), "").not_passed(REQUEST) == ("Not passed to your own code: parameters (temperature).",)
