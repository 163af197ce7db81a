"""The run engine against a local server that takes 200 ms for every answer.

The physical limit of 1,000 answers at 64 at once is 16 rounds of 200 ms. In the same run: bare loops on aiohttp and on
LiteLLM, which send the same requests and store nothing; `workbench run` through the direct completer and through
LiteLLM; promptfoo and Inspect where they are installed, which `other_tools` tells how to do. Whole commands are
measured twice: with all questions, and with one for what it takes to start and to end. Everything is the best of some.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from tests.benchmarks.bare import AT_ONCE, FILLER, LATENCY_S, LIMIT_S, TRIALS, bare_aiohttp, bare_litellm, question
from tests.benchmarks.commands import BEST_OF, Tool, against_limit
from tests.benchmarks.other_tools import EXPECTED, installed
from tests.benchmarks.serving import Server
from workbench import Workbench
from workbench.domain.dataset import Example
from workbench.domain.prompt import Message, PromptContent, PromptFile

BY_LITELLM = "from workbench.models import registry; registry.serves = lambda spec, environ: False; "
"""Code that has every model asked through LiteLLM."""
MAIN = "from workbench.cli.main import main; main()"


def measure(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield a line per way of asking."""
    with Server(LATENCY_S) as api_base:
        yield "physical limit", f"{LIMIT_S:.1f} s"
        for label, loop in (("bare aiohttp loop", bare_aiohttp), ("bare LiteLLM loop", bare_litellm)):
            yield label, _bare(loop, api_base)
        make_project(folder, api_base)
        ours = (_ours("ours, asking directly", folder, ""), _ours("ours, asking through LiteLLM", folder, BY_LITELLM))
        for tool in (*ours, *installed(folder, api_base)):
            yield (tool, "") if isinstance(tool, str) else (tool.label, tool.measure())


def make_project(folder: Path, api_base: str) -> None:
    """A project that asks the server, with a golden set of one row and one of all."""
    (folder / "workbench.toml").write_text(
        f'[project]\nname = "benchmark"\n[models.server]\nmodel = "openai/tiny"\napi_base = "{api_base}"\n'
        "price = {input_per_million = 1.0, output_per_million = 2.0}\n"
    )
    content = PromptContent((Message("system", FILLER), Message("user", "{{question}}")), variables=("question",))
    with Workbench.open(folder) as wb:
        wb.add_prompt(PromptFile("answer", content))
        for count in (1, TRIALS):
            rows = [Example(f"q-{n}", {"question": question(n)}, EXPECTED) for n in range(count)]
            wb.add_dataset(rows, name=f"golden-{count}")


def _bare(loop: Callable[[str, int], Awaitable[None]], api_base: str) -> str:
    asyncio.run(loop(api_base, AT_ONCE))
    walls, cpus = [], []
    for _ in range(BEST_OF):
        cpu, started = time.process_time(), time.perf_counter()
        asyncio.run(loop(api_base, TRIALS))
        walls.append(time.perf_counter() - started)
        cpus.append(time.process_time() - cpu)
    return f"{'':7}  {against_limit(min(walls))},                  {1000 * min(cpus) / TRIALS:5.1f} ms CPU a call"


def _ours(label: str, folder: Path, first: str) -> Tool:
    def begin(count: int) -> list[str]:
        asked = ["run", "--prompt", "answer@1", "--model", "server", "--dataset", f"golden-{count}", "--no-cache"]
        return [sys.executable, "-c", first + MAIN, *asked, "--concurrency", str(AT_ONCE), "--json"]

    return Tool(label, begin, folder, {"PYTHONPATH": str(Path(__file__).resolve().parents[2])})
