"""Connecting, changing and disconnecting an account over HTTP, and the record of who did it (M03)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from support.reconciling import Reconciling

ANN: dict[str, Any] = {"name": "Ann", "mailbox": "ann@contoso.test", "zone": "Europe/Berlin", "by": "olga"}
SINCE: dict[str, Any] = {"since": f"{datetime.now(UTC).date():%Y-%m-%d}"}


async def save(api: httpx.AsyncClient, account: str = "ann", **asked: Any) -> httpx.Response:
    return await api.put(f"/accounts/{account}", json={**ANN, "settings": SINCE, **asked})


async def changes(api: httpx.AsyncClient, path: str = "/accounts/ann/settings-changes", **page: int) -> Any:
    return (await api.get(path, params=page)).json()


async def test_a_connection_is_recorded_with_who_made_it(api: httpx.AsyncClient) -> None:
    assert (await save(api)).status_code == 200
    ((change,), _) = (await changes(api)).values()
    assert (change["account"], change["name"], change["by"], change["before"]) == ("ann", "Ann", "olga", None)
    assert change["after"]["mailbox"] == "ann@contoso.test"
    assert datetime.fromisoformat(change["at"]) <= datetime.now(UTC)


async def test_a_changed_setting_is_recorded_with_what_it_was_before(api: httpx.AsyncClient) -> None:
    await save(api)
    await save(api, by="ann", settings={**SINCE, "winner": "outlook"})
    change = (await changes(api))["changes"][0]
    assert (change["by"], change["fields"]) == ("ann", ["rules.winner"])
    assert (change["before"]["rules"]["winner"], change["after"]["rules"]["winner"]) == ("latest", "outlook")


async def test_saving_the_same_settings_again_is_no_change(api: httpx.AsyncClient) -> None:
    await save(api)
    await save(api, by="ann")
    assert len((await changes(api))["changes"]) == 1


async def test_a_disconnection_is_recorded_and_its_record_outlives_the_connection(api: httpx.AsyncClient) -> None:
    await save(api)
    assert (await api.delete("/accounts/ann", params={"by": "ann"})).status_code == 204
    change = (await changes(api))["changes"][0]
    assert (change["by"], change["after"]) == ("ann", None)


async def test_who_does_not_say_a_name_used_the_command_line(api: httpx.AsyncClient) -> None:
    asked = {name: value for name, value in ANN.items() if name != "by"}
    await api.put("/accounts/ann", json=asked)
    await api.delete("/accounts/ann")
    assert {change["by"] for change in (await changes(api))["changes"]} == {"the command line"}


async def test_the_changes_of_all_accounts_are_told_page_by_page_the_newest_first(api: httpx.AsyncClient) -> None:
    for account in ("ann", "ben", "cleo"):
        await save(api, account, name=account, mailbox=f"{account}@contoso.test")
    first = await changes(api, "/settings-changes", limit=2)
    second = await changes(api, "/settings-changes", limit=2, before=first["next"])
    assert [[change["account"] for change in page["changes"]] for page in (first, second)] == [["cleo", "ben"], ["ann"]]
    assert second["next"] is None


async def test_the_changes_of_a_stranger_are_not_there(api: httpx.AsyncClient) -> None:
    answer = await api.get("/accounts/nobody/settings-changes")
    assert (answer.status_code, answer.json()) == (404, {"error": "no such account"})


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"zone": "Mars"}, "zone"),
        ({"name": ""}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"by": ""}, "by"),
        ({"settings": {"winner": "nobody"}}, "settings.winner"),
        ({"settings": {"field_winners": {"title": "nobody"}}}, "settings.field_winners.title"),
        ({"settings": {"since": "1999-01-01"}}, "settings.since"),
    ],
)
async def test_settings_that_make_no_sense_are_refused_with_the_field_named(
    api: httpx.AsyncClient, asked: dict[str, Any], field: str
) -> None:
    answer = await save(api, **asked)
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["problems"]] == [field]
    assert (await api.get("/accounts")).json() == {"accounts": []}


async def test_who_has_synced_for_years_can_still_save_settings(
    api: httpx.AsyncClient, reconciling: Reconciling
) -> None:
    await reconciling.connect("ann", since="2015-01-01")
    answer = await save(api, settings={"since": "2015-01-01", "winner": "outlook"})
    assert answer.status_code == 200


async def test_a_setting_that_the_database_cannot_keep_is_refused(api: httpx.AsyncClient) -> None:
    answer = await save(api, settings={**SINCE, "main_calendar": "zero \0 byte"})
    assert (answer.status_code, answer.json()["error"]) == (
        422,
        "a text holds a zero byte, which PostgreSQL cannot store",
    )


async def test_a_mailbox_that_is_another_users_is_refused(api: httpx.AsyncClient) -> None:
    await save(api)
    answer = await save(api, "ben", mailbox="Ann@Contoso.test")
    assert answer.status_code == 422
    assert answer.json()["problems"] == [{"field": "mailbox", "problem": "is connected to another user already"}]


async def test_without_a_date_the_sync_begins_with_the_day_of_connecting_in_the_users_zone(
    api: httpx.AsyncClient, reconciling: Reconciling
) -> None:
    await reconciling.connect("ann")
    connected_at = datetime.now(UTC).replace(hour=23, minute=30) - timedelta(days=3)
    await reconciling.database.pool.execute("UPDATE accounts SET connected_at = $1", connected_at)
    account = (await save(api, settings={})).json()
    assert account["rules"]["since"] == f"{connected_at.date() + timedelta(days=1)}"


async def test_a_body_that_is_too_large_is_not_read(api: httpx.AsyncClient) -> None:
    assert (await save(api, name="a" * 100_000)).status_code == 413
