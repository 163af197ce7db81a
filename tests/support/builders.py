"""Small domain objects for tests, with only what a test is about named."""

from __future__ import annotations

from datetime import datetime

from workbench.domain.dataset import Example
from workbench.domain.model import ModelSpec, Price
from workbench.domain.prompt import Message, PromptContent
from workbench.domain.prompt_version import PromptVersion
from workbench.domain.run import Arm, RunPlan

NOON = datetime(2026, 1, 2, 12, 0, 0)  # noqa: DTZ001 (naive UTC, as everywhere)
DEAR = Price(1.0, 2.0)


def a_content(user="{{question}}", system=None, **fields):
    messages = ((Message("system", system),) if system else ()) + (Message("user", user),)
    fields.setdefault("variables", tuple(v for v in ("question", "context") if f"{{{{{v}}}}}" in user))
    return PromptContent(messages=messages, **fields)


def a_version(name="answer", number=1, **content):
    made = a_content(**content)
    return PromptVersion(name, number, made, made.hash, "author", NOON)


def an_arm(version=None, model="offline/reader", price=DEAR, **fields):
    version = version or a_version()
    return Arm(
        prompt=version,
        model=ModelSpec(alias=model, model=model),
        parameters={},
        index_fingerprint=fields.pop("index_fingerprint", None),
        price=price,
        retrieval=fields.pop("retrieval", version.content.retrieval),
    )


def an_example(number=1, **fields):
    return Example(id=f"q-{number:03}", inputs={"question": f"Question {number}?"}, **fields)


def a_plan(arms=None, examples=3, **fields):
    return RunPlan(
        arms=tuple(arms or [an_arm()]),
        dataset="golden",
        dataset_version=1,
        dataset_hash="sha256:0",
        examples=tuple(an_example(n) for n in range(1, examples + 1)),
        **fields,
    )
