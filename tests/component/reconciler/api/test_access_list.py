"""Who may connect (M02): the administrator's own list, and what EspoCRM's roles said where its extension is installed."""

import httpx


async def test_access_that_was_granted_is_listed_with_who_granted_it(api: httpx.AsyncClient) -> None:
    answer = await api.put("/access/ann", json={"granted": True, "by": "olga"})
    assert (answer.json()["user_id"], answer.json()["granted"], answer.json()["by"]) == ("ann", True, "olga")
    assert (await api.get("/access")).json() == {"access": [answer.json()]}


async def test_access_can_be_denied_again_by_somebody_else(api: httpx.AsyncClient) -> None:
    await api.put("/access/ann", json={"granted": True, "by": "olga"})
    await api.put("/access/ann", json={"granted": False, "by": "otto"})
    (entry,) = (await api.get("/access")).json()["access"]
    assert (entry["granted"], entry["by"]) == (False, "otto")


async def test_what_was_decided_of_a_user_can_be_forgotten_once(api: httpx.AsyncClient) -> None:
    await api.put("/access/ann", json={"granted": True})
    assert [(await api.delete("/access/ann")).status_code for _ in range(2)] == [204, 404]
    assert (await api.get("/access")).json() == {"access": []}


async def test_a_decision_that_does_not_say_which_is_refused_with_the_field_named(api: httpx.AsyncClient) -> None:
    answer = await api.put("/access/ann", json={"by": "olga"})
    assert answer.status_code == 422
    assert answer.json()["problems"] == [{"field": "granted", "problem": "Field required"}]


async def test_what_espocrms_roles_said_last_is_what_is_listed(api: httpx.AsyncClient) -> None:
    for granted in (True, False):
        assert (await api.put("/roles/ann", json={"granted": granted})).status_code == httpx.codes.NO_CONTENT
    (entry,) = (await api.get("/roles")).json()["roles"]
    assert (entry["user_id"], entry["granted"]) == ("ann", False)
    assert entry["at"]


async def test_what_the_roles_say_decides_nothing_on_the_administrators_list(api: httpx.AsyncClient) -> None:
    await api.put("/roles/ann", json={"granted": True})
    assert (await api.get("/access")).json() == {"access": []}
