"""Who may talk to the server: its own pages under its own names, by HTTP and by WebSocket."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from workbench.doorkeeper import Doorkeeper

PUBLIC = "https://prompts.example.org"


def page(request):
    answer = PlainTextResponse("a page")
    answer.set_cookie("session", "1")
    return answer


async def talk(socket):
    await socket.accept()
    await socket.send_text("welcome")
    await socket.close()


def client(at="http://localhost:8501", **options):
    routes = [
        Route("/", page, methods=["GET", "POST"]),
        Route("/_stcore/health", page),
        Mount("/api", routes=[Route("/prompts", page)]),
        WebSocketRoute("/_stcore/stream", talk),
    ]
    kept = {"hosts": {"localhost", "127.0.0.1", "::1", "prompts.example.org"}, "origins": {PUBLIC}, **options}
    return TestClient(Starlette(routes=routes, middleware=[Middleware(Doorkeeper, **kept)]), base_url=at)


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1", "[::1]:8501", "LOCALHOST", "prompts.example.org"])
def test_the_server_answers_by_its_own_names(host):
    assert client().get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example.org", "localhost.evil.example.org", "127.0.0.1.evil.example.org", "a@localhost", "", "localhost:x"],
)
def test_a_name_that_somebody_else_points_here_is_refused(host):
    asked = client()
    assert asked.get("/", headers={"Host": host}).status_code == 403
    with pytest.raises(WebSocketDisconnect), asked.websocket_connect("/_stcore/stream", headers={"Host": host}):
        pass


@pytest.mark.parametrize("path", ["/_stcore/health", "/api/prompts"])
def test_health_and_the_api_decide_for_themselves(path):
    assert client().get(path, headers={"Host": "10.0.0.7:8501"}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example.org", "null", "http://localhost:3000", "http://127.0.0.1:8501"]
)
def test_pages_of_others_open_no_connection_and_send_nothing(origin):
    asked, headers = client(), {"Host": "localhost:8501", "Origin": origin}
    assert asked.post("/", headers=headers).status_code == 403
    with pytest.raises(WebSocketDisconnect), asked.websocket_connect("/_stcore/stream", headers=headers):
        pass


@pytest.mark.parametrize("origin", ["http://localhost:8501", PUBLIC, None])
def test_its_own_pages_and_programs_that_are_no_browser_may(origin):
    headers = {"Host": "localhost:8501", **({} if origin is None else {"Origin": origin})}
    asked = client()
    assert asked.post("/", headers=headers).status_code == 200
    with asked.websocket_connect("/_stcore/stream", headers=headers) as socket:
        assert socket.receive_text() == "welcome"


def test_cookies_leave_for_encrypted_lines_only_where_the_app_is_reached_by_one():
    assert "; Secure" not in client().get("/").headers["set-cookie"]
    assert client(encrypted=True).get("/").headers["set-cookie"].endswith("; Secure")
