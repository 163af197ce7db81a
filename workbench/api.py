"""Approved prompts over HTTP, beside the app: `GET /api/prompts/NAME?environment=production`."""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from workbench.errors import InputError, IntegrityError, NotFoundError, StoreBusyError, WorkbenchError
from workbench.settings.sign_in import LOCAL
from workbench.workspace import Workbench
from workbench.workspace.serving.serving import TOKEN_VARIABLE, Serving

DEFAULT_ENVIRONMENT = "production"
RETRY_AFTER_S = 1

_HEADERS = {
    "Cache-Control": "private, no-cache",
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}
_STATUS: Mapping[type[WorkbenchError], HTTPStatus] = {
    NotFoundError: HTTPStatus.NOT_FOUND,
    InputError: HTTPStatus.BAD_REQUEST,
    IntegrityError: HTTPStatus.CONFLICT,
}


def prompt_routes(opened: Callable[[], Workbench]) -> list[Mount]:
    """The routes to put beside the app. `opened` gives the project; it is opened by the first request.

    Where the environment has `WORKBENCH_API_TOKEN`, every request needs it as its bearer token. Without one, requests
    are answered that come from this machine and name it: a page elsewhere that a browser opens cannot ask in its place.
    """
    api = _PromptApi(opened)
    inner = Starlette(
        routes=[Route("/prompts", api.listing), Route("/prompts/{name}", api.prompt)],
        exception_handlers={HTTPException: _http_problem, WorkbenchError: _problem, Exception: _defect},
    )
    return [Mount("/api", app=inner)]


class _PromptApi:
    """The endpoints. The store is read in threads, so that neither pages nor runs wait for it."""

    def __init__(self, opened: Callable[[], Workbench]) -> None:
        self._opened = opened
        self._lock = threading.Lock()
        self._serving: tuple[float, Serving] | None = None

    async def prompt(self, request: Request) -> Response:
        """One prompt; 304 when the caller has it already."""
        serving = await self._admitted(request)
        environment = request.query_params.get("environment", DEFAULT_ENVIRONMENT)
        served = await run_in_threadpool(serving.prompt, request.path_params["name"], environment)
        tag = f'"{served.hash}"'
        headers = {**_HEADERS, "ETag": tag}
        if _has(request.headers.get("if-none-match", ""), tag):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return JSONResponse(served.document, headers=headers)

    async def listing(self, request: Request) -> Response:
        """All released prompts, and what stands where."""
        serving = await self._admitted(request)
        return JSONResponse({"prompts": await run_in_threadpool(serving.listing)}, headers=_HEADERS)

    async def _admitted(self, request: Request) -> Serving:
        """What answers the request, once the request may be answered."""
        serving, environ = await run_in_threadpool(self._of_now)
        token = environ.get(TOKEN_VARIABLE, "").strip()
        if token:
            scheme, _, given = request.headers.get("authorization", "").partition(" ")
            if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), token.encode()):
                raise HTTPException(
                    HTTPStatus.UNAUTHORIZED,
                    f"Send the token that {TOKEN_VARIABLE} holds: Authorization: Bearer TOKEN.",
                    headers={"WWW-Authenticate": "Bearer"},
                )
        elif request.client is None or request.client.host not in LOCAL or request.url.hostname not in LOCAL:
            raise HTTPException(
                HTTPStatus.FORBIDDEN, f"Without {TOKEN_VARIABLE} only this machine is answered, by the name localhost."
            )
        return serving

    def _of_now(self) -> tuple[Serving, Mapping[str, str]]:
        """What serves by the settings of now: a judge that is set up anew can end an approval."""
        wb = self._opened()
        changed_at = wb.settings_changed_at()
        with self._lock:
            if self._serving is None or self._serving[0] != changed_at:
                self._serving = changed_at, Serving(wb.with_settings_of_now().context)
            return self._serving[1], wb.context.environ


def _has(tags: str, tag: str) -> bool:
    """Whether an If-None-Match names the tag; a weak one counts, as RFC 9110 has it."""
    return tags.strip() == "*" or tag in {one.strip().removeprefix("W/") for one in tags.split(",")}


def _answer(status: int, message: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": message}, status_code=status, headers={**_HEADERS, **(headers or {})})


async def _http_problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 (registered for nothing else)
    return _answer(error.status_code, error.detail, error.headers)


async def _problem(_: Request, error: Exception) -> Response:
    """A use case's own error, with the way out."""
    if isinstance(error, StoreBusyError):
        return _answer(HTTPStatus.SERVICE_UNAVAILABLE, str(error), {"Retry-After": str(RETRY_AFTER_S)})
    status = next((status for kind, status in _STATUS.items() if isinstance(error, kind)), None)
    return _answer(status or HTTPStatus.SERVICE_UNAVAILABLE, str(error))


async def _defect(_: Request, error: Exception) -> Response:
    """A mistake of the program's own: its details go to the terminal, not to the caller."""
    del error
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, "This is a mistake of the program; its terminal says more.")
