"""Two models of your own: a function with its own retrieval, and the same as a LangChain chain.

Lay this file beside `workbench.toml`, with `document.md`, and name the models there:

    [models.desk]
    model = "python:own_model:answer"

    [models.desk-chain]
    model = "python:own_model:chain"

A function asks for what it needs by the names of its arguments: `messages` (the rendered prompt), `inputs` (the row's),
`parameters`, `timeout_s`. A Runnable gets a mapping of the row's inputs and `messages`; a chat model the messages.

It returns a text, a LangChain message, an agent's state with `messages`, or a mapping with `text` and what is known of
it: `usage`, `cost_usd`, `sources`, `tool_calls`, `model`, `finish_reason`, `notes`. A generator's pieces are shown as
they come; a mapping may follow them. An exception fails one trial; one that says "later" (a 429, a 5xx, a time-out) is
asked again. Prints go to stderr while a command asks.

A plain function runs in a thread of its own, which nobody can stop: give what may hang a time-out (`timeout_s` is the
run's), because 256 such threads are the most. An `async def` must await what takes time; one that blocks holds up the
others.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableLambda

DOCUMENT = Path(__file__).with_name("document.md").read_text(encoding="utf-8")
SECTIONS = [section.strip() for section in re.split(r"^#+ ", DOCUMENT, flags=re.MULTILINE) if section.strip()]
REFUSAL = "Please ask at the desk."


def words(text: str) -> set[str]:
    """The beginnings of its longer words, so that `reserve` and `reserved` count as one."""
    return {word[:5] for word in re.findall(r"[a-z]{4,}", text.lower())}


def search(question: str) -> list[str]:
    """The two sections that share most words with the question, best first."""
    asked = words(question)
    if not asked:
        raise ValueError(f"{question!r} is no question.")
    found = [section for section in SECTIONS if asked & words(section)]
    return sorted(found, key=lambda section: len(asked & words(section)), reverse=True)[:2]


def write(question: str, sections: list[str]) -> str:
    """The line that shares most words with the question. Here your model would write."""
    lines = [line for section in sections for line in section.splitlines()[1:] if line.strip()]
    return max(lines, key=lambda line: len(words(question) & words(line)), default=REFUSAL)


def count(*texts: str) -> int:
    """Tokens, about. Report those that your provider counted; leave out what you do not know."""
    return sum(len(text.split()) for text in texts)


async def answer(inputs: dict[str, Any]) -> dict[str, Any]:
    """A function, sync or async. It may return a text, or a mapping with what it knows about it."""
    question = inputs["question"]
    sections = search(question)
    text = write(question, sections)
    return {
        "text": text,
        "sources": sections,
        "usage": {"prompt_tokens": count(question, *sections), "completion_tokens": count(text)},
        "cost_usd": 0.0002,
    }


def retrieve(given: dict[str, Any]) -> dict[str, Any]:
    """The first step of the chain: the row's inputs, with what was found."""
    return {**given, "sections": search(given["question"])}


def reply(given: dict[str, Any]) -> AIMessage:
    """The second step, as a chat model's: a message with its tokens."""
    text = write(given["question"], given["sections"])
    read, written = count(given["question"], *given["sections"]), count(text)
    usage = {"input_tokens": read, "output_tokens": written, "total_tokens": read + written}
    return AIMessage(text, usage_metadata=usage, response_metadata={"model_name": "desk-1"})


chain = RunnableLambda(retrieve) | RunnableLambda(reply)
