"""The reconciler's API as the console uses it: accounts in memory, and whatever events, stories and letters a test puts there."""

from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from support.console import NOW, no


def account(user: str, **more: Any) -> dict[str, Any]:
    """Describe a connected account in which nothing is pending."""
    return {
        "id": user,
        "name": "Ann Lee",
        "mailbox": "ann@contoso.test",
        "zone": "Europe/Berlin",
        "addresses": ["ann@contoso.test"],
        "rules": {"direction": "both", "entities": {"Meeting": "", "Call": "C"}, "default_entity": "Meeting"},
        "feeds": [],
        "counts": {},
        "awaits": [],
    } | more


@dataclass
class FakeReconciler:
    """Accounts by user; `told` records every change with who made it."""

    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    stories: dict[str, dict[str, Any]] = field(default_factory=dict)
    access: dict[str, bool] = field(default_factory=dict)
    roles: dict[str, bool] = field(default_factory=dict)
    letters: dict[int, dict[str, Any]] = field(default_factory=dict)
    changes: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, str]] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)
    down: bool = False

    def routes(self) -> list[Route]:
        """Give the API."""
        return [
            Route("/accounts", self.list_accounts),
            Route("/accounts/{id}", self.account, methods=["GET", "PUT", "DELETE"]),
            Route("/accounts/{id}/preview", self.preview),
            Route("/accounts/{id}/begin", self.begin, methods=["POST"]),
            Route("/accounts/{id}/resync", self.note, methods=["POST"]),
            Route("/accounts/{id}/events", self.list_events),
            Route("/links/{link}", self.story),
            Route("/links/{link}/retry", self.note, methods=["POST"]),
            Route("/links/{link}/release", self.release, methods=["POST"]),
            Route("/restore/{entry}", self.note, methods=["POST"]),
            Route("/held/{id}", self.release, methods=["POST"]),
            Route("/access", self.list_access),
            Route("/access/{user}", self.grant, methods=["PUT"]),
            Route("/roles", self.list_roles),
            Route("/roles/{user}", self.note_roles, methods=["PUT"]),
            Route("/failures", lambda _: JSONResponse({"refused": [], "feeds": [], "dead_letters": []})),
            Route("/dead-letters", self.list_letters),
            Route("/dead-letters/{letter:int}", self.letter),
            Route("/dead-letters/{letter:int}/{word}", self.decide, methods=["POST"]),
            Route("/settings-changes", lambda _: JSONResponse({"changes": self.changes, "next": None})),
        ]

    async def list_accounts(self, _: Request) -> Response:
        """List all."""
        return JSONResponse({"accounts": [*self.accounts.values()]})

    async def account(self, request: Request) -> Response:
        """Show, save or end one; the first time a save may wait for its owner's word."""
        user = request.path_params["id"]
        if self.down:
            return Response(status_code=503)
        if request.method == "PUT":
            wish = await request.json()
            self.told.append(("saved", wish["by"]))
            if self.problems:
                return no(422, "these settings make no sense", problems=self.problems)
            awaits = ["outlook", "word"] if wish["confirm"] else []
            self.accounts[user] = account(user, rules=wish["settings"], mailbox=wish["mailbox"], awaits=awaits)
            return JSONResponse(self.accounts[user])
        if user not in self.accounts:
            return no(404, "no such account")
        if request.method == "DELETE":
            self.told.append(("ended", request.query_params["by"]))
            del self.accounts[user]
            return Response(status_code=204)
        return JSONResponse(self.accounts[user])

    async def preview(self, request: Request) -> Response:
        """Tell what is awaited, and numbers."""
        awaits = self.accounts[request.path_params["id"]]["awaits"]
        phase = "reading" if "outlook" in awaits else "waiting" if awaits else "running"
        numbers = {"to_outlook": 5, "to_espo": 12, "matched": 3, "invitations": 7}
        return JSONResponse({"phase": phase, "read": {"outlook": 12, "espo": 8}} | numbers)

    async def begin(self, request: Request) -> Response:
        """Take the owner's word."""
        self.accounts[request.path_params["id"]]["awaits"] = []
        return await self.note(request)

    async def note(self, request: Request) -> Response:
        """Note who said what: the last word of the path, and what comes before it for those that name a number."""
        self.told.append((request.url.path, (await request.json())["by"]))
        return Response(status_code=202)

    async def release(self, request: Request) -> Response:
        """Note a word on held removals."""
        said = await request.json()
        self.told.append((said["word"], said["by"]))
        return JSONResponse({"released": 1})

    async def list_events(self, request: Request) -> Response:
        """List the events whose title holds what is sought, two at a time."""
        sought, after = request.query_params.get("q", ""), int(request.query_params.get("after", "0"))
        found = [event for event in self.events if sought.casefold() in (event["title"] or "").casefold()]
        more = str(after + 2) if len(found) > after + 2 else None
        return JSONResponse({"events": found[after : after + 2], "next": more})

    async def story(self, request: Request) -> Response:
        """Tell one."""
        story = self.stories.get(request.path_params["link"])
        return JSONResponse(story) if story else no(404, "no such event")

    async def list_access(self, _: Request) -> Response:
        """List who is on the list."""
        listed = [
            {"user_id": user, "granted": granted, "by": "root", "at": NOW.isoformat()}
            for user, granted in self.access.items()
        ]
        return JSONResponse({"access": listed})

    async def grant(self, request: Request) -> Response:
        """Put somebody on the list."""
        said = await request.json()
        self.access[request.path_params["user"]] = said["granted"]
        self.told.append((f"access {request.path_params['user']}", said["by"]))
        return JSONResponse({})

    async def list_roles(self, _: Request) -> Response:
        """List what EspoCRM's roles said."""
        told = [{"user_id": user, "granted": granted, "at": NOW.isoformat()} for user, granted in self.roles.items()]
        return JSONResponse({"roles": told})

    async def note_roles(self, request: Request) -> Response:
        """Note what they say of somebody."""
        if self.down:
            return no(503, "the database is away")
        self.roles[request.path_params["user"]] = (await request.json())["granted"]
        return Response(status_code=204)

    async def list_letters(self, request: Request) -> Response:
        """List letters of a status, without bodies."""
        status = request.query_params.get("status")
        shown = [letter | {"body": None} for letter in self.letters.values() if status in (None, letter["status"])]
        return JSONResponse({"dead_letters": shown, "next": None})

    async def letter(self, request: Request) -> Response:
        """Show one."""
        return JSONResponse(self.letters[request.path_params["letter"]])

    async def decide(self, request: Request) -> Response:
        """Replay or discard one, once."""
        letter, word = self.letters[request.path_params["letter"]], request.path_params["word"]
        by = (await request.json())["by"]
        if letter["status"] != "parked":
            return no(409, "that was decided already")
        letter |= {"status": f"{word}ed", "by": by, "decided_at": NOW.isoformat()}
        return JSONResponse(letter)
