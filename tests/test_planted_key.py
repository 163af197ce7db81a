"""Keys in the environment are used and appear nowhere: the main job is done with planted ones, and all of it searched."""

from __future__ import annotations

import json
import logging
import threading
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.browser import Window, chromium, needs_chromium
from tests.support.cluster import DaskCluster, hosts_missing
from tests.support.commands import started
from tests.support.openai_server import OpenAIServer, ok, raw, status
from tests.support.projects import CAREFUL, PLAIN, jsonl, rows
from tests.support.served_app import ServedApp
from tests.support.verdicts import says, yes_no
from workbench import Workbench
from workbench.cli import main as command
from workbench.store.session import Session

pytestmark = pytest.mark.slow

PROVIDER, SECOND, TOKEN = "Planted7c1d9e2aProvider", "Planted55b0f3cdSecond", "Planted91ce44d0Token"
VARIABLES = {"DESK_KEY": PROVIDER, "MISTRAL_API_KEY": SECOND, "WORKBENCH_API_TOKEN": TOKEN}
SETTINGS = """
[project]
name = "Desk"
[models.tiny]
model = "openai/tiny"
api_base = "{address}"
api_key_env = "DESK_KEY"
price = {{ input_per_million = 1.0, output_per_million = 2.0 }}
[models.routed]
model = "mistral/tiny"
api_base = "{address}"
api_key_env = "MISTRAL_API_KEY"
[models.jury]
model = "openai/jury"
api_base = "{address}"
api_key_env = "DESK_KEY"
[judges.style]
model = "jury"
criteria = ["Is it polite?"]
[embedders.far]
model = "tiny"
[gates.release]
rules = [{{ metric = "correct", at_least = 0.1 }}]
"""
ECHO = f"The key {PROVIDER} or {SECOND} is wrong, says https://x.example/?key={PROVIDER}"
ECHOES = {
    "item 1 ": status(400, ECHO, x_key=PROVIDER, www_authenticate=f'Bearer "{SECOND}"'),
    "item 2 ": raw(f"<h1>Refused</h1> Authorization: Bearer {PROVIDER} {SECOND}".encode(), code=422),
    "item 3 ": status(400, ECHO, kind="content_filter"),
}
"""What a provider says to a few of the questions: whatever it heard."""
ROWS = 12


@pytest.fixture(scope="module")
def server():
    with OpenAIServer() as opened:
        for text, reply in ECHOES.items():
            opened.when(text, reply)
        opened.when("The code of this request", says(lambda code: yes_no(code, True)))
        opened.default = ok("It is lent for 7 days.")
        yield opened


class Desk:
    """A project with planted keys around it; it notes everything that its commands say."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: dict[str, str] = {}

    def run(self, *arguments: str) -> str:
        """One command in this process, with everything that is logged."""
        with pytest.MonkeyPatch.context() as patch, CliRunner().isolation() as (out, err, _):
            patch.setattr("sys.argv", ["workbench", "--project", str(self.folder), *arguments])
            patch.chdir(self.folder)
            with pytest.raises(SystemExit) as ended:
                command.main()
            said = out.getvalue().decode(), err.getvalue().decode()
        self.said[" ".join(arguments)] = f"{ended.value.code}\n{said[0]}\n{said[1]}"
        return said[0]


class Heard(logging.Handler):
    """All that libraries log, however chatty they are told to be."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(logging.Formatter("%(name)s %(message)s").format(record))


@pytest.fixture(scope="module")
def desk(server, tmp_path_factory):
    """The main job, done: documents, two versions on two models, a judge, verdicts, a release, and every kind of file."""
    folder = tmp_path_factory.mktemp("planted") / "desk"
    (folder / "documents").mkdir(parents=True)
    (folder / "documents" / "loans.md").write_text("# Loans\n\nBooks are lent for 21 days.\n")
    (folder / "workbench.toml").write_text(SETTINGS.format(address=server.api_base))
    (folder / "golden.jsonl").write_text(jsonl(rows(ROWS)))
    (folder / "plain.prompt.yaml").write_text(PLAIN)
    (folder / "careful.prompt.yaml").write_text(CAREFUL)
    heard, root = Heard(), logging.getLogger()
    before = root.level
    root.addHandler(heard)
    root.setLevel(logging.DEBUG)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**VARIABLES, "WORKBENCH_USER": "ann", "LITELLM_LOG": "DEBUG"}.items():
            patch.setenv(name, value)
        done = Desk(folder)
        _main_job(done, server)
        yield done
    root.setLevel(before)
    root.removeHandler(heard)
    done.said["logs"] = "\n".join(heard.lines)


def _main_job(desk: Desk, server: OpenAIServer) -> None:
    desk.run("dataset", "add", "golden.jsonl", "--name", "golden")
    desk.run("prompt", "add", "plain.prompt.yaml", "careful.prompt.yaml")
    server.script_embeddings(status(401, ECHO, kind="invalid_api_key", x_key=PROVIDER))
    desk.run("index", "build", "library", "documents", "--embedder", "far")
    desk.run("index", "build", "library", "documents", "--embedder", "far")
    desk.run("model", "list")
    desk.run("model", "check", "tiny")
    asked = ("run", "--prompt", "answer@1", "--prompt", "answer@2", "--dataset", "golden", "--judge", "style", "--json")
    server.script(status(401, ECHO, kind="invalid_api_key", x_key=PROVIDER))
    desk.run(*asked[:-3], "--model", "tiny")
    desk.run(*asked, "--model", "routed")
    desk.run(*asked, "--model", "tiny")
    desk.run("outputs", "latest", "--jsonl")
    desk.run("outputs", "latest")
    desk.run("runs", "--json")
    desk.run("compare", "latest", "--json", "--html", "out/report.html")
    for name in ("packet.html", "sheet.csv", "lines.jsonl"):
        desk.run("review", "export", "latest", "--to", f"out/{name}")
    desk.run("gate", "answer@2", "--markdown", "out/gate.md", "--junit", "out/gate.xml", "--json")
    desk.run("release", "approve", "answer@2", "--note", "read", "--override", "three refusals are known")
    desk.run("export", "answer@2", "--to", "out", "--with-dataset", "--with-ci")
    desk.run("export", "answer@2", "--to", "out", "--format", "promptfoo")
    desk.run("verify", "out")
    desk.run("recheck", "answer", "--json")
    desk.run("archive", "out/all.zip")
    desk.run("doctor", "--json")
    desk.run("audit", "list", "--json")
    desk.run("judge", "list", "--json")


def planted_in(text: str | bytes) -> list[str]:
    """The planted keys that stand there."""
    data = text.encode() if isinstance(text, str) else text
    return [key for key in (PROVIDER, SECOND, TOKEN) if key.encode() in data]


def test_the_keys_were_used_and_echoed_and_the_job_was_done(desk, server):
    sent = json.dumps([asked.headers for asked in server.requests])
    assert planted_in(sent) == [PROVIDER, SECOND]
    assert "[key]" in desk.said["outputs latest"]
    for name in ("report.html", "packet.html", "sheet.csv", "lines.jsonl", "gate.md", "gate.xml", "all.zip"):
        assert (desk.folder / "out" / name).stat().st_size, name
    assert (desk.folder / "out" / "prompts" / "answer" / "versions" / "1.0.0.prompt.yaml").is_file()
    assert "MISTRAL_API_KEY" in desk.said["doctor --json"]


def test_no_key_is_in_what_commands_print_or_libraries_log(desk):
    assert {said: planted_in(text) for said, text in desk.said.items() if planted_in(text)} == {}


def test_no_key_is_in_a_file_of_the_project_nor_packed_in_one_nor_in_a_table_of_the_store(desk):
    for path in (path for path in desk.folder.rglob("*") if path.is_file()):
        assert planted_in(path.read_bytes()) == [], path
    with zipfile.ZipFile(desk.folder / "out" / "all.zip") as packed:
        for name in packed.namelist():
            assert planted_in(packed.read(name)) == [], name
    with Workbench.open(desk.folder) as wb:
        tables = wb.context.read(_tables)
    assert len(tables) > 20
    assert [name for name, text in tables.items() if planted_in(text)] == []
    assert any("[key]" in text for text in tables.values())


def _tables(session: Session) -> dict[str, str]:
    """All rows of all tables as text: in the file they are packed."""
    names = [name for (name,) in session.rows("SELECT table_name FROM duckdb_tables()")]
    return {name: repr(session.rows(f'SELECT * FROM "{name}"')) for name in names}


def test_no_key_is_in_the_traceback_of_a_crash(desk, monkeypatch):
    def crash(*_, **__):
        raise RuntimeError(f"lost in the middle of {ECHO}")

    monkeypatch.setattr(Workbench, "open", crash)
    desk.run("runs")

    assert desk.said["runs"].startswith("70")
    assert "RuntimeError: lost in the middle of" in desk.said["runs"]
    assert planted_in(desk.said["runs"]) == []


@pytest.mark.skipif(bool(hosts_missing()), reason="workers need addresses of their own")
def test_no_key_is_in_the_list_of_processes_nor_with_the_workers_of_a_run(desk, server, tmp_path):
    with DaskCluster(tmp_path, environ=VARIABLES) as cluster:
        cluster.add_worker()
        options = ("--prompt", "answer@1", "--dataset", "golden", "--model", "tiny", "--no-cache", "--json")
        running = started(
            *("--project", desk.folder, "run", *options, "--executor", cluster.executor),
            cwd=tmp_path,
            LITELLM_LOG="DEBUG",
            **VARIABLES,
        )
        listed, pause = set(), threading.Event()
        while running.poll() is None:
            listed |= _command_lines()
            pause.wait(0.2)
        said = running.communicate(timeout=60)
        said += tuple("".join(worker.said) for worker in cluster.workers)

    assert json.loads(said[0])["failed"] == len(ECHOES), said
    assert any("--executor" in line for line in listed)
    assert [line for line in listed if planted_in(line)] == []
    assert [text for text in said if planted_in(text)] == []


def _command_lines() -> set[str]:
    """As `ps` shows them to everybody on this machine."""
    lines = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.add(path.read_bytes().decode(errors="replace").replace("\0", " "))
        except OSError:
            continue
    return lines


@pytest.mark.browser
@needs_chromium
def test_no_key_is_in_a_page_nor_in_what_the_app_serves_and_prints(desk):
    with ServedApp(desk.folder, **VARIABLES, WORKBENCH_USER="ann") as app, chromium() as browser:
        window, frames = Window(browser, app.address), []
        page = window.tab()

        def heard(data: str | bytes) -> None:
            frames.append(data)

        page.on("websocket", lambda socket: socket.on("framereceived", heard))
        lead = window.go
        for view in ("run?run=latest", "compare?show=all", "release?prompt=answer"):
            lead(page, view)
            lead = window.turn
            assert planted_in(page.content()) == [], view
        window.close()
        told = [
            _asked(f"{app.address}/api/prompts{path}", token) for token in (TOKEN, "wrong") for path in ("", "/answer")
        ]
        said = app.said

    assert frames
    assert [frame for frame in frames if planted_in(frame)] == []
    assert told[0].startswith('{"prompts"')
    assert [text for text in (*told, said) if planted_in(text)] == []


def _asked(address: str, token: str) -> str:
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.read().decode() + str(answer.headers)
    except urllib.error.HTTPError as error:
        return error.read().decode() + str(error.headers)
