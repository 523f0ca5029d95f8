"""A request that comes byte by byte is given up on, or a few hundred of them would hold every connection that we have.

Only what a client sends is timed, not how long we take to answer. How slowly headers may come, `headers_in_time` says.
"""

import asyncio
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_WITHIN_SECONDS = 15.0
"""Nothing that is sent to us is larger than a megabyte."""


class InTime:
    """Stands before an application: a body that is not there within `seconds` is answered with 408."""

    def __init__(self, app: ASGIApp, seconds: float = BODY_WITHIN_SECONDS) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        deadline = asyncio.get_running_loop().time() + self._seconds
        whole = False

        async def in_time() -> Message:
            nonlocal whole
            if whole:
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, headers={"Connection": "close"}) from None
            whole = not message.get("more_body", False)
            return message

        try:
            await self._app(scope, in_time, send)
        except ClientDisconnect:
            return  # nobody is there any more who could be answered
