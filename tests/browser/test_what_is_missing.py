"""When it does not work: no access, no scope, no consent, no second factor; each says what to do (M02)."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.async_api import expect

from browser.visiting import Visitor
from support.newcomers import not_connected
from support.whole import Whole

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(120)]


@pytest.mark.rule("M02")
async def test_without_access_the_page_says_who_grants_it(whole: Whole, visitor: Visitor) -> None:
    await visitor.is_in(await not_connected(whole))
    await visitor.connects()
    await expect(visitor.page.get_by_text("not enabled in your EspoCRM roles")).to_be_visible()
    await expect(visitor.page.get_by_label("Outlook Calendar")).to_have_count(0)


@pytest.mark.rule("M02")
async def test_without_the_scope_the_page_says_which_permission_is_missing(whole: Whole, visitor: Visitor) -> None:
    await visitor.is_in(await not_connected(whole, access=True))
    popup = await visitor.asks_for_consent()
    await popup.get_by_label("Calendars.ReadWrite").uncheck()
    await popup.get_by_role("button", name="Accept").click()
    await expect(visitor.page.get_by_text("does not cover your calendars (Calendars.ReadWrite)")).to_be_visible()
    await expect(visitor.page.get_by_label("Outlook Calendar")).to_have_count(0)


async def test_refused_consent_is_said_in_the_window_and_connects_nothing(whole: Whole, visitor: Visitor) -> None:
    await visitor.is_in(await not_connected(whole, access=True))
    popup = await visitor.asks_for_consent()
    await popup.get_by_role("button", name="Cancel").click()
    await expect(popup.get_by_role("heading", name="You did not give consent")).to_be_visible()
    async with popup.expect_event("close"):
        await popup.get_by_role("button", name="Close this window").click()
    await visitor.page.reload()
    await expect(visitor.page.get_by_text("Connected", exact=True)).to_have_count(0)


@pytest.mark.parametrize(
    ("error", "description", "heading"),
    [
        (
            "access_denied",
            "AADSTS90094: An administrator of Contoso has set a policy that prevents you from granting Tandem access.",
            "Your administrator has to approve first",
        ),
        (
            "interaction_required",
            "AADSTS53003: Access has been blocked by Conditional Access policies.",
            "Your company's sign-in rules stop this",
        ),
    ],
    ids=["an administrator has to approve", "conditional access"],
)
async def test_what_microsoft_answers_instead_of_a_consent_is_said_in_plain_words(
    whole: Whole, visitor: Visitor, error: str, description: str, heading: str
) -> None:
    await visitor.is_in(await not_connected(whole, access=True))
    popup = await visitor.asks_for_consent()
    (state,) = parse_qs(urlsplit(popup.url).query)["state"]
    answer = urlencode({"state": state, "error": error, "error_description": description})
    await popup.goto(f"{visitor.url}/oauth/callback?{answer}")
    await expect(popup.get_by_role("heading", name=heading)).to_be_visible()
    await expect(popup.get_by_text(description.partition(":")[0])).to_be_visible()
    await visitor.page.reload()
    await expect(visitor.page.get_by_text("Connected", exact=True)).to_have_count(0)


async def test_an_answer_of_microsoft_counts_once(whole: Whole, visitor: Visitor) -> None:
    await visitor.is_in(await not_connected(whole, access=True))
    popup = await visitor.asks_for_consent()
    async with visitor.context.expect_event("request", lambda request: "/oauth/callback" in request.url) as came_back:
        await popup.get_by_role("button", name="Accept").click()
    await expect(visitor.page.get_by_text("Connected", exact=True)).to_be_visible()
    await visitor.page.goto((await came_back.value).url)
    await expect(visitor.page.get_by_role("heading")).to_contain_text("used up")


async def test_the_second_factor_is_asked_for_with_the_password_still_typed(whole: Whole, visitor: Visitor) -> None:
    dora = await not_connected(whole, access=True, code="246810")
    await visitor.signs_in(dora.login, dora.password)
    code = visitor.page.get_by_label("Code")
    await expect(code).to_be_focused()
    await code.fill("246810")
    await visitor.page.keyboard.press("Enter")
    await visitor.page.wait_for_url("**/sync")


async def test_a_wrong_password_is_said_beside_the_form(visitor: Visitor) -> None:
    await visitor.signs_in("nobody", "nothing")
    await expect(visitor.page.get_by_text("The user name or the password is not right.")).to_be_visible()
    await expect(visitor.page.get_by_label("User name")).to_have_value("nobody")
