"""What a browser is told to refuse, on every answer.

Scripts and styles come from files of our own alone, nothing is framed, and no address leaks with a link: a text from a calendar
that finds its way into a page stays a text.
"""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
_ALWAYS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    # The consent opens in a popup of another site, which may keep no hold on this page.
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_ENCRYPTED = {"Strict-Transport-Security": "max-age=31536000"}
_STATIC = "/static/"


class SafeHeaders:
    """Adds the headers to every answer. What a page shows is kept by no cache; files are."""

    def __init__(self, app: ASGIApp, *, encrypted: bool) -> None:
        self._app = app
        self._headers = _ALWAYS | (_ENCRYPTED if encrypted else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                headers.setdefault(
                    "Cache-Control", "max-age=86400" if scope["path"].startswith(_STATIC) else "no-store"
                )
            await send(message)

        await self._app(scope, receive, add)
