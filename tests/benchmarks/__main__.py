"""All benchmarks by one command: `python -m tests.benchmarks`, or those that are named behind it.

Figures are ratios within one run, printed with the machine they were taken on. Nothing here passes or fails.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import (
    big_comparison,
    completers,
    engine,
    estimating,
    loading,
    pages,
    resuming,
    retrieval,
    scale,
    sharing,
    spending,
    start,
)

SECTIONS = {
    "start": start.measure,
    "loading": loading.measure,
    "engine": engine.measure,
    "completers": completers.measure,
    "pages": pages.measure,
    "comparison": big_comparison.measure,
    "scale": scale.measure,
    "resuming": resuming.measure,
    "sharing": sharing.measure,
    "spending": spending.measure,
    "estimating": estimating.measure,
    "retrieval": retrieval.measure,
}


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {system}"


def main(chosen: list[str]) -> None:
    print(f"Machine: {machine()}")
    for name in chosen or list(SECTIONS):
        print(f"\n{name}")
        with tempfile.TemporaryDirectory() as folder:
            for label, figure in SECTIONS[name](Path(folder)):
                print(f"  {label:<62} {figure}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
