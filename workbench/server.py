"""Starting the app: one local server, one project.

It stands between the faces and the use cases: the command line starts it, and it runs the app's script, which it knows
by its path alone.
"""

from __future__ import annotations

import logging
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
from workbench.settings import PROJECT_FILE, read_settings
from workbench.settings.sign_in import LOCAL, SIGN_IN_FILE, SIGNED_IN_ONLY, SignIn, read_sign_in
from workbench.workspace import Workbench, jobs
from workbench.workspace.context import STATE_DIRECTORY
from workbench.workspace.evaluations import evaluating
from workbench.workspace.judges import lesson_jobs
from workbench.workspace.runs import rescoring_jobs
from workbench.workspace.shipped import shipped
from workbench.workspace.warming import warm_later
from workbench.workspace.workbench import PROJECT_VARIABLE

if TYPE_CHECKING:
    import streamlit as st
    from starlette.middleware import Middleware

SCRIPT = Path(__file__).parent / "ui" / "app.py"
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

    Where the project's state directory has a `secrets.toml`, people sign in. Raises InputError for an address that
    other machines reach where they do not: everyone there could spend the owner's money.
    """
    sign_in = read_sign_in(project / STATE_DIRECTORY / SIGN_IN_FILE)
    if host not in LOCAL and sign_in is None:
        raise InputError(
            f"The app does not listen at {host}: nobody signs in here, so everyone who reaches it could use it.",
            hint=f"Configure sign-in in {project / STATE_DIRECTORY / SIGN_IN_FILE} (the guide's chapter team.md has a "
            "file to copy), or leave --host out and reach it from elsewhere through an SSH tunnel.",
        )
    free = _free_port(host, port)
    if port not in (free, 0):
        if sign_in is not None:
            raise InputError(f"Port {port} is taken, and people come back from signing in to one port.")
        say(f"Port {port} is taken.")
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{free}/{page}" if sign_in is None else f"{sign_in.origin}/{page}"
    say(f"The app: {address}  (Ctrl-C ends it)")
    if sign_in is not None:
        _prepare_sign_in(project, sign_in, say)
    os.environ[PROJECT_VARIABLE] = str(project)
    if open_browser:
        threading.Thread(target=_open_when_up, args=(host, free, address), daemon=True).start()
    import streamlit as st

    from workbench.api import prompt_routes

    routes = prompt_routes(cache(Workbench.open))
    app = st.App(SCRIPT, lifespan=_lifespan, routes=routes, middleware=[_doorkeeper(sign_in)])
    _log_no_lost_presses()
    # Only this file: one of another project, or in the home folder, does not decide who gets in here.
    secrets = [] if sign_in is None else [str(sign_in.file)]
    app.run(config={**_settings(), "server.address": host, "server.port": free, "secrets.files": secrets})


def _log_no_lost_presses() -> None:
    """Nothing is amiss when something is pressed on a part of a page that is just being replaced: it is passed over."""
    logger = logging.getLogger("streamlit.runtime.scriptrunner.script_runner")
    logger.addFilter(lambda record: not str(record.msg).startswith("Couldn't find fragment"))


def _prepare_sign_in(project: Path, sign_in: SignIn, say: Callable[[str], None]) -> None:
    os.environ[SIGNED_IN_ONLY] = "1"
    say(f"People sign in, and reach it at {sign_in.origin}.")
    if read_settings(project / PROJECT_FILE).people.nobody_named:
        say("Whoever can sign in may do everything: name people in workbench.toml, under [people].")


def _doorkeeper(sign_in: SignIn | None) -> Middleware:
    from starlette.middleware import Middleware

    from workbench.doorkeeper import Doorkeeper

    if sign_in is None:
        return Middleware(Doorkeeper, hosts=LOCAL)
    return Middleware(Doorkeeper, hosts={*LOCAL, sign_in.host}, origins={sign_in.origin}, encrypted=sign_in.encrypted)


@asynccontextmanager
async def _lifespan(_: st.App) -> AsyncIterator[dict[str, Any] | None]:
    """What goes on in the background belongs to the process, not to a browser tab: it ends with the server, not before."""
    warming = warm_later()
    try:
        yield None
    finally:
        warming.cancel()
        evaluating.shut_down()
        lesson_jobs.shut_down()
        rescoring_jobs.shut_down()
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
