"""What failed is tried again by hand: a dead letter, one event, one user."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bus.serving.guard import guarded
from sandbox.serve import serving
from support.command_line import Said, tandem

SECRET = "what the services know each other by"
LINK = str(UUID(int=7))
_PAGE = 2


def letter(number: int, service: str = "outlook_connector", status: str = "parked") -> dict[str, Any]:
    return {
        "id": number,
        "service": service,
        "topic": "outlook.writes.v1",
        "at": "2026-03-02T12:00:00+00:00",
        "status": status,
        "reason": "malformed",
        "body": '{"title": "secret"}',
    }


@dataclass(slots=True)
class SmallReconciler:
    """Keeps dead letters and events in memory and answers as the real reconciler does, two letters a page."""

    url: str = ""
    letters: dict[int, dict[str, Any]] = field(default_factory=dict)
    broken: set[int] = field(default_factory=set)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def app(self) -> Starlette:
        routes = [
            Route("/dead-letters", self._letters, methods=["GET"]),
            Route("/dead-letters/{id:int}", self._letter, methods=["GET"]),
            Route("/dead-letters/{id:int}/{verb}", self._decide, methods=["POST"]),
            Route("/why/{item}", self._why, methods=["GET"]),
            Route("/links/{id}/retry", self._retry, methods=["POST"]),
            Route("/accounts", self._accounts, methods=["GET"]),
            Route("/accounts/{id}", self._account, methods=["GET"]),
            Route("/accounts/{id}/resync", self._resync, methods=["POST"]),
        ]
        return Starlette(routes=guarded(routes, SecretStr(SECRET)))

    async def _letters(self, request: Request) -> Response:
        query = request.query_params
        before = int(query.get("before", 10**9))
        found = [
            {name: value for name, value in each.items() if name != "body"}
            for number, each in sorted(self.letters.items(), reverse=True)
            if number < before
            and each["status"] == query["status"]
            and query.get("service", each["service"]) == each["service"]
        ]
        following = found[_PAGE - 1]["id"] if len(found) > _PAGE else None
        return JSONResponse({"dead_letters": found[:_PAGE], "next": following})

    async def _letter(self, request: Request) -> Response:
        return JSONResponse(self.letters[request.path_params["id"]])

    async def _decide(self, request: Request) -> Response:
        number, verb = request.path_params["id"], request.path_params["verb"]
        if number not in self.letters:
            return JSONResponse({"error": "no such dead letter"}, status_code=404)
        if number in self.broken:
            return JSONResponse({"error": "its topic is no more"}, status_code=409)
        self.letters[number]["status"] = {"replay": "replayed", "discard": "discarded"}[verb]
        self.asked.append((f"{verb} {number}", (await request.json())["by"]))
        return JSONResponse(self.letters[number])

    async def _why(self, request: Request) -> Response:
        match request.path_params["item"]:
            case "synced":
                return JSONResponse({"stories": [{"link": {"id": LINK}, "journal": []}], "skips": []})
            case "skipped":
                return JSONResponse({"stories": [], "skips": [{"reason": "recurring"}]})
        return JSONResponse({"error": "nothing is known of this event"}, status_code=404)

    async def _retry(self, request: Request) -> Response:
        self.asked.append((f"retry {request.path_params['id']}", (await request.json())["by"]))
        return Response(status_code=202)

    async def _account(self, request: Request) -> Response:
        if request.path_params["id"] != "ann":
            return JSONResponse({"error": "no such account"}, status_code=404)
        counts = {"in sync": 12, "refused": 1}
        return JSONResponse({"id": "ann", "name": "Ann Lee", "mailbox": "ann@x.test", "counts": counts, "skipped": 3})

    async def _accounts(self, _: Request) -> Response:
        empty: dict[str, Any] = {"mailbox": "", "counts": {}, "skipped": 0}
        known = [{"id": user, "name": user, **empty} for user in ("ann", "ben")]
        return JSONResponse({"accounts": known})

    async def _resync(self, request: Request) -> Response:
        self.asked.append((f"resync {request.path_params['id']}", (await request.json())["by"]))
        return JSONResponse({"feeds": 4, "retried": 1}, status_code=202)


@pytest.fixture
async def reconciler() -> AsyncIterator[SmallReconciler]:
    small = SmallReconciler(letters={number: letter(number) for number in (1, 2, 3)} | {4: letter(4, "reconciler")})
    async with serving(small.app()) as url:
        small.url = url
        yield small


@pytest.fixture
def run(reconciler: SmallReconciler, tmp_path: Path) -> Any:
    """Run the command line against the small reconciler."""
    return partial(tandem, folder=tmp_path, TANDEM_RECONCILER_URL=reconciler.url, TANDEM_SERVICE_SECRET=SECRET)


async def test_parked_letters_are_listed_without_what_they_say(run: Any) -> None:
    said: Said = await run("replay", "--json")

    assert [each["id"] for each in said.json] == [4, 3, 2, 1]
    assert "secret" not in said.out


async def test_the_list_is_for_people_too(run: Any) -> None:
    said: Said = await run("replay", "--service", "reconciler")

    assert said.code == 0
    assert "malformed" in said.out
    assert "outlook_connector" not in said.out


async def test_what_a_letter_says_is_shown_when_it_is_asked_for(run: Any, reconciler: SmallReconciler) -> None:
    said: Said = await run("replay", "2", "--show")

    assert "secret" in said.out
    assert reconciler.asked == []


@pytest.mark.scenario("X-05")
async def test_one_letter_is_replayed_in_somebodys_name(run: Any, reconciler: SmallReconciler) -> None:
    said: Said = await run("replay", "2", "--by", "Ann")

    assert (said.code, said.out) == (0, "replayed: 2\n")
    assert reconciler.asked == [("replay 2", "Ann")]


async def test_a_letter_is_let_be(run: Any, reconciler: SmallReconciler) -> None:
    await run("replay", "2", "--discard")

    assert reconciler.letters[2]["status"] == "discarded"


async def test_a_letter_that_is_not_there_is_an_error(run: Any) -> None:
    said: Said = await run("replay", "99")

    assert said.code == 1
    assert "no such dead letter" in said.err


@pytest.mark.scenario("X-05")
async def test_all_letters_of_a_service_are_replayed_oldest_first_and_none_keeps_another_back(
    run: Any, reconciler: SmallReconciler
) -> None:
    reconciler.broken = {2}

    said: Said = await run("replay", "--service", "outlook_connector", "--all", "--json")

    assert said.code == 1
    assert said.json["replayed"] == [1, 3]
    assert said.json["refused"] == [{"id": 2, "reason": "the reconciler refuses: its topic is no more"}]
    assert reconciler.letters[4]["status"] == "parked"


@pytest.mark.parametrize("words", [("--all",), ("--discard",), ("--show",)])
async def test_a_decision_about_no_letter_in_particular_is_refused(run: Any, words: tuple[str, ...]) -> None:
    assert (await run("replay", *words)).code == 2


@pytest.mark.scenario("X-05")
@pytest.mark.parametrize("event", ["synced", LINK])
async def test_one_event_is_tried_again_by_any_of_its_ids(run: Any, reconciler: SmallReconciler, event: str) -> None:
    said: Said = await run("retry", event, "--json")

    assert said.json == {"retried": [LINK]}
    assert reconciler.asked == [(f"retry {LINK}", "the command line")]


async def test_an_event_that_is_not_synced_says_where_to_ask(run: Any) -> None:
    said: Said = await run("retry", "skipped")

    assert said.code == 2
    assert "tandem why" in said.err


async def test_an_event_that_nobody_knows_is_an_error(run: Any) -> None:
    assert (await run("retry", "unheard-of")).code == 1


@pytest.mark.scenario("X-06")
async def test_a_user_is_read_anew_after_the_counts_were_shown(run: Any, reconciler: SmallReconciler) -> None:
    said: Said = await run("resync", "ann", answer="y\n")

    assert said.code == 0
    assert "in sync: 12" in said.out
    assert reconciler.asked == [("resync ann", "the command line")]


@pytest.mark.scenario("X-06")
async def test_who_says_no_changes_nothing(run: Any, reconciler: SmallReconciler) -> None:
    said: Said = await run("resync", "ann", answer="n\n")

    assert said.code == 1
    assert reconciler.asked == []


async def test_a_script_says_yes_beforehand(run: Any, reconciler: SmallReconciler) -> None:
    assert (await run("resync", "ann", "--json")).code == 2
    said: Said = await run("resync", "ann", "--yes", "--json")

    assert said.json["feeds"] == 4
    assert len(reconciler.asked) == 1


async def test_a_user_who_is_not_connected_is_an_error(run: Any) -> None:
    assert (await run("resync", "nobody", "--yes")).code == 1


async def test_after_a_restored_backup_everybody_is_read_anew(reconciler: SmallReconciler, run: Any) -> None:
    said: Said = await run("resync", "--all", "--yes", "--json")
    assert [one["account"] for one in said.json] == ["ann", "ben"]
    assert [asked for asked, _ in reconciler.asked] == ["resync ann", "resync ben"]


@pytest.mark.parametrize("words", [("resync", "--yes"), ("resync", "ann", "--all", "--yes")], ids=["nobody", "both"])
async def test_who_is_read_anew_is_said_clearly_or_nothing_is_done(
    reconciler: SmallReconciler, run: Any, words: tuple[str, ...]
) -> None:
    assert (await run(*words)).code == 2
    assert reconciler.asked == []
