"""The example project served to a real Chromium, in which nothing may go wrong unseen."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.browser import WIDE, Window, chromium
from tests.support.held_answers import KEY_VARIABLE, HeldAnswers, offer
from tests.support.installed import Installed, install
from tests.support.looked_at import LookedAt, looked_at
from tests.support.made_once import made_once
from tests.support.openai_server import OpenAIServer
from tests.support.served_app import PERSON, ServedApp
from workbench.workspace.projects import init

FREE_ANSWERS = 40


@pytest.fixture
def project(built_example: Path, tmp_path: Path) -> Path:
    """A copy of the example that a test may change."""
    return Path(shutil.copytree(built_example, tmp_path / "harbor"))


@pytest.fixture(scope="session")
def standing(built_example: Path, tmp_path_factory) -> Iterator[LookedAt]:
    """A filled copy of the example and the app on it, for tests that change nothing."""
    with looked_at(Path(shutil.copytree(built_example, tmp_path_factory.mktemp("standing") / "harbor"))) as filled:
        yield filled


@pytest.fixture
def empty_project(tmp_path: Path) -> Path:
    return init(tmp_path / "empty").directory


@pytest.fixture(scope="session")
def installed(tmp_path_factory) -> Installed:
    """The program, freshly installed from its wheel."""
    return Installed(made_once(tmp_path_factory, "installed", install))


@pytest.fixture(scope="module")
def browser():
    # Not for the session: while it is open, no other test of this process could start an event loop.
    with chromium() as opened:
        yield opened


@contextmanager
def serving() -> Iterator[Callable[..., ServedApp]]:
    """Serve projects until the block ends. What broke on a page stands on the app's terminal, so that is read."""
    with ExitStack() as stack:
        apps: list[ServedApp] = []

        def start(project: Path, **options: Any) -> ServedApp:
            """`options` are those of `ServedApp`."""
            app = ServedApp(project, **{"WORKBENCH_USER": PERSON, KEY_VARIABLE: "not-a-key", **options})
            apps.append(stack.enter_context(app))
            return app

        yield start
        said = "\n".join(app.said for app in apps)
    assert "Traceback" not in said, said


@pytest.fixture
def serve() -> Iterator[Callable[..., ServedApp]]:
    """Serve a project until the test ends."""
    with serving() as start:
        yield start


@pytest.fixture(scope="module")
def serve_to_all() -> Iterator[Callable[..., ServedApp]]:
    """Serve a project to all tests of the module."""
    with serving() as start:
        yield start


@pytest.fixture
def window(browser) -> Iterator[Callable[..., Window]]:
    """Open a browser window on an app; at the end of the test nothing may have gone wrong in it."""
    windows: list[Window] = []

    def opened(app: ServedApp, **options: object) -> Window:
        one = Window(browser, app.address, **{"viewport": WIDE, **options})
        windows.append(one)
        return one

    yield opened
    complaints = [complaint for one in windows for complaint in one.complaints]
    for one in windows:
        one.close()
    assert complaints == []


@pytest.fixture
def model(project: Path) -> Iterator[tuple[OpenAIServer, HeldAnswers]]:
    """A model on this machine, known to the project, that answers forty times and then waits to be let go."""
    with OpenAIServer() as server:
        held = HeldAnswers(FREE_ANSWERS)
        server.default = held
        offer(project, server.api_base)
        yield server, held
        held.let_go()
