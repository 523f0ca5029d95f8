"""The reconciler's HTTP API, as the command line uses it.

The reconciler owns all state, so whatever a command shows or changes goes through here. Its two ways to say no become
two exceptions: it does not answer, or it refuses and names why.
"""

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from tandem.errors import CommandError, UnreachableError
from tandem.reach import reconciler_url, service_secret

BEGINNING = "0.0"
"""The place before every change that was synced."""

_ANSWER_SECONDS = 10.0
_PAGE = 200
_REFUSALS = range(400, 500)

T = TypeVar("T")


class RefusedError(CommandError):
    """The reconciler understood and said no: an unknown account, a setting that cannot be."""


class Reconciler:
    """A client of one reconciler, which knows us by the service secret. Use it as an async context.

    Every method raises UnreachableError if the reconciler gives no (sensible) answer, RefusedError if it says no.
    """

    def __init__(self, url: str, secret: str) -> None:
        self._url = url
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        self._http = httpx.AsyncClient(base_url=url, headers=headers, timeout=_ANSWER_SECONDS)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def accounts(self) -> list[dict[str, Any]]:
        """List the accounts, each with its `rules` (the settings) and its `feeds`."""
        accounts: list[dict[str, Any]] = (await self._ask("GET", "/accounts"))["accounts"]
        return accounts

    async def connect(self, account: str, wish: dict[str, Any]) -> dict[str, Any]:
        """Connect an EspoCRM user to a mailbox, or change the settings; answers the account as it is now."""
        return await self._ask("PUT", f"/accounts/{account}", json=wish)

    async def preview(self, account: str) -> dict[str, Any]:
        """Count what the sync of an account would do now: `phase`, `to_outlook`, `to_espo`, `matched`, `invitations`, `read`."""
        return await self._ask("GET", f"/accounts/{account}/preview")

    async def begin(self, account: str) -> None:
        """Let the first sync of an account begin."""
        await self._ask("POST", f"/accounts/{account}/begin")

    async def disconnect(self, account: str) -> None:
        """Stop syncing an account. Events stay where they are (rule M01)."""
        await self._ask("DELETE", f"/accounts/{account}")

    async def pending(self) -> dict[str, int]:
        """Count what is not done yet: in_flight, due, outbox and looking."""
        return await self._ask("GET", "/pending")

    async def why(self, event: str) -> dict[str, Any]:
        """Tell the story of one event, by an id of either side: its link, its journal, and why it is skipped."""
        return await self._ask("GET", f"/why/{event}")

    async def restore(self, entry: int) -> None:
        """Write the values that lost the conflict of a journal entry to the side that held them."""
        await self._ask("POST", f"/restore/{entry}")

    async def held(self) -> list[dict[str, Any]]:
        """Count the held removals: `account` and `held` of each account that has some."""
        held: list[dict[str, Any]] = (await self._ask("GET", "/held"))["held"]
        return held

    async def release(self, account: str, word: str) -> int:
        """Say of an account's held removals that they are "approved" or "refused"; answers how many there were."""
        released: int = (await self._ask("POST", f"/held/{account}", json={"word": word}))["released"]
        return released

    async def release_one(self, link: str, word: str) -> None:
        """Say the same of the held removal of one link."""
        await self._ask("POST", f"/links/{link}/release", json={"word": word})

    async def account(self, account: str) -> dict[str, Any]:
        """Tell of one account, with `counts` of its events by state."""
        return await self._ask("GET", f"/accounts/{account}")

    async def retry(self, link: str, by: str) -> None:
        """Forget what stands in the way of a link, decide anew and read both sides again."""
        await self._ask("POST", f"/links/{link}/retry", json={"by": by})

    async def resync(self, account: str, by: str) -> dict[str, Any]:
        """Have everything of an account read anew, and what was refused tried again; answers how much that is."""
        return await self._ask("POST", f"/accounts/{account}/resync", json={"by": by})

    async def dead_letters(self, service: str | None, status: str) -> list[dict[str, Any]]:
        """List the dead letters of a service, or of all, without their bodies; the newest first, every page."""
        letters: list[dict[str, Any]] = []
        query = {"status": status, "limit": _PAGE} | ({"service": service} if service else {})
        following: int | None = None
        while True:
            page = query | ({"before": following} if following else {})
            answer = await self._ask("GET", "/dead-letters", params=page)
            letters += answer["dead_letters"]
            following = answer["next"]
            if following is None:
                return letters

    async def dead_letter(self, letter: int) -> dict[str, Any]:
        """Tell of one dead letter, with its body, which may hold somebody's event."""
        return await self._ask("GET", f"/dead-letters/{letter}")

    async def decide_letter(self, letter: int, verb: str, by: str) -> None:
        """Have a dead letter handled again ("replay") or let be ("discard")."""
        await self._ask("POST", f"/dead-letters/{letter}/{verb}", json={"by": by})

    async def events(self, account: str) -> list[dict[str, Any]]:
        """List the latest events of an account: `link`, `outlook_id`, `entity`, `espo_id`, `title`, `state` and `reason`."""
        events: list[dict[str, Any]] = (await self._ask("GET", f"/accounts/{account}/events", params={"limit": _PAGE}))[
            "events"
        ]
        return events

    async def synced(self, after: str, wait: float) -> list[dict[str, Any]]:
        """List the changes synced since `after`, the `place` of an earlier one; wait up to `wait` seconds if there are none."""
        answer = await self._ask(
            "GET", "/synced", params={"after": after, "wait": wait}, timeout=_ANSWER_SECONDS + wait
        )
        synced: list[dict[str, Any]] = answer["synced"]
        return synced

    async def _ask(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        try:
            response = await self._http.request(method, path, **options)
        except httpx.HTTPError as error:
            raise UnreachableError(f"the reconciler at {self._url} does not answer ({type(error).__name__})") from error
        if response.status_code in _REFUSALS:
            raise RefusedError(f"the reconciler refuses: {_reason(response)}")
        if not response.is_success:
            raise UnreachableError(f"the reconciler at {self._url} answers {response.status_code}")
        answer: dict[str, Any] = response.json() if response.content else {}
        return answer


def ask(question: Callable[[Reconciler], Awaitable[T]]) -> T:
    """Put one question to the reconciler that the commands talk to."""

    async def put() -> T:
        async with Reconciler(reconciler_url(), service_secret()) as reconciler:
            return await question(reconciler)

    return asyncio.run(put())


def _reason(response: httpx.Response) -> str:
    """Give the reconciler's own words, and the fields that it names."""
    try:
        answer = response.json()
    except ValueError:
        return f"{response.status_code} {response.reason_phrase}"
    problems = [f"{problem['field']}: {problem['problem']}" for problem in answer.get("problems", [])]
    return "; ".join([answer["error"], *problems])
