"""What models write when a judge asks them, for servers that stand in for such models."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from aiohttp import web

from tests.support.openai_server import Asked, Reply, ok


def code_of(asked: Asked) -> str:
    """The code of a judge's request."""
    return re.search(r"The code of this request is (\w+)\.", asked.question)[1]


def answer_under_judgement(asked: Asked) -> str:
    """The answer that is to be judged."""
    code = code_of(asked)
    return re.search(rf"BEGIN ANSWER {code}\n(.*?)\nEND ANSWER {code}", asked.question, re.DOTALL)[1]


def yes_no(code: str, *answers: bool) -> str:
    """A verdict on yes/no questions."""
    entries = [{"question": n, "reason": f"reason {n}", "yes": yes} for n, yes in enumerate(answers, 1)]
    return json.dumps({"code": code, "questions": entries})


def says(write: Callable[[str], str], **how: object) -> Reply:
    """A judge's model that writes a text with the request's code in it."""

    async def reply(asked: Asked, http: web.Request) -> web.StreamResponse:
        return await ok(write(code_of(asked)), **how)(asked, http)

    return reply
