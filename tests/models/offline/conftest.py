"""Sources and a way to ask the embedded readers about them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from workbench.domain.model import Completion, CompletionRequest
from workbench.domain.prompt import Message
from workbench.models.offline.reader import reader

HANDBOOK = """\
[1] fees.md › Early repayment
You may repay your mortgage early at any time. The early repayment fee is 1% of the amount repaid, up to a maximum of \
5,000 euros. No fee is charged in the last two years of the term. For fixed-rate loans the fee is 2%.

[2] handbook/leave.md › Carry-over
Employees may carry over up to 10 days of unused annual leave. Carried-over leave must be taken by 31 March of the next \
year. However, leave that could not be taken because of illness does not expire.

[3] handbook/sickness.md › Reporting
Report sickness to your manager before 9:30 on the first day. A doctor's note is required from the third day of absence."""

Ask = Callable[..., Completion]


@pytest.fixture(scope="session")
def handbook() -> str:
    return HANDBOOK


@pytest.fixture(scope="session")
def ask() -> Ask:
    """Ask a reader: system text, question, template of the user message, sources, earlier messages."""

    def asking(
        system: str = "",
        question: str = "How much is the early repayment fee?",
        *,
        user: str = "{question}\n\n{context}",
        context: str = HANDBOOK,
        earlier: tuple[tuple[str, str], ...] = (),
        model: str = "offline/reader",
        parameters: dict[str, object] | None = None,
        schema: dict[str, object] | None = None,
        on_token: Callable[[str], None] | None = None,
    ) -> Completion:
        messages = [Message("system", system)] if system else []
        messages += [Message(role, content) for role, content in earlier]  # type: ignore[arg-type]
        messages.append(Message("user", user.replace("{question}", question).replace("{context}", context)))
        request = CompletionRequest(tuple(messages), parameters or {}, response_schema=schema)
        return asyncio.run(reader(model).complete(request, on_token))

    return asking
