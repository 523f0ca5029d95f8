"""What fails at present, gathered by kind."""

from typing import Any

import httpx

from contracts.changes import GrantLost, LookRefused
from contracts.looks import LookAtCalendar
from contracts.outcomes import Refused
from support.links import event
from support.reconciling import Reconciling, in_espo, now


async def failures(api: httpx.AsyncClient) -> Any:
    return (await api.get("/failures")).json()


async def test_where_nothing_fails_every_kind_is_empty(reconciling: Reconciling, api: httpx.AsyncClient) -> None:
    await reconciling.connect("ann")
    assert set(map(str, (await failures(api)).values())) == {"[]"}


async def test_refused_writes_are_counted_by_reason(reconciling: Reconciling, api: httpx.AsyncClient) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    cases = (("m1", "ann", "no licence"), ("m2", "ann", "no rights"), ("m3", "ben", "no licence"))
    for item, account, reason in cases:
        (write,) = await reconciling.hear(in_espo(item, event(), account=account))
        told = {"write_id": write.write_id, "link_id": write.link_id, "account": account, "finished_at": now()}
        await reconciling.hear(Refused.model_validate({**told, "reason": reason}))
    refused = (await failures(api))["refused"]
    assert [(one["reason"], one["count"], one["accounts"]) for one in refused] == [
        ("no licence", 2, 2),
        ("no rights", 1, 1),
    ]


async def test_a_feed_in_trouble_is_told_with_whose_it_is_and_why(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await reconciling.connect("ann")
    (look,) = [look for look in await reconciling.tick() if isinstance(look, LookAtCalendar)]
    await reconciling.hear(LookRefused(feed=look.feed, look_id=look.look_id, reason="no such mailbox"))
    ((feed,),) = ((await failures(api))["feeds"],)
    assert (feed["account"], feed["name"], feed["kind"], feed["failures"]) == ("ann", "Ann", "calendar", 1)
    assert feed["reason"] == "no such mailbox"


async def test_a_feed_that_nobody_reads_is_told_although_nothing_failed(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await reconciling.connect("ann")
    await reconciling.tick()
    await reconciling.database.pool.execute(
        "UPDATE feeds SET looking_since = now() - interval '1 day' WHERE feed = 'outlook/ann/'"
    )
    (feed,) = (await failures(api))["feeds"]
    assert (feed["account"], feed["failures"], feed["stalled"]) == ("ann", 0, True)
    account = (await api.get("/accounts/ann")).json()
    (own,) = [feed for feed in account["feeds"] if feed["stalled"]]
    assert (
        own["reason"] == feed["reason"] == "it has not been read for longer than it should take, and nothing says why"
    )


async def test_an_account_whose_user_has_to_do_something_is_told_with_what(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    await reconciling.hear(GrantLost(account="ann", reason="Microsoft asks you to connect again"))
    assert (await failures(api))["attention"] == [
        {"account": "ann", "name": "Ann", "attention": "Microsoft asks you to connect again"}
    ]
