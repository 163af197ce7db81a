"""Approved prompts over HTTP, from the server that people start."""

import http.client
import json
import urllib.parse

import pytest

from tests.support.processes import until
from tests.support.projects import fill, make_project, open_project
from tests.support.served_app import ServedApp

pytestmark = pytest.mark.slow

TOKEN = "a-token-of-this-test"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Two releases of `answer`; the second is in production, after the first."""
    directory = make_project(tmp_path_factory.mktemp("served") / "project")
    with open_project(directory) as wb:
        fill(wb)
        wb.run(["answer@1", "answer@2"], "golden")
        for label in ("answer@1", "answer@2"):
            wb.releases.approve(label)
            wb.releases.promote(label)
            wb.releases.promote(label)
    return directory


@pytest.fixture(scope="module")
def local(project):
    with ServedApp(project) as app:
        yield app


@pytest.fixture(scope="module")
def guarded(project):
    with ServedApp(project, WORKBENCH_API_TOKEN=TOKEN) as app:
        yield app


def ask(app, path="/api/prompts/answer", method="GET", **headers):
    """Status, headers and, where there is one, the JSON document of an answer."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(app.address).netloc, timeout=30)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers, json.loads(body) if body else None


def test_a_service_gets_what_stands_in_production_and_later_only_what_is_new(local):
    status, headers, document = ask(local)

    assert (status, document["number"], document["environment"]) == (200, 2, "production")
    assert document["messages"][-1] == {"role": "user", "content": "{{question}}"}
    assert headers["Content-Type"] == "application/json"
    assert headers["Cache-Control"] == "private, no-cache"
    assert "Access-Control-Allow-Origin" not in headers

    again, same, nothing = ask(local, If_None_Match=f'"other", W/{headers["ETag"]}')
    assert (again, same["ETag"], nothing) == (304, headers["ETag"], None)
    assert ask(local, If_None_Match='"other"')[0] == 200
    assert ask(local, "/api/prompts")[2]["prompts"][0]["name"] == "answer"


def test_a_rollback_by_another_process_reaches_a_service_that_asks_on(local, project):
    assert ask(local)[2]["number"] == 2
    with open_project(project) as wb:
        wb.releases.rollback("answer")
        until(lambda: ask(local)[2]["number"] == 1)
        wb.releases.promote("answer@2", to="production")
        until(lambda: ask(local)[2]["number"] == 2)


@pytest.mark.parametrize(
    ("path", "method", "status", "says"),
    [
        ("/api/prompts/anser", "GET", 404, "Did you mean 'answer'"),
        ("/api/prompts/answer?environment=prod", "GET", 404, "environment 'prod'"),
        ("/api/prompts/%3Cscript%3E", "GET", 404, "<script>"),
        ("/api/nothing", "GET", 404, ""),
        ("/api/prompts/answer", "POST", 405, ""),
        ("/api/prompts/answer", "DELETE", 405, ""),
    ],
)
def test_what_is_not_there_is_said_as_json(local, path, method, status, says):
    got, _, document = ask(local, path, method)

    assert got == status
    assert says in document["error"]


def test_without_a_token_a_page_elsewhere_cannot_ask_through_a_browser_here(local):
    status, _, document = ask(local, Host="evil.example:8501")

    assert (status, list(document)) == (403, ["error"])
    assert "localhost" in document["error"]


def test_where_a_token_is_set_it_is_needed_by_everyone(guarded):
    for given in (
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": "Bearer é"},
    ):
        status, headers, document = ask(guarded, **given)
        assert (status, headers["WWW-Authenticate"]) == (401, "Bearer")
        assert TOKEN not in json.dumps(document)

    assert ask(guarded, Authorization=f"Bearer {TOKEN}")[0] == 200
    assert ask(guarded, Authorization=f"bearer {TOKEN}", Host="prompts.example")[0] == 200
    assert TOKEN not in guarded.said


def test_the_app_is_served_as_before(local):
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(local.address).netloc, timeout=30)
    connection.request("GET", "/prompts")
    assert b"<!doctype html>" in connection.getresponse().read().lower()
    connection.close()
