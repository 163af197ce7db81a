"""Starting and ending the app from the command line, as a person at a terminal does."""

from __future__ import annotations

import http.client
import logging
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from tests.support.oidc_provider import Provider, write_secrets
from workbench import server
from workbench.errors import InputError
from workbench.workspace import warming
from workbench.workspace.projects import init

WORKBENCH = Path(sys.executable).with_name("workbench")
WAIT_S = 60.0


@pytest.fixture
def empty(tmp_path):
    return init(tmp_path / "empty").directory


@pytest.fixture
def taken():
    """A port of this machine that something listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", server._free_port("127.0.0.1", 0)))
        held.listen()
        yield held.getsockname()[1]


class Started:
    """The app in a process of its own; what it says is collected while it runs."""

    def __init__(self, project, *options):
        self.process = subprocess.Popen(
            [WORKBENCH, "--project", project, "app", "--no-browser", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines = []
        self.told = threading.Event()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line)
            if "http://" in line:
                self.told.set()
        self.told.set()

    @property
    def said(self):
        return "".join(self.lines)

    @property
    def address(self):
        assert self.told.wait(WAIT_S)
        return re.search(r"http://\S+", self.said).group()

    def get(self, path):
        """Poll until the server answers."""
        deadline = time.monotonic() + WAIT_S
        while True:
            try:
                with urllib.request.urlopen(self.address + path, timeout=5) as answer:
                    return answer.read().decode()
            except (OSError, http.client.HTTPException):
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise

    def end(self):
        """Press Ctrl-C and wait."""
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(WAIT_S)
        finally:
            self.process.kill()
            self.reader.join(WAIT_S)
            self.process.stdout.close()


@pytest.mark.slow
def test_the_app_starts_serves_a_page_and_ends_with_ctrl_c_without_a_traceback(empty):
    app = Started(empty, "--port", "0")
    try:
        assert app.get("_stcore/health") == "ok"
        assert "<!doctype html>" in app.get("").lower()
    finally:
        status = app.end()

    assert status in {0, 130}
    assert "Traceback" not in app.said
    assert app.said.count("http://") == 1


@pytest.mark.slow
def test_a_taken_port_is_told_and_the_next_free_one_is_used(empty, taken):
    app = Started(empty, "--port", str(taken))
    try:
        assert app.get("_stcore/health") == "ok"
        assert str(taken) not in app.address
    finally:
        app.end()

    assert f"Port {taken} is taken." in app.said


def test_an_address_that_other_machines_reach_is_refused(empty):
    with pytest.raises(InputError, match="nobody signs in"):
        server.serve(empty, host="0.0.0.0", open_browser=False)


def test_the_refusal_names_the_file_that_lets_people_sign_in(empty):
    with pytest.raises(InputError) as refused:
        server.serve(empty, host="0.0.0.0", open_browser=False)

    assert str(empty / ".workbench" / "secrets.toml") in refused.value.hint


def test_where_people_sign_in_another_port_is_not_taken_instead(empty, taken):
    write_secrets(empty, Provider("http://127.0.0.1:9"), f"http://127.0.0.1:{taken}")

    with pytest.raises(InputError, match=f"Port {taken} is taken"):
        server.serve(empty, port=taken, open_browser=False)


def test_port_zero_finds_a_free_one():
    port = server._free_port("127.0.0.1", 0)

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))


def test_when_every_port_is_taken_it_says_so(taken, monkeypatch):
    monkeypatch.setattr(server, "PORTS_TRIED", 1)

    with pytest.raises(InputError, match="all taken"):
        server._free_port("127.0.0.1", taken)


def test_the_configuration_that_is_shipped_sends_nothing_and_listens_to_this_machine_only():
    settings = server._settings()

    assert settings["browser.gatherUsageStats"] is False
    assert settings["client.showErrorLinks"] is False
    assert settings["server.address"] == "127.0.0.1"
    assert settings["server.fileWatcherType"] == "none"


def test_every_setting_that_is_shipped_is_one_that_streamlit_knows():
    from streamlit import config

    known = set(config.get_config_options())

    assert [name for name in server._settings() if name not in known] == []


def test_what_comparisons_need_is_loaded_in_the_background():
    timer = warming.warm_later(0.0)
    timer.join(WAIT_S)

    assert set(warming.LIBRARIES) <= set(sys.modules)
    assert timer.daemon


def test_a_press_on_a_part_of_a_page_that_is_gone_is_no_line_on_the_terminal(caplog):
    server._log_no_lost_presses()
    logger = logging.getLogger("streamlit.runtime.scriptrunner.script_runner")

    logger.warning("Couldn't find fragment with id %s. This can happen if", "abc")
    logger.warning("Another matter.")

    assert [record.getMessage() for record in caplog.records] == ["Another matter."]
