"""*External account › Outlook*: connecting a mailbox, what is missing, and whose page it is (M01, M02)."""

import re

import httpx
import pytest

from component.console.conftest import Person, Visitors
from support.console import Around
from support.console_reconciler import account

MINE = "/users/ann-id/outlook"


async def state_of(person: Person) -> str:
    """Press Connect, and take the state from the address at Microsoft."""
    await person.opens(MINE)
    page = await person.presses(f"{MINE}/connect")
    found = re.search(r"state=([0-9a-f]+)", page.text)
    assert found
    return found[1]


async def test_connect_leads_to_microsoft_with_the_users_own_address(ann: Person) -> None:
    await ann.opens(MINE)
    page = await ann.presses(f"{MINE}/connect")
    assert 'http-equiv="refresh"' in page.text
    assert "login_hint=ann@contoso.test" in page.text


async def test_consent_connects(ann: Person) -> None:
    answer = await ann.opens(f"/oauth/callback?state={await state_of(ann)}&code=good")
    assert "ann@contoso.test is connected" in answer.text
    page = await ann.opens(MINE)
    assert '<span class="label good">Connected</span>' in page.text
    assert 'name="calendar"' in page.text


async def test_a_consent_that_another_session_began_connects_nothing(
    around: Around, ann: Person, visitors: Visitors
) -> None:
    ben = await visitors.who_is("ben")
    answer = await ben.opens(f"/oauth/callback?state={await state_of(ann)}&code=good")
    assert "does not belong to your session" in answer.text
    assert around.outlook.grants == {}


async def test_who_is_signed_out_meanwhile_is_told(visitors: Visitors) -> None:
    person = await visitors.somebody()
    assert "not signed in here any more" in (await person.opens("/oauth/callback?state=a&code=b")).text


async def test_refused_consent_is_said_with_microsofts_number(ann: Person) -> None:
    words = "AADSTS65004: User declined to consent."
    state = await state_of(ann)
    answer = await ann.http.get(
        "/oauth/callback", params={"state": state, "error": "access_denied", "error_description": words}
    )
    assert "You did not give consent" in answer.text
    assert "(AADSTS65004)" in answer.text


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("admin_approval_needed", "Your administrator has to approve first"),
        ("conditional_access", "sign-in rules stop this"),
        ("state_expired", "This window was open for too long"),
        ("mailbox_missing", "has no mailbox in Microsoft 365"),
        ("other_mailbox", "Another mailbox is connected here"),
        ("a_new_kind", "what the service says"),
    ],
)
async def test_each_way_to_fail_has_its_own_words(around: Around, ann: Person, kind: str, words: str) -> None:
    around.outlook.refusal = (kind, "what the service says")
    answer = await ann.opens(f"/oauth/callback?state={await state_of(ann)}&code=good")
    assert words in answer.text.replace("&#39;", "'")


async def test_without_the_scope_there_is_no_checkbox_and_the_page_says_so(around: Around, ann: Person) -> None:
    around.outlook.scopes = ("User.Read",)
    around.outlook.grants["ann-id"] = around.outlook.described("ann-id")
    page = await ann.opens(MINE)
    assert "Calendars.ReadWrite" in page.text
    assert 'name="calendar"' not in page.text


async def test_without_the_role_there_is_no_checkbox_and_the_page_says_so(around: Around, visitors: Visitors) -> None:
    around.espo.granted.clear()
    around.outlook.grants["ann-id"] = around.outlook.described("ann-id")
    page = await (await visitors.who_is("ann")).opens(MINE)
    assert "not enabled in your EspoCRM roles" in page.text
    assert 'name="calendar"' not in page.text


async def test_without_the_extension_the_administrators_list_decides(around: Around, visitors: Visitors) -> None:
    around.espo.extension = False
    around.outlook.grants["ann-id"] = around.outlook.described("ann-id")
    ann = await visitors.who_is("ann")
    assert "not on the list of users who may sync" in (await ann.opens(MINE)).text
    around.reconciler.access["ann-id"] = True
    assert 'name="calendar"' in (await ann.opens(MINE)).text


async def test_a_lost_grant_is_said_where_it_can_be_mended(around: Around, ann: Person) -> None:
    around.outlook.grants["ann-id"] = around.outlook.described("ann-id") | {
        "lost": "Microsoft asks you to connect again"
    }
    assert "Microsoft asks you to connect again" in (await ann.opens(MINE)).text


async def test_disconnecting_stops_the_sync_and_forgets_the_credentials(around: Around, ann: Person) -> None:
    around.outlook.grants["ann-id"] = around.outlook.described("ann-id")
    around.reconciler.accounts["ann-id"] = account("ann-id")
    await ann.opens(MINE)
    page = await ann.presses(f"{MINE}/disconnect")
    assert "Connected</span>" not in page.text
    assert around.outlook.grants == {}
    assert around.reconciler.told == [("ended", "ann")]


async def test_another_users_page_is_refused(ann: Person) -> None:
    page = await ann.opens("/users/ben-id/outlook")
    assert page.status_code == httpx.codes.FORBIDDEN
    assert "belongs to another user" in page.text


async def test_an_administrator_sees_another_users_page_and_cannot_consent_there(around: Around, root: Person) -> None:
    page = await root.opens(MINE)
    assert "A mailbox is connected by its owner" in page.text
    assert (await root.presses(f"{MINE}/connect")).status_code == httpx.codes.FORBIDDEN
    assert around.outlook.attempts == {}
