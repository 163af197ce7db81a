"""Indexes over embedding models that are asked over HTTP: kept vectors, what they cost, and what happens without."""

from __future__ import annotations

import asyncio
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from filelock import FileLock

from tests.support.openai_server import (
    OpenAIServer,
    context_too_long,
    embedded,
    rate_limited,
    status,
    unauthorized,
    vector,
)
from tests.support.processes import until
from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.domain.index import IndexSettings
from workbench.domain.prompt import RetrievalSettings
from workbench.errors import (
    AuthenticationError,
    BudgetReachedError,
    CancelledError,
    IntegrityError,
    NotFoundError,
    OverloadedError,
    ProviderError,
    UnavailableError,
)
from workbench.workspace.knowledge import asking_embedders

WAIT_S = 60
TOKEN_USD = 0.001
DOCUMENTS = 12
TOML = """
[project]
name = "Desk"

[models.paid]
model = "openai/tiny"
api_base = "{api_base}"
api_key_env = "DESK_KEY"
price = {{ input_per_million = 1000.0, output_per_million = 0.0 }}
limits = {{ concurrency = {concurrency} }}

[embedders.mine]
model = "paid"
parameters = {{ batch_size = 2 }}
"""
PROMPT = """
prompt_name: answer
messages:
  - {role: user, content: "{{question}}\\n\\n{{context}}"}
retrieval: {index: shop, k: 2}
"""
SETTINGS = IndexSettings(embedder="mine")
DENSE = RetrievalSettings("shop", k=3, search="dense")


@pytest.fixture(scope="module")
def served():
    with OpenAIServer() as server:
        yield server


@pytest.fixture
def server(served):
    served.reset()
    return served


@pytest.fixture
def project(tmp_path, server):
    write_settings(tmp_path, server)
    (tmp_path / "documents").mkdir()
    for number in range(DOCUMENTS):
        write_document(tmp_path, number, f"Article {number} is lent for {number} days.")
    return tmp_path


def write_settings(folder, server, *, concurrency=2, more=""):
    (folder / "workbench.toml").write_text(TOML.format(api_base=server.api_base, concurrency=concurrency) + more)


def write_document(folder, number, text):
    (folder / "documents" / f"{number:02}.md").write_text(text)


def opened(project, environ=None):
    return Workbench.open(project, actor=Actor("ann"), environ={"DESK_KEY": "k"} if environ is None else environ)


@pytest.fixture
def wb(project):
    with opened(project) as workbench:
        yield workbench


def build(wb, settings=SETTINGS, **fields):
    return wb.indexes.build("shop", [wb.root / "documents"], settings, **fields)


def month(wb):
    return wb.spending.month().spent


def test_every_text_is_embedded_once_in_batches_and_the_nearest_is_found(wb, server):
    info = build(wb)

    assert (info.chunks, info.embedder_version.startswith("openai/tiny ")) == (DOCUMENTS, True)
    assert len(server.embedded_texts) == len(set(server.embedded_texts)) == DOCUMENTS
    assert {len(asked.texts) for asked in server.requests} == {2}
    assert server.peak <= 2
    [best, *_] = wb.indexes.query("shop", "Article 3 is lent for 3 days.", DENSE)
    assert (best.chunk.document, best.score) == ("03.md", pytest.approx(1.0))


def test_what_is_sent_is_what_a_chunk_is_searched_by(wb, server):
    build(wb)

    assert sorted(server.embedded_texts) == sorted(f"Article {n} is lent for {n} days." for n in range(DOCUMENTS))


def test_building_again_or_under_another_name_asks_for_nothing(wb, server):
    info = build(wb)
    server.reset()

    assert build(wb).fingerprint == info.fingerprint
    assert wb.indexes.build("other", [wb.root / "documents"], SETTINGS).fingerprint == info.fingerprint
    assert server.requests == []


def test_an_alias_and_an_embedder_of_the_same_model_share_their_vectors(wb, server):
    build(wb)
    server.reset()

    build(wb, replace(SETTINGS, embedder="paid"))
    assert server.requests == []


def test_only_what_changed_is_embedded_again(wb, server):
    first = build(wb)
    server.reset()
    write_document(wb.root, 3, "Article 3 is lent for 30 days.")

    assert build(wb).fingerprint != first.fingerprint
    assert server.embedded_texts == ["Article 3 is lent for 30 days."]


def test_a_deleted_index_is_built_again_without_a_call_or_a_key(wb, server):
    info = build(wb)
    found = wb.indexes.query("shop", "Article 5", DENSE)
    shutil.rmtree(wb.context.index_root)
    server.reset()

    with opened(wb.root, {}) as without_key:
        assert without_key.indexes.open(info).fingerprint == info.fingerprint
        assert without_key.indexes.query("shop", "Article 5", DENSE) == found
    assert server.requests == []


def test_a_question_is_embedded_once(wb, server):
    build(wb)
    server.reset()

    first = wb.indexes.query("shop", "How long?", DENSE)
    assert wb.indexes.query("shop", "How long?", DENSE) == first
    with opened(wb.root) as another:
        assert another.indexes.query("shop", "How long?", DENSE) == first
    assert server.embedded_texts == ["How long?"]


def test_without_a_key_only_what_needs_vectors_fails(wb):
    build(wb)
    with opened(wb.root, {}) as without_key:
        with pytest.raises(UnavailableError, match="DESK_KEY is not set"):
            without_key.indexes.query("shop", "article", DENSE)
        assert without_key.indexes.query("shop", "article", replace(DENSE, search="bm25"))
        write_document(wb.root, 3, "Something new.")
        with pytest.raises(UnavailableError, match="DESK_KEY is not set"):
            build(without_key)


def test_a_key_that_comes_later_is_used_by_an_index_that_is_open(wb):
    build(wb)
    with opened(wb.root, {}) as without_key, pytest.raises(UnavailableError):
        without_key.indexes.query("shop", "article", DENSE)

    assert wb.indexes.query("shop", "article", DENSE)


def test_another_embedder_is_another_index_and_the_first_says_so(wb, server):
    first = build(wb)
    write_settings(wb.root, server, more="")
    text = (wb.root / "workbench.toml").read_text().replace("batch_size = 2", "batch_size = 2, dimensions = 4")
    (wb.root / "workbench.toml").write_text(text)
    changed = wb.with_settings_of_now()

    with pytest.raises(UnavailableError, match=r"was made with openai/tiny \w+; the embedder 'mine' is openai/tiny"):
        changed.indexes.query("shop", "article", DENSE)
    assert changed.indexes.query("shop", "article", replace(DENSE, search="bm25"))
    shutil.rmtree(wb.context.index_root)
    server.reset()
    with pytest.raises(UnavailableError, match="was made with"):
        changed.indexes.open(first)
    assert server.requests == []
    assert build(changed).fingerprint != first.fingerprint
    assert wb.indexes.open(first).fingerprint == first.fingerprint


def test_an_embedder_that_is_not_configured_any_more_is_named(wb):
    build(wb)
    text = (wb.root / "workbench.toml").read_text().partition("[embedders.mine]")[0]
    (wb.root / "workbench.toml").write_text(text)
    changed = wb.with_settings_of_now()

    with pytest.raises(NotFoundError, match="no embedder 'mine'"):
        changed.indexes.query("shop", "article", DENSE)
    assert changed.indexes.query("shop", "article", replace(DENSE, search="bm25"))


def test_what_embedding_cost_is_spent_in_the_month_and_told_by_model(wb, server):
    build(wb)
    wb.indexes.query("shop", "two words", DENSE)

    words = sum(len(text.split()) for text in server.embedded_texts)
    assert month(wb).known_usd == pytest.approx(words * TOKEN_USD)
    assert (month(wb).unknown, month(wb).reserved_usd) == (0, 0)
    assert [line.name for line in wb.spending.lately().models] == ["mine"]


def test_a_cost_that_nobody_told_is_unknown(wb, server):
    server.embedding = embedded(send_usage=False)
    build(wb)

    assert (month(wb).known_usd, month(wb).unknown) == (0, DOCUMENTS / 2)


def test_the_cost_is_told_before_and_counts_only_what_is_not_kept(wb):
    documents = wb.indexes.load([wb.root / "documents"]).documents

    before = wb.indexes.embedding_cost(documents, SETTINGS)
    assert (before.chunks, before.kept) == (DOCUMENTS, 0)
    assert before.usd == pytest.approx(before.tokens * TOKEN_USD)
    build(wb)
    after = wb.indexes.embedding_cost(documents, SETTINGS)
    assert (after.chunks, after.kept, after.tokens, after.usd) == (DOCUMENTS, DOCUMENTS, 0, 0.0)
    free = wb.indexes.embedding_cost(documents, IndexSettings())
    assert (free.chunks, free.usd) == (DOCUMENTS, 0.0)
    unknown = wb.indexes.embedding_cost(documents, replace(SETTINGS, embedder="lm_studio/some-embedder"))
    assert unknown.usd is None


def test_a_budget_stops_a_build_before_it_is_passed_and_keeps_what_was_paid_for(wb, server, project):
    write_settings(project, server, more="\n[budget]\nmonth_usd = 0.2\n")
    with opened(project) as held:
        with pytest.raises(BudgetReachedError, match="What was embedded is kept"):
            build(held)
        assert 0 < month(held).usd <= 0.2
        paid = len(server.embedded_texts)
        assert 0 < paid < DOCUMENTS
        assert month(held).reserved_usd == 0
    build(wb)
    assert len(server.embedded_texts) == DOCUMENTS
    assert month(wb).known_usd == pytest.approx(sum(len(text.split()) for text in server.embedded_texts) * TOKEN_USD)


def test_with_a_budget_nothing_is_sent_whose_price_is_unknown(server, project):
    text = (project / "workbench.toml").read_text().replace("price =", "# price =")
    (project / "workbench.toml").write_text(text + "\n[budget]\nmonth_usd = 5\n")
    with opened(project) as held, pytest.raises(ProviderError, match="not known"):
        build(held)
    assert server.requests == []


def test_a_server_that_asks_to_wait_is_waited_for_and_loses_nothing(wb, server):
    server.script_embeddings(rate_limited(retry_after_s=0.01), status(503), rate_limited(retry_after_s=0.01))
    build(wb)

    answered = [text for asked in server.requests for text in asked.texts]
    assert len(answered) == DOCUMENTS + 6
    assert len(set(answered)) == DOCUMENTS


def test_a_server_that_stays_away_ends_the_build_and_the_rest_goes_on_later(wb, server, monkeypatch):
    monkeypatch.setattr(asking_embedders, "ATTEMPTS", 2)
    server.script_embeddings(embedded(), embedded(), *[status(503, retry_after="0")] * 20)
    with pytest.raises(OverloadedError):
        build(wb)
    assert not [path for path in wb.context.index_root.glob("*") if path.is_dir()]
    server.reset()
    build(wb)
    assert len(server.embedded_texts) == DOCUMENTS - 4


def test_a_refused_key_ends_the_build_at_once(wb, server):
    server.embedding = unauthorized()
    with pytest.raises(AuthenticationError):
        build(wb)
    assert len(server.requests) <= 2


def test_a_batch_that_is_too_long_is_halved(wb, server):
    server.script_embeddings(context_too_long())
    build(wb)

    assert sorted(len(asked.texts) for asked in server.requests) == [1, 1, *[2] * (DOCUMENTS // 2)]


def test_a_model_that_was_exchanged_under_its_name_is_noticed(wb, server):
    build(wb)
    write_document(wb.root, 3, "Something new.")
    server.embedding = embedded(lambda rows: [row[:4] for row in rows])

    with pytest.raises(IntegrityError, match="a vector of 4 numbers, and 8 before"):
        build(wb)
    with pytest.raises(IntegrityError, match="a vector of 4 numbers, and 8 before"):
        wb.indexes.query("shop", "a new question", DENSE)


def test_a_cancelled_build_leaves_no_index_and_keeps_what_was_embedded(wb, server):
    seen, stop = threading.Event(), threading.Event()

    def watch(done, _total):
        if done >= 4:
            seen.set()

    async def answer_two_and_more_when_stopped(asked, http):
        if len(server.requests) > 2:
            while not stop.is_set():  # noqa: ASYNC110 (a thread sets it)
                await asyncio.sleep(0.01)
        return await embedded(delay_s=0.5)(asked, http)

    server.embedding = answer_two_and_more_when_stopped
    failed = []

    def carry_out():
        try:
            build(wb, on_progress=watch, stop=stop)
        except CancelledError as error:
            failed.append(error)

    thread = threading.Thread(target=carry_out)
    thread.start()
    assert seen.wait(WAIT_S)
    stop.set()
    thread.join(WAIT_S)

    assert len(failed) == 1
    assert "What was embedded is kept" in str(failed[0])
    assert wb.indexes.list() == []
    assert not [path for path in wb.context.index_root.glob("*") if path.is_dir()]
    paid = len(server.embedded_texts)
    assert 4 <= paid < DOCUMENTS
    server.reset()
    build(wb)
    assert len(server.embedded_texts) == DOCUMENTS - paid


def test_a_background_build_tells_its_stage_and_is_cancelled_while_it_waits(wb, server):
    server.script_embeddings(embedded(), embedded(), *[rate_limited(retry_after_s=100)] * 4)
    building = wb.indexes.start("shop", [wb.root / "documents"], SETTINGS)
    until(lambda: building.stage == "embedding" and building.chunks[0] >= 4 and len(server.requests) > 2)

    assert building.chunks == (4, DOCUMENTS)
    building.cancel()
    with pytest.raises(CancelledError):
        building.wait(WAIT_S)
    assert (building.done, building.stopping) == (True, False)
    wb.indexes.put_away("shop")
    server.reset()
    again = wb.indexes.start("shop", [wb.root / "documents"], SETTINGS)
    again.wait(WAIT_S)
    assert (again.stage, again.chunks) == ("writing", (DOCUMENTS, DOCUMENTS))
    assert len(server.embedded_texts) == DOCUMENTS - 4


def test_texts_that_occur_twice_are_embedded_once(wb, server):
    write_document(wb.root, 7, "\n\nArticle 3 is lent for 3 days.\n\n")
    info = build(wb)

    assert (info.chunks, len(server.embedded_texts)) == (DOCUMENTS, DOCUMENTS - 1)


def test_questions_get_their_prefix_and_their_own_vectors(wb, server):
    text = (wb.root / "workbench.toml").read_text()
    own = 'batch_size = 2, document_prefix = "passage: ", query_prefix = "query: "'
    (wb.root / "workbench.toml").write_text(text.replace("batch_size = 2", own))
    changed = wb.with_settings_of_now()
    build(changed)
    assert all(text.startswith("passage: ") for text in server.embedded_texts)
    server.reset()

    changed.indexes.query("shop", "Article 3 is lent for 3 days.", DENSE)
    assert server.embedded_texts == ["query: Article 3 is lent for 3 days."]


def test_embedders_are_listed_with_what_they_cost_or_lack(wb):
    listed = {one.name: one for one in wb.indexes.embedders()}

    assert listed["offline/lexical"].ready
    assert listed["offline/lexical"].price.input_per_million == 0
    assert (listed["mine"].ready, listed["mine"].price.input_per_million) == (True, 1000.0)
    with opened(wb.root, {"OPENAI_API_KEY": "k"}) as other:
        listed = {one.name: one for one in other.indexes.embedders()}
    assert not listed["mine"].ready
    assert "DESK_KEY is not set" in listed["mine"].note
    assert listed["openai/text-embedding-3-small"].ready


def test_listing_embedders_contacts_nobody(wb, server):
    wb.indexes.embedders()

    assert server.requests == []


def test_spend_is_booked_as_embedding(wb):
    build(wb)

    rows = wb.context.read(lambda s: s.rows("SELECT DISTINCT what, model, prompt FROM spend_apart"))
    assert rows == [("embed", "mine", None)]


def test_vectors_are_stored_as_little_endian_float32(wb):
    build(wb)

    lengths = wb.context.read(lambda s: s.rows("SELECT DISTINCT octet_length(vector) FROM embeddings"))
    assert lengths == [(4 * len(vector("any")),)]


def test_questions_from_many_threads_keep_to_the_limit_and_share_connections(wb, server):
    build(wb)
    server.reset()
    server.latency_s = 0.02
    retriever = wb.indexes.open(wb.indexes.get("shop"))

    with ThreadPoolExecutor(12) as threads:
        found = list(threads.map(lambda n: retriever.retrieve(f"question {n}", DENSE), range(24)))
    assert all(found)
    assert server.peak == 2
    assert len(server.embedded_texts) == 24


def test_a_provider_that_only_litellm_knows_how_to_ask_is_asked_through_it(server, project):
    text = (project / "workbench.toml").read_text().replace("openai/tiny", "together_ai/tiny")
    (project / "workbench.toml").write_text(text)
    with opened(project) as through_litellm:
        info = build(through_litellm)
        found = through_litellm.indexes.query("shop", "Article 3 is lent for 3 days.", DENSE)
        assert (found[0].chunk.document, found[0].score) == ("03.md", pytest.approx(1.0))
        assert len(server.embedded_texts) == DOCUMENTS
        shutil.rmtree(through_litellm.context.index_root)
        server.reset()
        assert through_litellm.indexes.open(info).fingerprint == info.fingerprint
        assert server.requests == []


def fill(wb):
    """A prompt over the index, and a golden set of one question."""
    (wb.root / "answer.prompt.yaml").write_text(PROMPT)
    (wb.root / "golden.jsonl").write_text('{"inputs": {"question": "How long is article 3 lent?"}}\n')
    wb.add_prompt(wb.root / "answer.prompt.yaml")
    wb.add_dataset(wb.root / "golden.jsonl", name="golden")


def test_a_run_whose_questions_cannot_be_embedded_is_not_started(wb):
    build(wb)
    fill(wb)
    with opened(wb.root, {}) as without_key:
        with pytest.raises(UnavailableError, match="DESK_KEY is not set"):
            without_key.run(["answer@1"], "golden", models="offline/reader")
        assert not without_key.runs.list()
        wb.run(["answer@1"], "golden", models="offline/reader")
        assert without_key.run(["answer@1"], "golden", models="offline/reader").summary.failed == 0


def test_an_estimate_asks_no_embedder(wb, server):
    build(wb)
    server.reset()
    fill(wb)

    estimate = wb.estimate(["answer@1"], "golden", models="offline/reader")
    assert estimate is not None
    assert server.requests == []
    run = wb.run(["answer@1"], "golden", models="offline/reader")
    assert run.summary.failed == 0
    assert server.embedded_texts == ["How long is article 3 lent?"]


def test_an_answer_that_does_not_come_in_time_is_asked_for_again(wb, server, monkeypatch):
    monkeypatch.setattr(asking_embedders, "TIMEOUT_S", 0.5)
    server.script_embeddings(embedded(delay_s=30))
    build(wb)

    assert len(server.embedded_texts) == DOCUMENTS
    assert len(server.requests) == DOCUMENTS / 2 + 1


def test_a_build_that_waits_for_another_process_can_be_cancelled(wb, server):
    build(wb)
    write_document(wb.root, 3, "Something new.")
    server.reset()
    [lock] = wb.context.state.glob("embedding-*.lock")
    with FileLock(lock):
        building = wb.indexes.start("shop", [wb.root / "documents"], SETTINGS)
        until(lambda: building.stage == "embedding")
        building.cancel()
        with pytest.raises(CancelledError):
            building.wait(WAIT_S)
    wb.indexes.put_away("shop")
    assert server.requests == []
