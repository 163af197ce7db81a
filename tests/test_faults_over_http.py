"""The whole job against a server that misbehaves: over real HTTP, into the store."""

import json

import pytest

from tests.support.commands import workbench
from tests.support.openai_server import (
    OpenAIServer,
    Usage,
    cut_before_headers,
    empty_choices,
    malformed_sse,
    ok,
    rate_limited,
    raw,
    slow,
    status,
    unauthorized,
)
from tests.support.projects import PLAIN, jsonl, rows
from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.runner.retry import RetryPolicy

pytestmark = pytest.mark.slow

KEY = "planted-key-3c9f1d7e-of-nobody"
TOML = """\
[project]
name = "Faults"

[models.tiny]
model = "openai/tiny"
api_base = "{api_base}"
api_key_env = "FAULTS_KEY"
price = {{ input_per_million = 10.0, output_per_million = 20.0, cached_input_per_million = 1.0 }}
"""


@pytest.fixture(scope="module")
def shared():
    with OpenAIServer() as server:
        yield server


@pytest.fixture
def server(shared):
    shared.reset()
    shared.default = ok("It is lent for 1 days.", usage=Usage(100, 10))
    return shared


@pytest.fixture
def wb(server, tmp_path, monkeypatch):
    """A project with one row that asks the server, whose faults are repeated without waiting."""
    wanted = RetryPolicy.delay_s

    def without_waiting(self, error, attempt):
        return None if wanted(self, error, attempt) is None else 0.0

    monkeypatch.setattr(RetryPolicy, "delay_s", without_waiting)
    (tmp_path / "workbench.toml").write_text(TOML.format(api_base=server.api_base))
    (tmp_path / "plain.prompt.yaml").write_text(PLAIN)
    (tmp_path / "golden.jsonl").write_text(jsonl(rows(1)))
    with Workbench.open(tmp_path, actor=Actor("ann"), environ={"FAULTS_KEY": KEY}) as opened:
        opened.add_prompt(tmp_path / "plain.prompt.yaml")
        opened.add_dataset(tmp_path / "golden.jsonl", name="golden")
        yield opened


def ask(wb, **options):
    return wb.run("answer@1", "golden", models="tiny", metrics=["checks"], **options)


def only(run):
    """The one trial, as its event."""
    (event,) = run.workbench.events.of_run(run.id)
    return event


def attempts(run):
    return [(failure.error, failure.final) for failure in run.workbench.runs.failures(run.id)]


def test_a_streamed_answer_is_stored_with_its_times_tokens_and_cost(wb, server):
    server.default = ok("It is lent for 1 days.", usage=Usage(100, 10, cached=40), slice_bytes=7)

    run = ask(wb)

    event = only(run)
    assert event["output"] == "It is lent for 1 days."
    assert event["scores"] == {"checks": 1.0}
    assert (event["prompt_tokens"], event["completion_tokens"], event["total_tokens"]) == (100, 10, 110)
    assert event["cost_usd"] == pytest.approx((60 * 10 + 40 * 1 + 10 * 20) / 1e6)
    assert 0 < event["ttft_ms"] <= event["total_latency_ms"]
    assert run.summary.cost_usd == pytest.approx(event["cost_usd"])
    assert server.requests[0].streams


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        pytest.param(rate_limited(retry_after_s=0), "RateLimitedError", id="429 with Retry-After"),
        pytest.param(rate_limited(), "RateLimitedError", id="429"),
        pytest.param(status(500), "OverloadedError", id="500"),
        pytest.param(status(503), "OverloadedError", id="503"),
        pytest.param(cut_before_headers(), "ConnectionFailedError", id="cut in the head"),
        pytest.param(ok("It is lent for 1 days.", cut_after=2), "ConnectionFailedError", id="cut in mid-stream"),
        pytest.param(malformed_sse(), "BadResponseError", id="malformed JSON"),
        pytest.param(raw(b"<html>504</html>", content_type="text/html"), "BadResponseError", id="a web page"),
        pytest.param(empty_choices(), "BadResponseError", id="no choices"),
    ],
)
class TestAPassingOrLastingFault:
    def test_that_passes_becomes_an_answer_after_one_more_attempt(self, wb, server, fault, error):
        server.script(fault)

        run = ask(wb)

        assert attempts(run) == [(error, False)]
        assert only(run)["scores"] == {"checks": 1.0}
        assert [output.attempts for output in run.outputs()] == [2]
        assert (run.summary.done, run.summary.failed) == (1, 0)

    def test_that_lasts_becomes_a_failure_with_a_clear_error_and_no_score(self, wb, server, fault, error):
        server.default = fault

        run = ask(wb)

        assert attempts(run) == [(error, False)] * 4 + [(error, True)]
        event = only(run)
        assert event["error"].startswith(f"{error}: ")
        assert len(event["error"]) > len(error) + 20
        assert (event["output"], event["scores"], event["cost_usd"]) == (None, {}, None)
        assert (run.summary.done, run.summary.failed, run.summary.cost_usd) == (0, 1, None)
        (arm,) = run.compare().as_json()["arms"]
        assert (arm["failed"], arm["metrics"]) == (1, {})


def test_an_answer_that_takes_too_long_fails_and_its_connection_is_closed(wb, server):
    server.default = slow(30)

    run = ask(wb, timeout_s=0.2)

    assert attempts(run) == [("ModelTimeoutError", False), ("ModelTimeoutError", True)]
    assert "0.2 s" in only(run)["error"]
    assert all(asked.abandoned.wait(10) for asked in server.requests)


def test_a_wrong_key_stops_the_run_at_once_and_is_not_shown(wb, server):
    server.default = unauthorized(f"Incorrect API key provided: {KEY}.")

    run = ask(wb)

    assert run.summary.stopped_by == "provider"
    assert attempts(run) == [("AuthenticationError", True)]
    assert KEY not in json.dumps(only(run))


def test_a_provider_that_asks_for_too_long_a_wait_fails_the_trial(wb, server):
    server.default = rate_limited(retry_after_s=100_000)

    assert attempts(ask(wb)) == [("RateLimitedError", True)]


def test_without_usage_tokens_and_cost_are_unknown_and_not_zero(wb, server):
    server.default = ok("It is lent for 1 days.", send_usage=False)

    event = only(ask(wb))

    assert (event["prompt_tokens"], event["total_tokens"], event["cost_usd"]) == (None, None, None)
    assert event["scores"] == {"checks": 1.0}


def test_the_key_is_sent_and_found_nowhere_else(wb, server, caplog, capfd):
    caplog.set_level(0)
    server.script(status(500, f"no luck with {KEY}"), status(400, f"bad key {KEY}"))

    first, second = ask(wb), ask(wb)
    said = "".join([json.dumps(only(first)), json.dumps(only(second)), repr(first), repr(wb.runs.failures(first.id))])
    wb.close()

    assert {asked.headers["authorization"] for asked in server.requests} == {f"Bearer {KEY}"}
    assert KEY not in said
    assert KEY not in caplog.text
    assert KEY not in "".join(capfd.readouterr())
    files = [path for path in wb.root.rglob("*") if path.is_file()]
    assert any(path.suffix == ".duckdb" for path in files)
    assert not any(KEY.encode() in path.read_bytes() for path in files)


def test_the_command_line_ends_with_4_when_trials_failed_and_says_why_on_stderr(wb, server):
    server.default = status(400, "nobody \x1b[31mlikes\x9b this request")
    wb.close()

    asked = ("run", "--prompt", "answer", "--model", "tiny", "--dataset", "golden", "--json")
    ended = workbench(*asked, cwd=wb.root, FAULTS_KEY=KEY)

    assert ended.returncode == 4, ended.stderr
    assert json.loads(ended.stdout)["failed"] == 1
    assert "\x1b" not in ended.stderr + ended.stdout
    assert KEY not in ended.stderr + ended.stdout
