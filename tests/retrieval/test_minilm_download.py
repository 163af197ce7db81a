"""Fetching the file of `chroma/minilm` from a server on this machine: agreed to, checked, and put in place whole."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.support.tiny_minilm import archive_bytes
from workbench.errors import IntegrityError, StoreError, UnavailableError
from workbench.retrieval import minilm
from workbench.retrieval.minilm_download import fetch

CONTENT = archive_bytes()
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class Publisher(ThreadingHTTPServer):
    """Serves one file: whole, cut short, or not at all."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.content, self.status, self.cut = CONTENT, 200, False
        self.asked = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/onnx.tar.gz"


class Handler(BaseHTTPRequestHandler):
    server: Publisher

    def do_GET(self) -> None:
        self.server.asked += 1
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(self.server.content)))
        self.end_headers()
        self.wfile.write(self.server.content[: len(self.server.content) // 2 if self.server.cut else None])

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def place(tmp_path):
    return tmp_path / "models" / minilm.ARCHIVE


def test_the_file_is_fetched_checked_and_can_be_run(publisher, place):
    told = []
    fetch(place, lambda done, whole: told.append((done, whole)), url=publisher.url, sha256=DIGEST)

    assert place.read_bytes() == CONTENT
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert minilm.load(place, DIGEST).embed(["books"]).shape == (1, 4)
    assert [path.name for path in place.parent.iterdir()] == [minilm.ARCHIVE]


def test_a_file_that_is_there_is_not_fetched_again(publisher, place):
    fetch(place, url=publisher.url, sha256=DIGEST)
    fetch(place, url=publisher.url, sha256=DIGEST)

    assert publisher.asked == 1


def test_a_wrong_file_that_is_there_is_replaced(publisher, place):
    place.parent.mkdir()
    place.write_bytes(b"half a file")
    fetch(place, url=publisher.url, sha256=DIGEST)

    assert place.read_bytes() == CONTENT


def test_what_is_not_the_known_file_is_thrown_away(publisher, place):
    publisher.content = b"something else"
    with pytest.raises(IntegrityError, match="not the known file"):
        fetch(place, url=publisher.url, sha256=DIGEST)

    assert list(place.parent.iterdir()) == []


@pytest.mark.parametrize("fault", [{"status": 404}, {"cut": True}])
def test_what_cannot_be_fetched_leaves_nothing_and_tells_the_way_out(publisher, place, fault):
    for name, value in fault.items():
        setattr(publisher, name, value)
    with pytest.raises(UnavailableError) as raised:
        fetch(place, url=publisher.url, sha256=DIGEST)

    assert raised.value.hint
    assert list(place.parent.iterdir()) == []


def test_without_a_network_the_error_says_so(place):
    with pytest.raises(UnavailableError, match="could not be fetched from") as raised:
        fetch(place, url="http://127.0.0.1:9/onnx.tar.gz", sha256=DIGEST)

    assert minilm.VARIABLE in str(raised.value)
    assert list(place.parent.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_an_error_of_the_disk(publisher, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        fetch(tmp_path / "file" / minilm.ARCHIVE, url=publisher.url, sha256=DIGEST)

    assert publisher.asked == 0
