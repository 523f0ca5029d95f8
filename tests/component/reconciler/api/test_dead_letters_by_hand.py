"""Dead letters: kept once, read by an operator, replayed or discarded once."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from bus.consuming.delivery import Delivery
from bus.dead_letters.reading import DeadLetter
from contracts.changes import EspoSeen
from reconciler.handlers.dead_letters import Keeper
from support.links import event
from support.reconciling import Reconciling, in_espo

SEEN = in_espo("m1", event())


def letter(place: str = "espo.changes.v1/3/14", **more: Any) -> DeadLetter:
    usual: dict[str, Any] = {
        "service": "reconciler",
        "source": place,
        "reason": "EspoSeen is invalid: event.title: missing",
        "message_id": place,
        "correlation_id": "story",
        "key": b"ann",
        "body": SEEN.model_dump_json().encode(),
    }
    return DeadLetter(**{**usual, **more})


async def keep(reconciling: Reconciling, *letters: DeadLetter) -> None:
    """Take letters over as the bus delivers them."""
    deliveries = [
        Delivery(one, "reconciler.dead-letters.v1", 0, number, "ann", one.message_id, one.correlation_id)
        for number, one in enumerate(letters)
    ]
    await Keeper(reconciling.database).keep(deliveries)


async def listed(api: httpx.AsyncClient, **query: Any) -> Any:
    return (await api.get("/dead-letters", params=query)).json()


async def only(api: httpx.AsyncClient) -> int:
    ((one,), _) = (await listed(api)).values()
    number: int = one["id"]
    return number


async def outbox(reconciling: Reconciling) -> list[dict[str, Any]]:
    return [dict(row) for row in await reconciling.database.pool.fetch("SELECT * FROM outbox ORDER BY id")]


async def test_a_letter_is_listed_with_its_reason_and_without_its_body(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await keep(reconciling, letter())
    ((told,), end) = (await listed(api)).values()
    assert (told["service"], told["topic"], told["status"]) == ("reconciler", "espo.changes.v1", "parked")
    assert told["reason"] == "EspoSeen is invalid: event.title: missing"
    assert (told["by"], told["decided_at"], end) == ("", None, None)
    assert "Kick-off" not in str(told)


async def test_the_body_is_told_one_letter_at_a_time(reconciling: Reconciling, api: httpx.AsyncClient) -> None:
    await keep(reconciling, letter())
    told = (await api.get(f"/dead-letters/{await only(api)}")).json()
    assert (told["key"], EspoSeen.model_validate_json(told["body"])) == ("ann", SEEN)
    assert told["obstacle"] is None


async def test_a_letter_that_comes_a_second_time_is_the_same_letter(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await keep(reconciling, letter())
    await keep(reconciling, letter(), letter("espo.changes.v1/3/15"))
    assert len((await listed(api))["dead_letters"]) == 2


async def test_another_message_in_the_same_place_of_a_topic_made_anew_is_another_letter(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await keep(reconciling, letter(message_id="1"), letter(message_id="2"))
    assert len((await listed(api))["dead_letters"]) == 2


@pytest.mark.scenario("X-05")
async def test_a_replayed_letter_goes_to_its_topic_under_an_id_of_its_own(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    before = str(uuid4())
    await keep(reconciling, letter(message_id=before))
    told = (await api.post(f"/dead-letters/{await only(api)}/replay", json={"by": "olga"})).json()
    assert (told["status"], told["by"]) == ("replayed", "olga")
    assert told["decided_at"] is not None
    (sent,) = await outbox(reconciling)
    assert (sent["topic"], sent["key"], sent["correlation_id"]) == ("espo.changes.v1", "ann", "story")
    assert EspoSeen.model_validate_json(sent["body"]) == SEEN
    assert str(sent["message_id"]) != before


@pytest.mark.parametrize("second", ["replay", "discard"])
async def test_a_letter_is_decided_once(reconciling: Reconciling, api: httpx.AsyncClient, second: str) -> None:
    await keep(reconciling, letter())
    number = await only(api)
    await api.post(f"/dead-letters/{number}/replay", json={"by": "olga"})
    answer = await api.post(f"/dead-letters/{number}/{second}", json={"by": "otto"})
    assert (answer.status_code, answer.json()) == (409, {"error": "it was replayed by olga already"})
    assert len(await outbox(reconciling)) == 1


async def test_a_discarded_letter_is_sent_nowhere(reconciling: Reconciling, api: httpx.AsyncClient) -> None:
    await keep(reconciling, letter())
    told = (await api.post(f"/dead-letters/{await only(api)}/discard")).json()
    assert (told["status"], told["by"]) == ("discarded", "the command line")
    assert await outbox(reconciling) == []


@pytest.mark.parametrize(
    ("odd", "obstacle"),
    [
        ({"body": b"\xff\xfe"}, "it is no text, so no replay can help"),
        ({"body": None}, "it is no text, so no replay can help"),
        ({"body": b"a\0b"}, "it is no text, so no replay can help"),
        ({"key": b"\xff"}, "it is no text, so no replay can help"),
        ({"source": "elsewhere/0/1"}, "the topic that it came from is none of ours"),
        ({"source": "nonsense"}, "the topic that it came from is none of ours"),
    ],
    ids=["no text", "no body", "no text of the database", "odd key", "strange topic", "no place"],
)
async def test_a_letter_that_no_replay_can_help_says_so_and_can_be_discarded(
    reconciling: Reconciling, api: httpx.AsyncClient, odd: dict[str, Any], obstacle: str
) -> None:
    await keep(reconciling, letter(**odd))
    number = await only(api)
    assert (await api.get(f"/dead-letters/{number}")).json()["obstacle"] == obstacle
    answer = await api.post(f"/dead-letters/{number}/replay")
    assert (answer.status_code, answer.json()) == (409, {"error": obstacle})
    assert (await api.post(f"/dead-letters/{number}/discard")).json()["status"] == "discarded"


async def test_a_letter_whose_words_no_database_takes_is_kept_all_the_same(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await keep(reconciling, letter(reason="a\0b", correlation_id="\0", message_id="\0"))
    assert [one["reason"] for one in (await listed(api))["dead_letters"]] == ["a\ufffdb"]


async def test_letters_are_listed_by_service_and_status(reconciling: Reconciling, api: httpx.AsyncClient) -> None:
    await keep(reconciling, letter("espo.changes.v1/0/1"), letter("espo.writes.v1/0/1", service="espo_connector"))
    ((of_espo,), _) = (await listed(api, service="espo_connector")).values()
    await api.post(f"/dead-letters/{of_espo['id']}/discard")
    assert [one["service"] for one in (await listed(api, status="discarded"))["dead_letters"]] == ["espo_connector"]
    assert [one["service"] for one in (await listed(api, status="parked"))["dead_letters"]] == ["reconciler"]


async def test_letters_are_listed_page_by_page_the_newest_first(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await keep(reconciling, *(letter(f"espo.changes.v1/0/{number}") for number in range(3)))
    first = await listed(api, limit=2)
    second = await listed(api, limit=2, before=first["next"])
    places = [[one["source"] for one in page["dead_letters"]] for page in (first, second)]
    assert places == [["espo.changes.v1/0/2", "espo.changes.v1/0/1"], ["espo.changes.v1/0/0"]]


async def test_parked_letters_count_among_the_failures(reconciling: Reconciling, api: httpx.AsyncClient) -> None:
    await keep(reconciling, letter("espo.changes.v1/0/1"), letter("espo.changes.v1/0/2"))
    (counted,) = (await api.get("/failures")).json()["dead_letters"]
    assert (counted["service"], counted["count"]) == ("reconciler", 2)


async def test_letters_are_forgotten_after_thirty_days(reconciling: Reconciling, api: httpx.AsyncClient) -> None:
    await keep(reconciling, letter("espo.changes.v1/0/1"), letter("espo.changes.v1/0/2"))
    await reconciling.database.pool.execute(
        "UPDATE dead_letters SET at = now() - $1::interval WHERE source = 'espo.changes.v1/0/1'",
        timedelta(days=30, minutes=1),
    )
    await reconciling.keep_house()
    assert [one["source"] for one in (await listed(api))["dead_letters"]] == ["espo.changes.v1/0/2"]


@pytest.mark.parametrize("number", [0, 10**30])
async def test_a_letter_nobody_parked_is_not_there(api: httpx.AsyncClient, number: int) -> None:
    for answer in (
        await api.get(f"/dead-letters/{number}"),
        await api.post(f"/dead-letters/{number}/replay"),
        await api.post(f"/dead-letters/{number}/discard"),
    ):
        assert answer.status_code == 404


async def test_a_status_that_no_letter_has_is_refused(api: httpx.AsyncClient) -> None:
    answer = await api.get("/dead-letters", params={"status": "lost"})
    assert [problem["field"] for problem in answer.json()["problems"]] == ["status"]
