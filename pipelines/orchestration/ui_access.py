"""Who may use the web page of `aktivitet ui`: whoever has the address it printed, and a browser that stays on the page.

Dagster's server answers everything that reaches its port: other accounts of the machine, and any web site that the
owner's browser is on, by a name that leads here (Host) or by a form sent here (Origin). Runs are started, assets wiped
and servers stopped that way. So a secret is asked of every request. It is in the printed address, and from then on in a
cookie that no script can read and no other site sends along.

A cookie knows no ports: a page that another account serves on 127.0.0.1 is given it too, if the owner opens that page.
"""

from __future__ import annotations

import hmac

from starlette.datastructures import URL
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

HOSTS = ("127.0.0.1", "localhost")
PARAMETER = "token"
POLICY_VIOLATION = 1008  # RFC 6455, 7.4.1
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
NO_TOKEN = f"Open the address that `aktivitet ui` printed when it started; it ends in ?{PARAMETER}= and a secret."
FOREIGN = "This page takes requests from its own pages only; open it at the address that `aktivitet ui` printed."
NO_GET = "A question or a change is sent by POST, never by GET."


def guarded(app: ASGIApp, token: str, port: int) -> ASGIApp:
    """`app`, for requests that name this machine as their host and come from the holder of `token`."""
    return TrustedHostMiddleware(_Holder(app, token, f"aktivitet_{port}"), allowed_hosts=HOSTS, www_redirect=False)


class _Holder:
    """Passes on what comes from a page of its own in a browser that was given the token, and says no to the rest."""

    def __init__(self, app: ASGIApp, token: str, cookie: str) -> None:
        self.app, self.token, self.cookie = app, token, cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        answer = self._answer(HTTPConnection(scope))
        if answer is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(POLICY_VIOLATION)(scope, receive, send)
        else:
            await answer(scope, receive, send)

    def _answer(self, request: HTTPConnection) -> Response | None:
        """The answer to what is not passed on; None for what is."""
        reads = request.scope["type"] == "http" and request.scope["method"] in ("GET", "HEAD")
        if not _same_origin(request, required=not reads):
            return _refusal(FOREIGN, 403)
        given = request.query_params.get(PARAMETER)
        if given is not None and reads and self._is_token(given):
            return self._welcome(request.url.remove_query_params(PARAMETER))
        if not self._is_token(request.cookies.get(self.cookie, "")):
            return _refusal(NO_TOKEN, 403)
        return _refusal(NO_GET, 405) if reads and _runs_graphql(request) else None

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.token.encode())

    def _welcome(self, url: URL) -> Response:
        """Back to the page, with the token in a cookie and out of the address."""
        # A path of this server's own: `//elsewhere` would be another's.
        page = "/" + str(url.replace(scheme="", netloc="")).lstrip("/")
        answer = RedirectResponse(page, status_code=303, headers=PRIVATE)
        answer.set_cookie(self.cookie, self.token, httponly=True, samesite="strict")
        return answer


def _same_origin(request: HTTPConnection, required: bool) -> bool:
    """Whether the request says that it comes from a page of the host it is sent to; what only reads need not say."""
    origin = request.headers.get("origin")
    if origin is None:
        return not required
    return origin == f"http://{request.headers.get('host')}"


def _runs_graphql(request: HTTPConnection) -> bool:
    """Whether Dagster runs what this GET asks: at this path, unless a page to write questions on is wanted."""
    # Starlette's route takes a line feed at the end for the path itself.
    return request.scope["path"].rstrip() == "/graphql" and "text/html" not in request.headers.get("accept", "")


def _refusal(text: str, status: int) -> Response:
    return PlainTextResponse(text + "\n", status_code=status, headers=PRIVATE)
