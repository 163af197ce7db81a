"""What a model's failures mean and what to do about them, in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.ui.components.text import one_line, plain

ADVICE: Mapping[str, str] = {
    "RateLimitedError": "The provider wants fewer requests: wait a while, or start a run with fewer at once.",
    "OverloadedError": "The provider is overloaded or out of order: wait a while.",
    "ModelTimeoutError": "No answer came in time: wait a while, or allow more time on the command line, --timeout.",
    "ConnectionFailedError": "There is no connection: check the network, or that the local server is started.",
    "BadResponseError": "The answers are cut off or malformed: asking again often helps.",
    "UnusableAnswerError": "The project's own code returns what is no answer: mend it and restart the app.",
    "AuthenticationError": "The key is missing or wrong: set it in the environment and restart the app.",
    "UnknownModelError": "The provider does not know this model: start a new run with the right name.",
    "BadRequestError": "The provider refuses the request as it is: look at the parameters of the prompt.",
    "ContextTooLongError": "The prompt is too long for this model: show it fewer sources, or take a larger model.",
    "ImportedFailure": "The other tool got no answer either: ask again there.",
    "ContentFilteredError": "The provider's filter blocks it: asking again rarely helps, look at the question.",
}
MOST_SAID = 300
OTHERWISE = "Ask again; if it stays so, look at the terminal in which the app was started."


def advice(error: str) -> str:
    """What an error means and what to do, by its class name."""
    return ADVICE.get(error, OTHERWISE)


def said(message: str) -> str:
    """Markdown: the provider's own words, small, to stand below what they mean."""
    return f":small[{plain(one_line(message, MOST_SAID))}]"
