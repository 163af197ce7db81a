"""The example project served to a real Chromium, in which nothing may go wrong unseen."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.browser import Window, chromium
from tests.support.held_answers import KEY_VARIABLE, HeldAnswers, offer
from tests.support.openai_server import OpenAIServer
from tests.support.served_app import PERSON, ServedApp
from workbench.workspace.example import build_example
from workbench.workspace.projects import init

WIDE = {"width": 1440, "height": 900}
FREE_ANSWERS = 40


@pytest.fixture(scope="session")
def built_example(tmp_path_factory):
    """The example project, finished. Not to be changed."""
    return build_example(tmp_path_factory.mktemp("example") / "harbor").directory


@pytest.fixture
def project(built_example: Path, tmp_path: Path) -> Path:
    """A copy of the example that a test may change."""
    return Path(shutil.copytree(built_example, tmp_path / "harbor"))


@pytest.fixture
def empty_project(tmp_path: Path) -> Path:
    return init(tmp_path / "empty").directory


@pytest.fixture(scope="module")
def browser():
    # Not for the session: while it is open, no other test of this process could start an event loop.
    with chromium() as opened:
        yield opened


@pytest.fixture
def serve() -> Iterator[Callable[[Path], ServedApp]]:
    """Serve a project until the test ends. What broke on a page stands on the app's terminal, so that is read."""
    with ExitStack() as stack:
        apps: list[ServedApp] = []

        def start(project: Path) -> ServedApp:
            app = ServedApp(project, WORKBENCH_USER=PERSON, **{KEY_VARIABLE: "not-a-key"})
            apps.append(stack.enter_context(app))
            return app

        yield start
        said = "\n".join(app.said for app in apps)
    assert "Traceback" not in said, said


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
