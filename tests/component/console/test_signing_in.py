"""Signing in with the EspoCRM account: what is let in, what is said, and what no other site can do."""

import httpx
import pytest

from component.console.conftest import Person, Visitors
from support.console import Around


async def test_who_is_not_signed_in_is_sent_to_sign_in_and_comes_back_to_the_page(visitors: Visitors) -> None:
    person = await visitors.somebody()
    page = await person.opens("/users/ann-id/outlook")
    assert page.url.path == "/sign-in"
    page = await person.signs_in("ann", next=page.url.params["next"])
    assert page.url.path == "/users/ann-id/outlook"


async def test_a_wrong_password_is_said_and_gives_no_session(visitors: Visitors) -> None:
    person = await visitors.somebody()
    page = await person.signs_in("ann", "wrong")
    assert page.status_code == httpx.codes.UNAUTHORIZED
    assert "is not right" in page.text
    assert (await person.opens("/")).url.path == "/sign-in"


async def test_a_second_factor_is_asked_for_and_then_lets_in(around: Around, visitors: Visitors) -> None:
    around.espo.codes["ann"] = "123456"
    person = await visitors.somebody()
    page = await person.signs_in("ann")
    assert 'name="code"' in page.text
    assert "second factor" in page.text
    page = await person.signs_in("ann", code="000000")
    assert "This code is not right" in page.text
    assert (await person.signs_in("ann", code="123456")).url.path == "/users/ann-id/sync"


async def test_a_second_factor_is_asked_for_beside_the_password_that_stands(around: Around, visitors: Visitors) -> None:
    around.espo.codes["ann"] = "123456"
    person = await visitors.somebody()
    part = await person.sends("/sign-in", {"user": "ann", "password": "ann"}, **{"HX-Request": "true"})
    assert 'name="code"' in part.text
    assert 'name="password"' not in part.text


async def test_after_some_failures_espocrm_is_not_asked_any_more(around: Around, visitors: Visitors) -> None:
    person = await visitors.somebody()
    for _ in range(6):
        page = await person.signs_in("ann", "wrong")
    assert page.status_code == httpx.codes.TOO_MANY_REQUESTS
    assert "Try again in 1 minute." in page.text
    assert around.espo.asked == 4


async def test_the_cookie_is_of_no_use_to_scripts_and_other_sites(visitors: Visitors) -> None:
    person = await visitors.somebody()
    answer = await person.http.post("/sign-in", data={"user": "ann", "password": "ann"}, follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


async def test_the_cookie_tells_nothing_of_its_user(visitors: Visitors) -> None:
    person = await visitors.who_is("ann")
    (cookie,) = person.http.cookies.jar
    assert "ann" not in (cookie.value or "").lower()


async def test_a_changed_cookie_is_no_session(visitors: Visitors) -> None:
    person = await visitors.who_is("ann")
    (cookie,) = person.http.cookies.jar
    person.http.cookies.clear()
    person.http.cookies.set(cookie.name, (cookie.value or "")[:-4] + "AAAA")
    assert (await person.opens("/")).url.path == "/sign-in"


async def test_signing_out_ends_the_session(ann: Person) -> None:
    await ann.opens("/")
    assert (await ann.presses("/sign-out")).url.path == "/sign-in"
    assert (await ann.opens("/")).url.path == "/sign-in"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.test", "//evil.test", "/\\evil.test", "/\t/evil.test", "javascript:x"]
)
async def test_nobody_is_sent_elsewhere_after_signing_in(visitors: Visitors, elsewhere: str) -> None:
    person = await visitors.somebody()
    assert (await person.signs_in("ann", next=elsewhere)).url.path == "/users/ann-id/sync"


async def test_a_form_without_the_sessions_token_changes_nothing(around: Around, ann: Person) -> None:
    around.reconciler.accounts["ann-id"] = {}
    answer = await ann.sends("/users/ann-id/outlook/disconnect", {"csrf": "guessed"})
    assert answer.status_code == httpx.codes.FORBIDDEN
    assert around.reconciler.told == []


async def test_another_sites_form_signs_nobody_in(visitors: Visitors) -> None:
    person = await visitors.somebody()
    fields = {"user": "ann", "password": "ann"}
    assert (await person.sends("/sign-in", fields, Origin="https://evil.test")).status_code == httpx.codes.FORBIDDEN
    assert (
        await person.sends("/sign-in", fields, **{"Sec-Fetch-Site": "cross-site"})
    ).status_code == httpx.codes.FORBIDDEN


async def test_a_form_larger_than_any_of_ours_is_refused(visitors: Visitors) -> None:
    person = await visitors.somebody()
    answer = await person.sends("/sign-in", {"user": "ann", "password": "x" * 100_000})
    assert answer.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE


async def test_espocrm_out_of_reach_is_said_and_counts_as_no_failure(visitors: Visitors, around: Around) -> None:
    around.espo.users = [{"user_name": "ann"}]
    person = await visitors.somebody()
    for _ in range(6):
        page = await person.signs_in("ann")
    assert page.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert "cannot be asked" in page.text


async def test_every_answer_tells_the_browser_what_to_refuse(visitors: Visitors) -> None:
    person = await visitors.somebody()
    for path in ("/sign-in", "/nowhere", "/static/console.css"):
        headers = (await person.http.get(path)).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


async def test_nobody_is_kept_out_because_what_the_roles_say_cannot_be_noted(
    around: Around, visitors: Visitors
) -> None:
    around.reconciler.down = True
    ann = await visitors.somebody()
    await ann.signs_in("ann")
    assert "Sign out" in (await ann.opens("/")).text
    assert around.reconciler.roles == {}


async def test_without_the_extension_there_are_no_roles_to_note(around: Around, visitors: Visitors) -> None:
    around.espo.extension = False
    await visitors.who_is("ann")
    assert around.reconciler.roles == {}
