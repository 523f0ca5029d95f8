"""An administrator's way through the pages: accounts, connection tests, a dead letter replayed (M35)."""

import pytest
from playwright.async_api import expect

from browser.visiting import Visitor
from support.whole import Whole
from tandem.people.cast import ADMIN, ANN

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(120)]


@pytest.mark.scenario("X-03")
async def test_all_accounts_stand_on_one_page_and_lead_to_their_settings(whole: Whole, visitor: Visitor) -> None:
    await visitor.signs_in(ADMIN, ADMIN)
    await visitor.page.get_by_role("link", name="Administration").click()
    row = visitor.page.get_by_role("row").filter(has_text=ANN.name)
    await expect(row).to_contain_text(ANN.address)
    await expect(row).to_contain_text("ends in")
    await row.get_by_role("link", name="Settings").click()
    assert whole.id_of(ANN) in visitor.page.url
    await expect(visitor.page.get_by_text(ANN.address)).to_be_visible()


@pytest.mark.parametrize("place", [0, 1], ids=["EspoCRM", "Microsoft"])
async def test_the_test_of_a_connection_tells_every_step(visitor: Visitor, place: int) -> None:
    await visitor.signs_in(ADMIN, ADMIN)
    await visitor.page.get_by_role("link", name="Administration").click()
    await visitor.page.get_by_role("link", name="Connections").click()
    await visitor.page.get_by_role("button", name="Test").nth(place).click()
    await expect(visitor.page.locator("ol.steps li").first).to_contain_text("holds")


async def test_a_dead_letter_is_read_and_replayed(whole: Whole, visitor: Visitor) -> None:
    await whole.parks_a_letter()
    await visitor.signs_in(ADMIN, ADMIN)
    page = visitor.page
    await page.get_by_role("link", name="Administration").click()

    async def parked() -> bool | None:
        await page.get_by_role("link", name="Dead letters").click()
        return await page.get_by_role("row").filter(has_text="espo_connector").count() > 0 or None

    await whole.eventually(parked)
    await page.get_by_role("row").filter(has_text="espo_connector").first.get_by_role("link").click()
    await page.get_by_role("button", name="Show the body").click()
    await expect(page.get_by_text("nothing that anybody knows")).to_be_visible()
    await page.get_by_role("button", name="Replay").click()
    await expect(page.get_by_text("replayed", exact=True)).to_be_visible()
