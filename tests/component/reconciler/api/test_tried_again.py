"""One event or one user is tried again by hand; nothing is made twice by it."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from contracts.changes import CursorAdvanced
from contracts.looks import KeepSubscription, LookAtCalendar, LookAtEvent, LookAtOwner, LookAtRecords
from contracts.meetings import MakeEventOnline
from contracts.outcomes import Refused
from contracts.writes import CreateOutlookEvent, UpdateOutlookEvent
from support.links import event
from support.pairs import born_in_espo, later
from support.reconciling import Reconciling, deferred, done, in_espo, in_outlook, now

LICENCE = "the mailbox has no licence"


def refused(write: Any, reason: str = LICENCE) -> Refused:
    return Refused(
        write_id=write.write_id, link_id=write.link_id, account=write.account, finished_at=now(), reason=reason
    )


async def link_of(api: httpx.AsyncClient, item: str = "m1") -> Any:
    return (await api.get(f"/why/{item}")).json()["stories"][0]["link"]


async def retry(reconciling: Reconciling, api: httpx.AsyncClient) -> list[Any]:
    link = await link_of(api)
    assert (await api.post(f"/links/{link['id']}/retry", json={"by": "olga"})).status_code == 202
    return await reconciling.take_sent()


@pytest.mark.scenario("X-05")
async def test_a_refused_event_is_written_again_once_somebody_asks(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_espo("m1", event()))
    assert await reconciling.hear(refused(create)) == []
    assert (await link_of(api))["state"] == "refused"
    again, look = await retry(reconciling, api)
    assert isinstance(again, CreateOutlookEvent)
    assert again.transaction_id == create.transaction_id
    assert isinstance(look, LookAtRecords)
    assert (await link_of(api))["state"] == "pending"


@pytest.mark.scenario("X-05")
async def test_the_journal_says_who_asked_for_another_try(reconciling: Reconciling, api: httpx.AsyncClient) -> None:
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_espo("m1", event()))
    await reconciling.hear(refused(create))
    await retry(reconciling, api)
    journal = (await api.get("/why/m1")).json()["stories"][0]["journal"]
    assert [(entry["what"], entry["by"]) for entry in journal][-2:] == [("tried again", "olga"), ("to be created", "")]


async def test_a_write_that_was_to_rest_for_a_while_is_sent_at_once(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_espo("m1", event()))
    await reconciling.hear(deferred(create, 3600))
    assert isinstance((await retry(reconciling, api))[0], CreateOutlookEvent)


async def test_a_write_under_way_is_not_sent_a_second_time(reconciling: Reconciling, api: httpx.AsyncClient) -> None:
    await reconciling.connect("ann")
    await reconciling.hear(in_espo("m1", event()))
    assert [type(sent) for sent in await retry(reconciling, api)] == [LookAtRecords]


async def test_an_event_in_step_is_only_read_again_on_both_sides(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    assert {type(sent) for sent in await retry(reconciling, api)} == {LookAtRecords, LookAtEvent}
    assert (await link_of(api))["state"] == "in sync"


async def test_an_event_that_could_not_go_online_is_asked_to_again(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await reconciling.connect("ann")
    offline = event(online=False, join_url="")
    await born_in_espo(reconciling, 1, offline)
    (request,) = await reconciling.hear(in_espo("m1", event(online=True, join_url=""), at=later()))
    assert isinstance(request, MakeEventOnline)
    await reconciling.hear(refused(request))
    assert LICENCE in (await link_of(api))["reason"]
    assert isinstance((await retry(reconciling, api))[0], MakeEventOnline)


async def test_there_is_nothing_to_try_again_of_an_event_nobody_knows(api: httpx.AsyncClient) -> None:
    assert (await api.post(f"/links/{uuid4()}/retry")).status_code == 404


async def test_nothing_is_tried_for_a_user_who_is_not_connected(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    await api.delete("/accounts/ann")
    link = await link_of(api)
    assert (await api.post(f"/links/{link['id']}/retry")).status_code == 404
    assert (await api.post("/accounts/ann/resync")).status_code == 404


async def read_once(reconciling: Reconciling) -> None:
    """Ann's feeds have been read to their ends."""
    await reconciling.connect("ann")
    looks = [look for look in await reconciling.tick() if isinstance(look, LookAtCalendar | LookAtOwner)]
    for look in looks:
        await reconciling.hear(CursorAdvanced(feed=look.feed, look_id=look.look_id, cursor="c"))


@pytest.mark.scenario("X-06")
async def test_a_reset_user_is_read_from_the_beginning_and_nothing_is_made_twice(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await read_once(reconciling)
    create = await born_in_espo(reconciling)
    assert (await api.get("/accounts/ann")).json()["counts"] == {"in sync": 1}
    answer = await api.post("/accounts/ann/resync", json={"by": "olga"})
    assert (answer.status_code, answer.json()) == (202, {"feeds": 2, "retried": 0})
    looks = await reconciling.take_sent()
    assert {type(look): look.cursor for look in looks} == {LookAtCalendar: None, LookAtOwner: None}
    assert [type(one) for one in await reconciling.tick()] == [KeepSubscription]
    stored = create.event.model_copy(update={"cancelled": None})
    seen = in_outlook("o1", stored, transaction_id=create.transaction_id)
    assert await reconciling.hear(seen, in_espo("m1", event(), at=later())) == []
    assert await reconciling.count("links") == 1


async def test_a_reset_after_a_restored_backup_finds_what_both_sides_have_meanwhile(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await read_once(reconciling)
    await api.post("/accounts/ann/resync")
    looks = [look for look in await reconciling.take_sent() if isinstance(look, LookAtCalendar | LookAtOwner)]
    sent = await reconciling.hear(in_espo("m1", event()), in_outlook("o1", event()))
    ends = [CursorAdvanced(feed=look.feed, look_id=look.look_id, cursor="c") for look in looks]
    sent += [*await reconciling.hear(*ends), *await reconciling.tick()]
    assert [message for message in sent if hasattr(message, "write_id")] == []
    assert await reconciling.count("links") == 1


@pytest.mark.scenario("X-05")
async def test_a_reset_tries_again_what_was_refused(reconciling: Reconciling, api: httpx.AsyncClient) -> None:
    await read_once(reconciling)
    await born_in_espo(reconciling)
    (update,) = await reconciling.hear(in_espo("m1", event(title="New"), at=later()))
    await reconciling.hear(refused(update))
    assert (await api.post("/accounts/ann/resync")).json()["retried"] == 1
    (again,) = [sent for sent in await reconciling.take_sent() if isinstance(sent, UpdateOutlookEvent)]
    assert again.patch == update.patch
    await reconciling.hear(done(again, in_outlook("o1", event(title="New"), at=later())))
    assert (await link_of(api))["state"] == "in sync"


async def test_the_answer_to_a_look_from_before_the_reset_does_not_bring_the_cursor_back(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await reconciling.connect("ann")
    (before,) = [look for look in await reconciling.tick() if isinstance(look, LookAtCalendar)]
    await api.post("/accounts/ann/resync")
    await reconciling.hear(CursorAdvanced(feed=before.feed, look_id=before.look_id, cursor="old"))
    assert await reconciling.database.pool.fetchval("SELECT cursor FROM feeds WHERE feed = $1", before.feed) is None
