"""Records that cannot be read, now or at all, and writes that did not even get their turn."""

from typing import Any

import pytest

from contracts.changes import EspoSkipped, RecordsLookDeferred
from contracts.looks import LookAtRecords
from contracts.outcomes import Deferred
from support.links import event
from support.pairs import born_in_espo, later
from support.reconciling import Reconciling, in_espo, now


def put_off(account: str) -> RecordsLookDeferred:
    until = now()
    return RecordsLookDeferred(account=account, entity="Meeting", espo_ids=("m1",), until=until, reason="down")


async def looks_for_somebody(reconciling: Reconciling) -> list[LookAtRecords]:
    """The looks that are due for one account's records; those of many come round by themselves."""
    return [sent for sent in await reconciling.tick() if isinstance(sent, LookAtRecords) and sent.account]


async def test_a_record_that_could_not_be_read_is_read_again_when_its_time_has_come(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    assert await reconciling.hear(put_off("ann")) == []
    (look,) = await looks_for_somebody(reconciling)
    assert (look.account, look.entity, look.espo_ids) == ("ann", "Meeting", ("m1",))


async def test_records_of_many_that_could_not_be_read_wait_for_their_next_turn(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    assert await reconciling.hear(put_off("")) == []
    assert await looks_for_somebody(reconciling) == []


@pytest.mark.scenario("X-02")
@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("no_start", "the record has no start in EspoCRM"),
        ("too_long", "its description and its people are together longer than 200 kB"),
    ],
)
async def test_a_record_that_cannot_be_synced_is_explained(reconciling: Reconciling, reason: Any, words: str) -> None:
    await reconciling.connect("ann")
    skipped = EspoSkipped(account="ann", entity="Meeting", espo_id="m1", reason=reason)
    assert await reconciling.hear(skipped) == []
    rows = await reconciling.database.pool.fetch("SELECT account, side, item, reason FROM skips")
    assert [tuple(row) for row in rows] == [("ann", "espo", "m1", words)]


async def test_a_record_that_gets_a_start_goes_out_and_is_explained_as_skipped_no_more(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await reconciling.hear(EspoSkipped(account="ann", entity="Meeting", espo_id="m1", reason="no_start"))
    assert len(await reconciling.hear(in_espo("m1", event()))) == 1
    assert await reconciling.count("skips") == 0


@pytest.mark.parametrize("account", ["", "nobody"])
async def test_a_skipped_record_of_somebody_unknown_is_nothing(reconciling: Reconciling, account: str) -> None:
    assert (
        await reconciling.hear(EspoSkipped(account=account, entity="Meeting", espo_id="m1", reason="unreadable")) == []
    )
    assert await reconciling.count("skips") == 0


@pytest.mark.parametrize(("attempted", "attempts"), [(True, 1), (False, 0)], ids=["asked", "never asked"])
async def test_only_a_write_that_was_asked_for_counts_as_an_attempt(
    reconciling: Reconciling, attempted: bool, attempts: int
) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    (write,) = await reconciling.hear(in_espo("m1", event(title="Renamed"), at=later()))
    about: dict[str, Any] = {"write_id": write.write_id, "link_id": write.link_id, "account": "ann"}
    waiting = Deferred(**about, finished_at=now(), until=now(), reason="throttled", attempted=attempted)
    assert await reconciling.hear(waiting) == []
    counted = await reconciling.database.pool.fetchval("SELECT (body #>> '{outlook,attempts}')::int FROM links")
    assert counted == attempts
