"""Where a run's calls are made: in this process, or by the workers of a Dask scheduler."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbench.domain.model import ModelSpec
from workbench.errors import InputError, UnavailableError
from workbench.scale.cluster import Cluster

LOCAL = "local"
"""The executor's name for this process."""
_DASK = re.compile(r"dask(\+tls)?://(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):\d{1,5}")


def executor_named(text: str | None) -> str | None:
    """The executor by what a person wrote; None is this process. Raises InputError for what is none."""
    name = (text or "").strip()
    if name in {"", LOCAL}:
        return None
    if not _DASK.fullmatch(name) or not 0 < int(name.rpartition(":")[2]) < 2**16:
        raise InputError(f"{name!r} is no executor.", hint=f"Write dask://HOST:PORT, dask+tls://HOST:PORT, or {LOCAL}.")
    return name


async def require_executor(executor: str, models: Sequence[ModelSpec]) -> None:
    """Raise UnavailableError when a run cannot begin there.

    No scheduler answers, or a worker has other versions or lacks a model's key. A scheduler without workers is enough:
    they may come later.
    """
    from workbench.workspace.runs.scaling.crew import look_at

    cluster = await Cluster.connect(executor)
    try:
        reasons = [reason for reason in (await look_at(cluster, models, list(cluster.workers))).values() if reason]
    finally:
        await cluster.aclose()
    if reasons:
        raise UnavailableError(
            f"Not every worker of {executor} can take part: {'; '.join(reasons)}.",
            hint="Install the same versions everywhere, set the keys where the workers start, and start them again.",
        )
