import json

import pytest

from workbench.domain.model import Completion, Usage
from workbench.judging.groundedness import code_of

COUNTED = Usage(prompt_tokens=100, completion_tokens=20)


class ScriptedCompleter:
    """Answers each request with the next line of a script; an exception in the script is raised."""

    def __init__(self, *script, finish_reason="stop", usage=COUNTED):
        self._script = list(script)
        self._finish_reason = finish_reason
        self._usage = usage
        self.requests = []

    async def complete(self, request, on_token=None):
        self.requests.append(request)
        line = self._script.pop(0)
        if isinstance(line, Exception):
            raise line
        return Completion(
            text=line, model="scripted", finish_reason=self._finish_reason, usage=self._usage, latency_ms=50.0
        )

    async def aclose(self):
        self._script.clear()


def a_claim(claim="30 days of leave", supported=True, sources=(1,), reason="source 1 says so"):
    return {"claim": claim, "reason": reason, "sources": list(sources), "supported": supported}


def a_reply(given, *claims, **changes):
    return json.dumps({"code": code_of(given), "claims": list(claims), **changes})


@pytest.fixture
def scripted():
    return ScriptedCompleter


@pytest.fixture
def claim():
    return a_claim


@pytest.fixture
def reply():
    return a_reply
