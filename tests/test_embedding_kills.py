"""Builds over a paid embedder that are killed, or that meet: nothing that is kept is paid for again."""

from __future__ import annotations

import random
import signal

import pytest

from tests.support.commands import started
from tests.support.openai_server import OpenAIServer, embedded
from tests.support.processes import Process, until
from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.domain.index import IndexSettings
from workbench.domain.prompt import RetrievalSettings

pytestmark = pytest.mark.slow

DOCUMENTS, BATCH, AT_ONCE = 60, 2, 3
TOKEN_USD = 0.001
SETTINGS = IndexSettings(embedder="mine")
TOML = """
[project]
name = "Desk"

[models.paid]
model = "openai/tiny"
api_base = "{api_base}"
api_key_env = "DESK_KEY"
price = {{ input_per_million = 1000.0, output_per_million = 0.0 }}
limits = {{ concurrency = {at_once} }}

[embedders.mine]
model = "paid"
parameters = {{ batch_size = {batch} }}

[budget]
month_usd = 1000
"""
BUILD = """
from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.domain.index import IndexSettings

wb = Workbench.open(directory, actor=Actor("ann"), environ={"DESK_KEY": "k"})
say("ready")
sys.stdin.readline()
say(wb.indexes.build("shop", [directory / "documents"], IndexSettings(embedder="mine")).fingerprint)
"""


@pytest.fixture
def server():
    with OpenAIServer() as served:
        yield served


@pytest.fixture
def project(tmp_path, server):
    (tmp_path / "workbench.toml").write_text(TOML.format(api_base=server.api_base, batch=BATCH, at_once=AT_ONCE))
    (tmp_path / "documents").mkdir()
    for number in range(DOCUMENTS):
        (tmp_path / "documents" / f"{number:02}.md").write_text(f"Article {number} is lent for {number} days.")
    return tmp_path


def opened(project):
    return Workbench.open(project, actor=Actor("ann"), environ={"DESK_KEY": "k"})


def begun(project):
    process = Process(BUILD, project)
    assert process.says() == "ready"
    process.popen.stdin.write("\n")
    process.popen.stdin.flush()
    return process


def kept(wb):
    return wb.context.read(lambda s: s.rows("SELECT count(*), count(DISTINCT text_hash) FROM embeddings"))[0]


def words(texts):
    return sum(len(text.split()) for text in texts)


@pytest.mark.parametrize("answered", [0, 11])
def test_a_killed_build_is_gone_on_with_and_pays_only_for_what_was_in_flight(project, server, answered):
    server.embedding = embedded(delay_s=0.05)
    process = begun(project)
    until(lambda: sum(asked.answered_s is not None for asked in server.requests) >= answered and server.requests)
    process.kill()

    with opened(project) as wb:
        stored, different = kept(wb)
        assert stored == different
        assert stored >= BATCH * (answered - AT_ONCE)
        assert wb.indexes.list() == []
        first, sent = list(server.embedded_texts), [text for asked in server.requests for text in asked.texts]
        spent = wb.spending.month().spent
        assert spent.usd >= words(first) * TOKEN_USD - 1e-9
        assert len(sent) <= stored + AT_ONCE * BATCH * 2
        server.reset()
        info = wb.indexes.build("shop", [project / "documents"], SETTINGS)
        assert len(server.embedded_texts) == DOCUMENTS - stored
        assert kept(wb) == (DOCUMENTS, DOCUMENTS)
        hit = wb.indexes.query("shop", "Article 7 is lent for 7 days.", RetrievalSettings("shop", k=1, search="dense"))
        assert (info.chunks, hit[0].chunk.document) == (DOCUMENTS, "07.md")


def test_kills_at_random_moments_never_pay_twice_for_what_is_kept(project, server):
    luck = random.Random(7)
    server.embedding = embedded(delay_s=0.05)
    paid = 0
    for _ in range(2):
        process = begun(project)
        before = len(server.requests)
        more = luck.randrange(1, 8)
        until(lambda before=before, more=more: len(server.requests) >= before + more)
        process.kill()
        with opened(project) as wb:
            stored, different = kept(wb)
        assert stored == different >= paid
        asked = [text for asked in server.requests[before:] for text in asked.texts]
        assert len(asked) <= (stored - paid) + 2 * AT_ONCE * BATCH
        paid = stored
    with opened(project) as wb:
        wb.indexes.build("shop", [project / "documents"], SETTINGS)
        assert kept(wb) == (DOCUMENTS, DOCUMENTS)


def test_two_processes_that_build_the_same_pay_once(project, server):
    server.embedding = embedded(delay_s=0.02)
    one, other = begun(project), begun(project)

    fingerprints = {one.ends(), other.ends()}
    assert len(fingerprints) == 1
    assert sorted(server.embedded_texts) == sorted(set(server.embedded_texts))
    assert len(server.embedded_texts) == DOCUMENTS
    with opened(project) as wb:
        assert wb.indexes.get("shop").fingerprint in fingerprints
        assert wb.spending.month().spent.known_usd == pytest.approx(words(server.embedded_texts) * TOKEN_USD)
        assert wb.spending.month().spent.reserved_usd == 0
        assert len([entry for entry in wb.audit.list() if entry.action == "index built"]) == 1


def test_an_interrupted_command_waits_for_what_is_in_flight_and_keeps_it(project, server):
    server.embedding = embedded(delay_s=0.2)
    process = started(*("index", "build", "shop", "documents", "--embedder", "mine"), cwd=project, DESK_KEY="k")
    until(lambda: len(server.requests) > AT_ONCE)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)

    assert process.returncode == 130, said
    assert "Interrupted" in said
    answered = len(server.embedded_texts)
    assert answered == sum(len(asked.texts) for asked in server.requests) < DOCUMENTS
    with opened(project) as wb:
        assert kept(wb) == (answered, answered)
        assert wb.spending.month().spent.reserved_usd == 0
