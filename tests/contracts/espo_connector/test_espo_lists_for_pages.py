"""What our pages show of an EspoCRM: the entity types that can be synced, and the people who could."""

import httpx
import pytest

from support.espo import Espo


async def test_the_pages_know_what_each_entity_type_can_hold(desk: httpx.AsyncClient) -> None:
    listed = {row["entity"]: row for row in (await desk.get("/entities")).json()["entities"]}

    assert listed["Meeting"] == {
        "entity": "Meeting",
        "label": "Meeting",
        "all_day": True,
        "attendees": True,
        "location": True,
        "join_url": False,
    }
    assert not listed["Call"]["all_day"]
    assert (listed["CVisit"]["label"], listed["CVisit"]["attendees"]) == ("Visit", False)


async def test_without_texts_the_name_stands_in_for_the_label(espo: Espo, desk: httpx.AsyncClient) -> None:
    await espo.fault("GET", "I18n", status=500)

    labels = {row["label"] for row in (await desk.get("/entities")).json()["entities"]}

    assert labels == {"Meeting", "Call", "CVisit"}


async def test_everybody_who_could_connect_is_listed(espo: Espo, desk: httpx.AsyncClient) -> None:
    team = (await espo.ask("POST", "Team", {"name": "Sales"}))["id"]
    await espo.ask("PUT", f"User/{espo.anna}", {"teamsIds": [team]})
    gone = await espo.add_user("Gone", "gone@corp.example")
    await espo.ask("PUT", f"User/{gone}", {"isActive": False})

    listed = {row["user_name"]: row for row in (await desk.get("/users")).json()["users"]}

    assert set(listed) == {"admin", "anna", "boris"}
    assert listed["admin"]["is_admin"]
    assert listed["anna"]["teams"] == [{"id": team, "name": "Sales"}]
    assert listed["boris"]["emails"] == ["boris@corp.example"]


async def test_a_company_larger_than_a_page_is_listed_whole(espo: Espo, desk: httpx.AsyncClient) -> None:
    for number in range(205):
        await espo.add_user(f"User{number}", f"user{number}@corp.example")

    names = [row["user_name"] for row in (await desk.get("/users")).json()["users"]]

    assert len(names) == len(set(names)) == 208


@pytest.mark.parametrize("path", ["/entities", "/users"])
async def test_a_page_can_tell_that_espocrm_is_away(espo: Espo, desk: httpx.AsyncClient, path: str) -> None:
    await espo.control("maintenance", {"on": True})

    answer = await desk.get(path)

    assert (answer.status_code, answer.json()["message"]) == (503, "EspoCRM is in maintenance mode")
