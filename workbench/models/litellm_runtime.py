"""LiteLLM itself: imported once, in a background thread where possible, and quiet.

Importing it takes seconds, and unless told otherwise it fetches a price table from the network and reads a `.env`
file from the working directory, which in a project folder may be anybody's. Both are switched off here.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections import Counter
from typing import Any

from workbench.domain.model import ModelSpec
from workbench.text.key_hiding import KeyHider

_BEFORE_IMPORT = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MODE": "PRODUCTION"}

_OPENAI_ACCOUNT = ("OPENAI_ORGANIZATION", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID")

_import_lock = threading.Lock()
_module: Any = None
_users: Counter[int] = Counter()
"""How many completers are open on each event loop, by the loop's id. Only the loop's own thread changes its count."""


def load() -> Any:
    """The module `litellm`, imported on the first call. Blocks for seconds: call it off the event loop."""
    global _module  # noqa: PLW0603 - one import per process is the point
    if _module is None:
        with _import_lock:
            if _module is None:
                _module = _import()
    return _module


def warm_up() -> None:
    """Start the import in a background thread, so that the first answer need not wait for all of it."""
    if _module is None and not _import_lock.locked():
        threading.Thread(target=load, name="litellm-import", daemon=True).start()


def _import() -> Any:
    os.environ.update(_BEFORE_IMPORT)
    import litellm
    import openai

    litellm.suppress_debug_info = True
    litellm.disable_hf_tokenizer_download = True
    # Where embeddings are asked for, it takes a wish for no retries as no wish.
    litellm.DEFAULT_MAX_RETRIES = 0
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
        logger = logging.getLogger(name)
        logger.addFilter(_without_keys)
        if "LITELLM_LOG" not in os.environ:
            # It logs tracebacks that may hold prompts; every failure is raised as well.
            logger.setLevel(logging.CRITICAL)
    # The first call imports several hundred modules more, a second that would count as the model's time.
    for _ in litellm.completion(
        model="openai/warm-up",
        messages=[{"role": "user", "content": "hello"}],
        mock_response="hello",
        stream=True,
        stream_options={"include_usage": True},
        api_key="not-needed",
    ):
        pass
    _ = openai.AsyncOpenAI(api_key="not-needed").chat.completions
    return litellm


def _without_keys(record: logging.LogRecord) -> bool:
    """Hide keys in what is logged; the record goes on its way."""
    hide = KeyHider.of_environment(os.environ)
    told = record.getMessage()
    if record.exc_info:
        told += "\n" + logging.Formatter().formatException(record.exc_info)
    record.msg, record.args, record.exc_info, record.exc_text = hide(told), (), None, None
    return True


def account_left_out(spec: ModelSpec) -> dict[str, str]:
    """Headers that keep the account at OpenAI from providers whom it does not concern.

    OpenAI's client adds it from the environment wherever it is used.
    """
    concerned = spec.api_base is None and spec.model.startswith("openai/")
    if concerned or not any(map(os.environ.get, _OPENAI_ACCOUNT)):
        return {}
    return {"OpenAI-Organization": "", "OpenAI-Project": ""}


class Clients:
    """One completer's use of LiteLLM, whose HTTP clients are shared by all calls on an event loop."""

    def __init__(self) -> None:
        self._loop: int | None = None

    async def open(self) -> Any:
        """The module `litellm`, for calls on the running loop."""
        litellm = await asyncio.to_thread(load)
        if self._loop is None:
            self._loop = id(asyncio.get_running_loop())
            _users[self._loop] += 1
        return litellm

    async def close(self) -> None:
        """Close the loop's clients where no other completer uses them.

        LiteLLM caches clients per event loop. Its own closing function closes those of other loops too and leaves the
        closed ones in the cache, where the next call would find them.
        """
        loop, self._loop = self._loop, None
        if loop is None:
            return
        _users[loop] -= 1
        if _users[loop] > 0:
            return
        del _users[loop]
        clients: dict[str, Any] = load().in_memory_llm_clients_cache.cache_dict
        for key in [key for key in clients if key.endswith(f"-{loop}")]:
            await clients.pop(key).close()
        # Sockets are let go on the loop's next turn, which a loop that ends now would not have.
        await asyncio.sleep(0)
