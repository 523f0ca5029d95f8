"""*Administration*: who gets in, accounts at a glance, access, dead letters, connection tests, changes (M02, M03, M35)."""

import re

import httpx
import pytest

from component.console.conftest import Person, Visitors
from support.console import NOW, Around
from support.console_reconciler import account

PAGES = ["", "/access", "/failures", "/dead-letters", "/connections", "/changes"]
LETTER = {
    "id": 7,
    "service": "espo_connector",
    "topic": "espo.writes.v1",
    "source": "espo.writes.v1/0/12",
    "correlation_id": "c-1",
    "reason": "EspoWrite is invalid: fields: missing",
    "at": NOW.isoformat(),
    "status": "parked",
    "by": "",
    "body": '{"title": "Secret plans"}',
    "obstacle": None,
}


def access_of(page: httpx.Response, name: str) -> str:
    """What a user's line says of access."""
    label = re.search(rf"{name}.*?data-of=\"Access\">.*?>([^<]+)</span>", page.text, re.DOTALL)
    assert label
    return label[1]


@pytest.mark.parametrize("page", PAGES)
async def test_nobody_but_an_administrator_gets_in(ann: Person, page: str) -> None:
    assert (await ann.opens(f"/administration{page}")).status_code == httpx.codes.FORBIDDEN


@pytest.mark.parametrize("page", PAGES)
async def test_an_administrator_gets_in(root: Person, page: str) -> None:
    assert (await root.opens(f"/administration{page}")).status_code == httpx.codes.OK


async def test_who_needs_somebody_stands_first(around: Around, root: Person) -> None:
    around.reconciler.accounts = {
        "a": account("a", name="Aaron"),
        "z": account("z", name="Zoe", attention="Microsoft asks you to connect again"),
    }
    page = await root.opens("/administration")
    assert page.text.index("Zoe") < page.text.index("Aaron")
    assert "Needs you" in page.text


async def test_grant_and_subscription_are_shown_with_their_ages(around: Around, root: Person) -> None:
    feed = {"feed": "outlook/a/", "kind": "calendar", "subscription_expires_at": "2020-01-01T00:00:00Z"}
    around.reconciler.accounts = {"a": account("a", feeds=[feed])}
    around.outlook.grants["a"] = around.outlook.described("a") | {"lost": "withdrawn"}
    page = await root.opens("/administration")
    assert '<td data-of="Grant" class="brief">lost</td>' in page.text
    assert '<td data-of="Subscription" class="brief">over</td>' in page.text


@pytest.mark.scenario("X-04")
async def test_a_mailbox_that_nobody_reads_is_told_to_its_user_and_to_the_administrator(
    around: Around, ann: Person, root: Person
) -> None:
    feed = {"feed": "outlook/a/", "kind": "calendar", "failures": 0, "stalled": True, "reason": "it is not read"}
    around.reconciler.accounts = {"ann-id": account("ann-id", feeds=[feed])}
    assert "In trouble" in (await ann.opens("/users/ann-id/sync")).text
    page = await root.opens("/administration")
    assert "In trouble" in page.text
    assert "it is not read" in page.text


async def test_an_account_is_read_anew_in_the_administrators_name(around: Around, root: Person) -> None:
    around.reconciler.accounts = {"a": account("a")}
    await root.opens("/administration")
    await root.presses("/administration/users/a/resync")
    assert around.reconciler.told == [("/accounts/a/resync", "root")]


async def test_with_the_extension_everybody_is_listed_as_espocrms_roles_said_at_the_last_sign_in(
    around: Around, visitors: Visitors
) -> None:
    around.espo.granted = {"ann"}
    for name in ("ann", "root"):
        await visitors.who_is(name)
    page = await (await visitors.who_is("root")).opens("/administration/access")
    assert around.reconciler.roles == {"ann-id": True, "root-id": False}
    assert "EspoCRM's roles say who may sync" in page.text
    assert access_of(page, "Ann Lee") == "granted"
    assert access_of(page, "Ada Root") == "not granted"
    assert access_of(page, "Ben Okafor") == "not known yet"
    assert page.text.count("has not signed in yet") == 1


async def test_with_the_extension_access_is_changed_in_espocrm_and_not_here(root: Person) -> None:
    page = await root.opens("/administration/access")
    assert 'action="/administration/access"' in page.text
    assert 'method="post" action="/administration/access"' not in page.text


async def test_who_is_connected_and_may_not_be_any_more_stands_out(around: Around, root: Person) -> None:
    around.reconciler.roles = {"ann-id": False}
    around.reconciler.accounts = {"ann-id": account("ann-id")}
    page = await root.opens("/administration/access")
    assert '<a class="under" href="/users/ann-id/outlook">still connected</a>' in page.text


async def test_who_signs_in_again_is_told_anew(around: Around, visitors: Visitors) -> None:
    await visitors.who_is("ann")
    around.espo.granted = set()
    await visitors.who_is("ann")
    assert around.reconciler.roles == {"ann-id": False}


async def test_without_the_extension_a_user_is_granted_access(around: Around, visitors: Visitors) -> None:
    around.espo.extension = False
    root = await visitors.who_is("root")
    await root.opens("/administration/access")
    page = await root.presses("/administration/access", {"user": "ben-id", "granted": "yes"})
    assert around.reconciler.access == {"ben-id": True}
    assert "by root" in page.text


async def test_without_the_extension_a_whole_team_is_granted_access(around: Around, visitors: Visitors) -> None:
    around.espo.extension = False
    root = await visitors.who_is("root")
    page = await root.opens("/administration/access?team=sales")
    assert "Ben Okafor" not in page.text
    await root.presses("/administration/access", {"team": "sales", "granted": "yes"})
    assert around.reconciler.access == {"ann-id": True, "root-id": True}


async def test_a_dead_letter_shows_its_reason_and_its_body_on_request_only(around: Around, root: Person) -> None:
    around.reconciler.letters[7] = dict(LETTER)
    page = await root.opens("/administration/dead-letters/7")
    assert "fields: missing" in page.text
    assert "Secret plans" not in page.text
    assert "Secret plans" in (await root.presses("/administration/dead-letters/7/body")).text


@pytest.mark.parametrize(("word", "status"), [("replay", "replayed"), ("discard", "discarded")])
async def test_a_dead_letter_is_decided_once(around: Around, root: Person, word: str, status: str) -> None:
    around.reconciler.letters[7] = dict(LETTER)
    await root.opens("/administration/dead-letters/7")
    page = await root.presses(f"/administration/dead-letters/7/{word}")
    assert f">{status}<" in page.text
    assert "by root" in page.text
    assert "that was decided already" in (await root.presses(f"/administration/dead-letters/7/{word}")).text


async def test_a_letter_that_no_replay_could_help_says_why(around: Around, root: Person) -> None:
    around.reconciler.letters[7] = LETTER | {"obstacle": "its topic is unknown"}
    page = await root.opens("/administration/dead-letters/7")
    assert "It cannot be replayed: its topic is unknown" in page.text
    assert ">Replay<" not in page.text


async def test_a_connection_test_names_the_failing_step(around: Around, root: Person) -> None:
    around.espo.steps = [
        {"step": "EspoCRM answers", "ok": True, "words": "", "state": "passed"},
        {"step": "our key is accepted", "ok": False, "words": "it is not", "state": "failed"},
        {"step": "rights", "ok": False, "words": "not tried", "state": "skipped"},
    ]
    await root.opens("/administration/connections")
    page = await root.presses("/administration/connections", {"which": "espo"})
    assert "It fails at “our key is accepted”." in page.text


async def test_a_change_of_settings_is_told_with_who_and_what(around: Around, root: Person) -> None:
    around.reconciler.changes = [
        {
            "id": 3,
            "account": "ann-id",
            "name": "Ann Lee",
            "at": NOW.isoformat(),
            "by": "ann",
            "before": {"zone": "UTC", "rules": {"direction": "both"}},
            "after": {"zone": "UTC", "rules": {"direction": "none"}},
            "fields": ["rules.direction"],
        }
    ]
    page = await root.opens("/administration/changes")
    assert "Direction: Both ways → None: Teams meetings only" in page.text
