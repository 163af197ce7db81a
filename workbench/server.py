"""Starting the app: one local server, one project.

It stands between the faces and the use cases: the command line starts it, and it runs the app's script, which it knows
by its path alone.
"""

from __future__ import annotations

import os
import random
import socket
import threading
import tomllib
import webbrowser
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import InputError
from workbench.workspace import Workbench, jobs
from workbench.workspace.evaluations import evaluating
from workbench.workspace.shipped import shipped
from workbench.workspace.warming import warm_later
from workbench.workspace.workbench import PROJECT_VARIABLE

if TYPE_CHECKING:
    import streamlit as st

SCRIPT = Path(__file__).parent / "ui" / "app.py"
LOCAL = {"127.0.0.1", "localhost", "::1"}
PORTS_TRIED = 20
UNASSIGNED = range(20_000, 30_000)
"""Where any free port is looked for: below the ports that the system gives to outgoing connections. Up there, whoever
polls for a server that is not up yet can end up connected to itself, and so takes the server's port."""
BROWSER_WAIT_S = 30.0
BROWSER_RETRY_S = 0.1


def serve(
    project: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8501,
    page: str = "",
    open_browser: bool = True,
    say: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve a project until interrupted. Takes the next free port when the wanted one is taken.

    Raises InputError for an address that other machines reach: everyone there could spend the owner's money.
    """
    if host not in LOCAL:
        raise InputError(
            f"The app does not listen at {host}: nobody signs in here, so everyone who reaches it could use it.",
            hint="Leave --host out, and reach it from elsewhere through an SSH tunnel.",
        )
    free = _free_port(host, port)
    if port not in (free, 0):
        say(f"Port {port} is taken.")
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{free}/{page}"
    say(f"The app: {address}  (Ctrl-C ends it)")
    os.environ[PROJECT_VARIABLE] = str(project)
    if open_browser:
        threading.Thread(target=_open_when_up, args=(host, free, address), daemon=True).start()
    import streamlit as st

    from workbench.api import prompt_routes

    app = st.App(SCRIPT, lifespan=_lifespan, routes=prompt_routes(cache(Workbench.open)))
    app.run(config={**_settings(), "server.address": host, "server.port": free})


@asynccontextmanager
async def _lifespan(_: st.App) -> AsyncIterator[dict[str, Any] | None]:
    """Runs and evaluations belong to the process, not to a browser tab: they end with the server, and not before."""
    warming = warm_later()
    try:
        yield None
    finally:
        warming.cancel()
        evaluating.shut_down()
        jobs.shut_down()


def _settings() -> Mapping[str, Any]:
    """The shipped configuration, flattened to dotted names."""
    tables = tomllib.loads((shipped(".streamlit") / "config.toml").read_text(encoding="utf-8"))
    flat: dict[str, Any] = {}

    def flatten(prefix: str, table: Mapping[str, Any]) -> None:
        for key, value in table.items():
            if isinstance(value, dict):
                flatten(f"{prefix}{key}.", value)
            else:
                flat[prefix + key] = value

    flatten("", tables)
    return flat


def _free_port(host: str, wanted: int) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    any_port = random.sample(UNASSIGNED, PORTS_TRIED)
    for port in any_port if wanted == 0 else range(wanted, wanted + PORTS_TRIED):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    if wanted == 0:
        raise InputError("No free port was found.", hint="Give one: --port.")
    raise InputError(f"The ports {wanted} to {wanted + PORTS_TRIED - 1} are all taken.", hint="Give another: --port.")


def _open_when_up(host: str, port: int, address: str) -> None:
    """Open the browser once the server answers; without a browser, the printed address is enough."""
    pause, tries = threading.Event(), int(BROWSER_WAIT_S / BROWSER_RETRY_S)
    for _ in range(tries):
        try:
            with socket.create_connection((host, port), timeout=1):
                break
        except OSError:
            pause.wait(BROWSER_RETRY_S)
    webbrowser.open(address)
