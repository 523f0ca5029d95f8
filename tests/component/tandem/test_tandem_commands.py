"""An operator's commands do what they say, as text and as JSON, and end with an exit code that means something."""

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bus.serving.guard import guarded
from sandbox.serve import serving
from tandem.api import BEGINNING, Reconciler

SERVICE_SECRET = "what the services know each other by"
DEFAULT_RULES = {"direction": "both", "entities": {"Meeting": ""}, "default_entity": "Meeting"}
LINK = "00000000-0000-0000-0000-00000000002a"
STORY: dict[str, Any] = {
    "link": {"id": LINK, "entity": "Meeting", "state": "in sync"},
    "alike": [{"id": "1", "espo_id": "m2", "outlook_id": "o2"}],
    "journal": [
        {
            "id": 7,
            "at": "2026-03-02 12:03:04+00:00",
            "what": "created",
            "source": "espo",
            "target": "outlook",
            "fields": ["title"],
            "reason": "new in EspoCRM",
        }
    ],
}


@dataclass(slots=True)
class SmallReconciler:
    """Keeps accounts in memory and answers as the real reconciler does."""

    url: str = ""
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    synced: list[dict[str, Any]] = field(default_factory=list)
    held: dict[str, int] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    pending: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("in_flight", "due", "outbox", "looking"), 0))

    def app(self) -> Starlette:
        routes = [
            Route("/accounts", self._list, methods=["GET"]),
            Route("/accounts/{id}", self._put, methods=["PUT"]),
            Route("/accounts/{id}", self._delete, methods=["DELETE"]),
            Route("/synced", self._synced, methods=["GET"]),
            Route("/pending", self._pending, methods=["GET"]),
            Route("/why/{id}", self._why, methods=["GET"]),
            Route("/restore/{entry:int}", self._restore, methods=["POST"]),
            Route("/held", self._held, methods=["GET"]),
            Route("/held/{id}", self._release, methods=["POST"]),
            Route("/links/{id}/release", self._release_one, methods=["POST"]),
        ]
        return Starlette(routes=guarded(routes, SecretStr(SERVICE_SECRET)))

    async def _list(self, _: Request) -> Response:
        return JSONResponse({"accounts": [*self.accounts.values()]})

    async def _put(self, request: Request) -> Response:
        wish = await request.json()
        if "@" not in wish["mailbox"]:
            problems = [{"field": "mailbox", "problem": "is no address"}]
            return JSONResponse({"error": "these settings make no sense", "problems": problems}, status_code=422)
        rules = DEFAULT_RULES | wish.pop("settings")
        account = {"id": request.path_params["id"], "zone": "UTC", "rules": rules, "feeds": [], **wish}
        self.accounts[account["id"]] = account
        return JSONResponse(account)

    async def _delete(self, request: Request) -> Response:
        if self.accounts.pop(request.path_params["id"], None) is None:
            return JSONResponse({"error": "no such account"}, status_code=404)
        return Response(status_code=204)

    async def _synced(self, request: Request) -> Response:
        after = request.query_params["after"]
        return JSONResponse({"synced": [change for change in self.synced if change["place"] > after]})

    async def _pending(self, _: Request) -> Response:
        return JSONResponse(self.pending)

    async def _restore(self, request: Request) -> Response:
        if request.path_params["entry"] != STORY["journal"][0]["id"]:
            return JSONResponse({"error": "this entry holds no value to restore"}, status_code=404)
        return Response(status_code=202)

    async def _held(self, _: Request) -> Response:
        return JSONResponse({"held": [{"account": account, "held": count} for account, count in self.held.items()]})

    async def _release_one(self, request: Request) -> Response:
        self.words.append(f"{request.path_params['id']} {(await request.json())['word']}")
        return Response(status_code=202)

    async def _release(self, request: Request) -> Response:
        self.words.append((await request.json())["word"])
        return JSONResponse({"released": self.held.pop(request.path_params["id"], 0)})

    async def _why(self, request: Request) -> Response:
        if request.path_params["id"] != "known":
            return JSONResponse({"error": "no event has this id"}, status_code=404)
        return JSONResponse({"stories": [STORY], "skips": []})


@pytest.fixture
async def reconciler() -> AsyncIterator[SmallReconciler]:
    small = SmallReconciler()
    async with serving(small.app()) as url:
        small.url = url
        yield small


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and the exit code that it ended with."""

    code: int
    out: str
    err: str


Tandem = Callable[..., Awaitable[Said]]


@pytest.fixture
def tandem(reconciler: SmallReconciler) -> Tandem:
    """Run the command line as a person does, against the small reconciler."""

    async def run(*words: str, secret: str = SERVICE_SECRET, **variables: str) -> Said:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tandem.main", *words),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={
                "TANDEM_RECONCILER_URL": reconciler.url,
                "TANDEM_SERVICE_SECRET": secret,
                "COLUMNS": "200",
                **variables,
            },
        )
        out, err = await process.communicate()
        assert process.returncode is not None
        return Said(process.returncode, out.decode(), err.decode())

    return run


CONNECT = ("account", "set", "u1", "--mailbox", "ann@contoso.test", "--name", "Ann Lee", "--entity", "Call=C")


async def test_a_user_is_connected_with_the_options_given(tandem: Tandem, reconciler: SmallReconciler) -> None:
    said = await tandem(*CONNECT, "--entity", "Meeting", "--since", "2026-01-01", "--zone", "Europe/Berlin")
    assert (said.code, said.out) == (0, "Ann Lee is connected to ann@contoso.test\n")
    account = reconciler.accounts["u1"]
    assert account["zone"] == "Europe/Berlin"
    assert account["rules"]["since"] == "2026-01-01"
    assert account["rules"]["entities"] == {"Call": "C", "Meeting": ""}


async def test_changing_one_setting_leaves_the_others_as_they_are(tandem: Tandem, reconciler: SmallReconciler) -> None:
    await tandem(*CONNECT)
    await tandem("account", "set", "u1", "--direction", "espo_to_outlook")
    account = reconciler.accounts["u1"]
    assert account["name"] == "Ann Lee"
    assert account["rules"]["entities"] == {"Call": "C"}
    assert account["rules"]["direction"] == "espo_to_outlook"


async def test_a_user_says_what_is_taken_of_private_events_and_of_which_categories(
    tandem: Tandem, reconciler: SmallReconciler
) -> None:
    await tandem(*CONNECT, "--private", "busy", "--category", "CRM")
    rules = reconciler.accounts["u1"]["rules"]
    assert (rules["private"], rules["categories"]) == ("busy", ["CRM"])
    await tandem("account", "set", "u1", "--category", "")
    rules = reconciler.accounts["u1"]["rules"]
    assert (rules["private"], rules["categories"]) == ("busy", [])


async def test_who_wins_is_chosen_for_single_fields_and_given_up_again(
    tandem: Tandem, reconciler: SmallReconciler
) -> None:
    await tandem(*CONNECT, "--field-winner", "title=espo", "--field-winner", "span=outlook")
    assert reconciler.accounts["u1"]["rules"]["field_winners"] == {"title": "espo", "span": "outlook"}
    await tandem("account", "set", "u1", "--field-winner", "")
    assert reconciler.accounts["u1"]["rules"]["field_winners"] == {}


async def test_what_was_pulled_is_erased_and_nothing_comes_in_any_more(
    tandem: Tandem, reconciler: SmallReconciler
) -> None:
    await tandem(*CONNECT)
    said = await tandem("account", "erase", "u1")
    assert (said.code, "ann@contoso.test" in said.out) == (0, True)
    rules = reconciler.accounts["u1"]["rules"]
    assert (rules["direction"], rules["erase_pulled"], rules["entities"]) == ("none", True, {"Call": "C"})
    await tandem("account", "set", "u1", "--direction", "both")
    assert reconciler.accounts["u1"]["rules"]["erase_pulled"] is False


async def test_nothing_is_erased_of_an_account_that_is_not_there(tandem: Tandem) -> None:
    said = await tandem("account", "erase", "nobody")
    assert (said.code, said.err) == (1, "tandem: no account has the id nobody\n")


async def test_the_first_connection_needs_a_mailbox(tandem: Tandem) -> None:
    said = await tandem("account", "set", "u1", "--direction", "both")
    assert said.code == 2
    assert "--mailbox" in said.err


async def test_a_refusal_names_the_field(tandem: Tandem) -> None:
    said = await tandem("account", "set", "u1", "--mailbox", "ann")
    assert said.code == 1
    assert "mailbox: is no address" in said.err


async def test_accounts_are_listed_as_json_for_scripts(tandem: Tandem) -> None:
    await tandem(*CONNECT)
    said = await tandem("account", "list", "--json")
    assert [account["mailbox"] for account in json.loads(said.out)] == ["ann@contoso.test"]


async def test_an_account_is_shown_with_its_settings(tandem: Tandem) -> None:
    await tandem(*CONNECT)
    said = await tandem("account", "show", "u1")
    assert "default entity: Meeting" in said.out


async def test_showing_an_account_that_is_not_there_fails(tandem: Tandem) -> None:
    said = await tandem("account", "show", "nobody")
    assert (said.code, said.err) == (1, "tandem: no account has the id nobody\n")


async def test_a_disconnected_user_is_gone(tandem: Tandem, reconciler: SmallReconciler) -> None:
    await tandem(*CONNECT)
    said = await tandem("account", "disconnect", "u1")
    assert said.code == 0
    assert reconciler.accounts == {}


async def test_a_disconnected_users_consent_is_forgotten_too(tandem: Tandem) -> None:
    asked: list[str] = []

    async def forget(request: Request) -> Response:
        asked.append(request.path_params["account"])
        return Response(status_code=204)

    connector = Starlette(
        routes=guarded([Route("/oauth/grants/{account}", forget, methods=["DELETE"])], SecretStr(SERVICE_SECRET))
    )
    await tandem(*CONNECT)
    async with serving(connector) as url:
        said = await tandem("account", "disconnect", "u1", "--json", TANDEM_OUTLOOK_CONNECTOR_URL=url)
    assert (json.loads(said.out)["consent_forgotten"], asked) == (True, ["u1"])


async def test_where_nobody_says_who_keeps_consents_it_is_said_what_remains(tandem: Tandem) -> None:
    await tandem(*CONNECT)
    assert "TANDEM_OUTLOOK_CONNECTOR_URL" in (await tandem("account", "disconnect", "u1")).out


async def test_disconnecting_a_stranger_is_refused(tandem: Tandem) -> None:
    said = await tandem("account", "disconnect", "nobody")
    assert (said.code, said.err) == (1, "tandem: the reconciler refuses: no such account\n")


async def test_status_tells_what_is_not_done_yet(tandem: Tandem, reconciler: SmallReconciler) -> None:
    reconciler.pending["in_flight"] = 3
    said = await tandem("status")
    assert "in flight: 3" in said.out


async def test_status_for_scripts_holds_accounts_and_pending(tandem: Tandem) -> None:
    said = await tandem("status", "--json")
    assert json.loads(said.out) == {
        "accounts": [],
        "pending": {"in_flight": 0, "due": 0, "outbox": 0, "looking": 0},
    }


@pytest.mark.scenario("X-02")
async def test_why_tells_the_story_of_an_event(tandem: Tandem) -> None:
    said = await tandem("why", "known")
    assert "Meeting: in sync" in said.out
    assert "new in EspoCRM" in said.out


async def test_why_of_an_unknown_event_fails(tandem: Tandem) -> None:
    said = await tandem("why", "unknown")
    assert (said.code, said.err) == (1, "tandem: the reconciler refuses: no event has this id\n")


@pytest.mark.scenario("T-10")
async def test_a_reconciler_that_is_not_there_has_an_exit_code_of_its_own(
    tandem: Tandem, reconciler: SmallReconciler
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        reconciler.url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        said = await tandem("status")
    assert said.code == 3
    assert "does not answer" in said.err


@pytest.mark.parametrize("secret", ["", "another secret of the same sort"])
async def test_without_the_service_secret_the_variable_is_named(tandem: Tandem, secret: str) -> None:
    said = await tandem("status", secret=secret)
    assert (said.code, "TANDEM_SERVICE_SECRET" in said.err) == (1, True)


async def test_help_explains_the_exit_codes(tandem: Tandem) -> None:
    said = await tandem("status", "--help")
    assert "Exit codes" in said.out


@pytest.mark.parametrize("known", [0, 1])
async def test_what_was_synced_is_told_from_a_point_on(reconciler: SmallReconciler, known: int) -> None:
    reconciler.synced = [{"id": 1, "place": "7.1"}, {"id": 2, "place": "7.2"}]
    after = [BEGINNING, "7.1"][known]
    async with Reconciler(reconciler.url, SERVICE_SECRET) as client:
        assert await client.synced(after, wait=0) == reconciler.synced[known:]


async def test_the_value_that_lost_a_conflict_is_restored_by_its_journal_entry(tandem: Tandem) -> None:
    assert "on its way" in (await tandem("restore", "7")).out


async def test_an_entry_that_holds_no_value_is_refused_in_words(tandem: Tandem) -> None:
    said = await tandem("restore", "8")
    assert (said.code, "holds no value" in said.err) == (1, True)


async def test_held_removals_are_shown_and_released(tandem: Tandem, reconciler: SmallReconciler) -> None:
    reconciler.held["u1"] = 3
    assert json.loads((await tandem("held", "--json")).out) == [{"account": "u1", "held": 3}]
    assert "3 removals approved" in (await tandem("release", "u1")).out
    assert "nothing is held" in (await tandem("held")).out


async def test_held_removals_can_be_refused(tandem: Tandem, reconciler: SmallReconciler) -> None:
    reconciler.held["u1"] = 2
    assert "2 removals refused" in (await tandem("release", "u1", "--refuse")).out
    assert reconciler.words == ["refused"]


async def test_the_held_removal_of_one_event_is_decided_alone(tandem: Tandem, reconciler: SmallReconciler) -> None:
    reconciler.held["u1"] = 2
    assert "1 removals refused" in (await tandem("release", "--event", "known", "--refuse")).out
    assert reconciler.words == [f"{LINK} refused"]
    assert reconciler.held == {"u1": 2}


@pytest.mark.parametrize("words", [(), ("u1", "--event", "m1")])
async def test_a_release_of_nobody_or_of_both_is_no_release(tandem: Tandem, words: tuple[str, ...]) -> None:
    said = await tandem("release", *words)
    assert "say either whose removals, or --event and which one" in said.err
    assert said.code != 0


@pytest.mark.scenario("M-19")
async def test_what_looks_the_same_as_another_event_is_told_with_it(tandem: Tandem) -> None:
    assert "looks the same as EspoCRM m2 and Outlook o2: both are kept" in (await tandem("why", "known")).out
