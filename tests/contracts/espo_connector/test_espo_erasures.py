"""A record that must not be read any more is emptied before it is removed: EspoCRM keeps what it only marks as removed (M18)."""

import pytest

from contracts.outcomes import Deferred, Done
from support.espo import Espo, Writer

CANARY = "cardiologist-4711"


async def secret(espo: Espo) -> str:
    carl = await espo.add_contact("Carl", "carl@client.test")
    return await espo.meeting(
        name=CANARY, description=CANARY, cLocation=CANARY, joinUrl=f"https://teams.test/{CANARY}", contactsIds=[carl]
    )


@pytest.mark.scenario("P-02")
async def test_of_an_erased_record_even_an_administrator_reads_nothing(espo: Espo, writer: Writer) -> None:
    espo_id = await secret(espo)
    outcome = await writer.outcome(writer.deletion(espo_id, erase=True))
    assert isinstance(outcome, Done)
    left = await espo.ask("GET", f"Meeting/{espo_id}")
    assert left["deleted"] is True
    assert CANARY not in str(left)
    assert left["contactsIds"] == []


@pytest.mark.scenario("P-02")
async def test_an_erasure_that_comes_twice_is_done(espo: Espo, writer: Writer) -> None:
    espo_id = await secret(espo)
    for _ in range(2):
        assert isinstance(await writer.outcome(writer.deletion(espo_id, erase=True)), Done)


async def test_a_record_that_cannot_be_emptied_is_removed_all_the_same(espo: Espo, writer: Writer) -> None:
    espo_id = await secret(espo)
    await espo.fault("PUT", f"/api/v1/Meeting/{espo_id}", status=400, body={"messageTranslation": None})
    assert isinstance(await writer.outcome(writer.deletion(espo_id, erase=True)), Done)
    assert (await espo.ask("GET", "Meeting"))["total"] == 0


async def test_nothing_is_removed_while_it_is_not_known_whether_it_was_emptied(espo: Espo, writer: Writer) -> None:
    espo_id = await secret(espo)
    await espo.fault("PUT", f"/api/v1/Meeting/{espo_id}", drop="before")
    assert isinstance(await writer.outcome(writer.deletion(espo_id, erase=True)), Deferred)
    assert (await espo.ask("GET", "Meeting"))["total"] == 1


async def test_an_ordinary_removal_writes_nothing_first(espo: Espo, writer: Writer) -> None:
    espo_id = await secret(espo)
    await writer.outcome(writer.deletion(espo_id))
    assert await espo.requests("PUT") == []
