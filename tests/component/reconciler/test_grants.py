"""A consent that is lost is told, and given again lets the sync go on where it stopped, in the same mailbox only."""

from typing import Any

import pytest

from contracts.changes import CursorAdvanced, GrantGiven, GrantLost, LookRefused
from contracts.looks import KeepSubscription, LookAtCalendar
from contracts.outcomes import Refused
from contracts.writes import CreateOutlookEvent, UpdateOutlookEvent
from reconciler.handlers.connect import disconnect
from support.links import event
from support.pairs import born_in_espo, later
from support.reconciling import Reconciling, deferred, in_espo, in_outlook, now

LOST = GrantLost(account="ann", reason="Microsoft asks you to connect again: the permission for Tandem was withdrawn.")
OWNER, SOMEBODY_ELSE = "0a1d6c52-0001", "0a1d6c52-0002"


def given(mailbox: str = "ann@contoso.test", owner: str = OWNER, *aliases: str) -> GrantGiven:
    return GrantGiven(account="ann", mailbox=mailbox, addresses=(mailbox, *aliases), owner=owner)


async def attention(reconciling: Reconciling) -> str:
    return str(await reconciling.database.pool.fetchval("SELECT attention FROM accounts WHERE id = 'ann'"))


async def feed(reconciling: Reconciling, column: str) -> Any:
    query = f"SELECT {column} FROM feeds WHERE kind = 'calendar'"  # noqa: S608 - a test's own words
    return await reconciling.database.pool.fetchval(query)


async def let_time_pass(reconciling: Reconciling) -> None:
    await reconciling.database.pool.execute("UPDATE feeds SET next_look_at = now() WHERE next_look_at IS NOT NULL")


def calendars(sent: list[Any]) -> list[LookAtCalendar]:
    return [message for message in sent if isinstance(message, LookAtCalendar)]


async def connected(reconciling: Reconciling, **rules: Any) -> None:
    """Ann is connected, by her own consent, and her calendar has been read."""
    await reconciling.hear(given())
    await reconciling.connect("ann", **rules)
    for look in calendars(await reconciling.tick()):
        await reconciling.hear(CursorAdvanced(feed=look.feed, look_id=look.look_id, cursor="c1"))


@pytest.mark.scenario("O-04")
async def test_a_lost_consent_is_told_to_its_user_and_outlook_is_left_alone(reconciling: Reconciling) -> None:
    await connected(reconciling)

    await reconciling.hear(LOST)

    assert await attention(reconciling) == LOST.reason
    assert await feed(reconciling, "cursor") == "c1"
    assert await feed(reconciling, "next_look_at > now() + interval '9 minutes'")
    assert await feed(reconciling, "subscribe_at > now() + interval '9 minutes'")


async def test_an_answer_from_before_the_loss_does_not_hide_it(reconciling: Reconciling) -> None:
    await connected(reconciling)
    await let_time_pass(reconciling)
    (look,) = calendars(await reconciling.tick())

    await reconciling.hear(LOST, CursorAdvanced(feed=look.feed, look_id=look.look_id, cursor="c2"))

    assert await attention(reconciling) == LOST.reason


async def test_a_look_that_succeeds_later_shows_that_all_is_well_again(reconciling: Reconciling) -> None:
    await connected(reconciling)
    await reconciling.hear(LOST)
    await let_time_pass(reconciling)
    (look,) = calendars(await reconciling.tick())

    await reconciling.hear(CursorAdvanced(feed=look.feed, look_id=look.look_id, cursor="c2"))

    assert await attention(reconciling) == ""


@pytest.mark.scenario("O-08")
async def test_a_new_consent_goes_on_from_the_cursor_and_subscribes_again(reconciling: Reconciling) -> None:
    await connected(reconciling)
    await reconciling.hear(LOST)

    (look,) = calendars(await reconciling.hear(given()))

    assert (look.cursor, await attention(reconciling)) == ("c1", "")
    assert [type(message) for message in await reconciling.tick()] == [KeepSubscription]


async def test_what_waited_for_the_consent_goes_out_at_once_and_only_that(reconciling: Reconciling) -> None:
    await connected(reconciling)
    await born_in_espo(reconciling)
    (waiting,) = await reconciling.hear(in_espo("m2", event(title="Waits")))
    (refused,) = await reconciling.hear(in_espo("m3", event(title="Was refused")))
    no = Refused(
        write_id=refused.write_id, link_id=refused.link_id, account="ann", finished_at=now(), reason="not allowed"
    )
    await reconciling.hear(deferred(waiting, 600), no, LOST)

    sent = [message for message in await reconciling.hear(given()) if isinstance(message, CreateOutlookEvent)]

    assert {message.event.title for message in sent} == {"Waits", "Was refused"}
    assert {message.transaction_id for message in sent} == {waiting.transaction_id, refused.transaction_id}


async def test_a_consent_before_the_first_save_begins_nothing(reconciling: Reconciling) -> None:
    assert await reconciling.hear(given()) == []
    assert await reconciling.count("accounts") == 0


async def test_a_consent_of_who_has_disconnected_begins_nothing(reconciling: Reconciling) -> None:
    await connected(reconciling)
    async with reconciling.database.unit() as unit:
        await disconnect(unit, "ann")

    assert await reconciling.hear(LOST, given()) == []
    assert await attention(reconciling) == ""


@pytest.mark.scenario("O-09")
async def test_a_consent_for_another_mailbox_waits_for_the_settings(reconciling: Reconciling) -> None:
    await connected(reconciling)

    await reconciling.hear(given("other@contoso.test", SOMEBODY_ELSE))
    await let_time_pass(reconciling)

    assert calendars(await reconciling.tick()) == []
    words = await attention(reconciling)
    assert "other@contoso.test" in words
    assert "ann@contoso.test" in words


@pytest.mark.scenario("O-09")
async def test_settings_saved_for_another_mailbox_begin_afresh_with_it(reconciling: Reconciling) -> None:
    await connected(reconciling)
    await born_in_espo(reconciling)
    await reconciling.hear(given("other@contoso.test", SOMEBODY_ELSE))

    await reconciling.connect("ann", mailbox="other@contoso.test")

    assert await reconciling.count("links") == 0
    (look,) = calendars(await reconciling.tick())
    assert (look.mailbox, look.cursor, await attention(reconciling)) == ("other@contoso.test", None, "")


@pytest.mark.scenario("O-09")
async def test_the_old_mailbox_connected_again_goes_on_with_its_links(reconciling: Reconciling) -> None:
    await connected(reconciling)
    await born_in_espo(reconciling)
    await reconciling.hear(given("other@contoso.test", SOMEBODY_ELSE))

    (look,) = calendars(await reconciling.hear(given()))
    (update,) = await reconciling.hear(in_espo("m1", event(title="Edited"), at=later()))

    assert (look.cursor, await attention(reconciling)) == ("c1", "")
    assert isinstance(update, UpdateOutlookEvent)
    assert update.outlook_id == "o1"


@pytest.mark.scenario("U-08")
@pytest.mark.parametrize("known", [True, False], ids=["by its owner", "by an address that it kept"])
async def test_a_mailbox_that_got_another_name_is_the_same_mailbox(reconciling: Reconciling, known: bool) -> None:
    if known:
        await connected(reconciling)
    else:
        await reconciling.connect("ann")
    await born_in_espo(reconciling)
    aliases = () if known else ("ann@contoso.test",)

    await reconciling.hear(given("ann.lee@contoso.test", OWNER, *aliases))
    await reconciling.connect("ann", mailbox="ann.lee@contoso.test")

    assert await reconciling.count("links") == 1
    assert await attention(reconciling) == ""
    assert await reconciling.hear(in_outlook("o1", event())) == []


@pytest.mark.scenario("O-13")
async def test_a_mailbox_that_cannot_be_read_is_told_and_taken_back_when_it_can(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    (look,) = calendars(await reconciling.tick())
    reason = "this mailbox is not in Exchange Online, or has no licence"

    await reconciling.hear(LookRefused(feed=look.feed, look_id=look.look_id, reason=reason))
    assert await attention(reconciling) == reason

    await let_time_pass(reconciling)
    (look,) = calendars(await reconciling.tick())
    await reconciling.hear(CursorAdvanced(feed=look.feed, look_id=look.look_id, cursor="c1"))
    assert await attention(reconciling) == ""


@pytest.mark.scenario("O-13")
async def test_what_a_mailbox_refused_while_it_could_not_be_read_is_tried_again_when_it_can(
    reconciling: Reconciling,
) -> None:
    await connected(reconciling)
    reason = "this mailbox is not in Exchange Online, or has no licence"
    await let_time_pass(reconciling)
    (look,) = calendars(await reconciling.tick())
    await reconciling.hear(LookRefused(feed=look.feed, look_id=look.look_id, reason=reason))
    (write,) = await reconciling.hear(in_espo("m1", event()))
    assert isinstance(write, CreateOutlookEvent)
    ended = {"write_id": write.write_id, "link_id": write.link_id, "account": "ann", "finished_at": now()}
    assert await reconciling.hear(Refused(reason=reason, **ended)) == []

    await let_time_pass(reconciling)
    (look,) = calendars(await reconciling.tick())
    sent = await reconciling.hear(CursorAdvanced(feed=look.feed, look_id=look.look_id, cursor="c2"))

    assert [type(message) for message in sent] == [CreateOutlookEvent]


async def test_a_mailbox_that_could_be_read_all_along_is_not_asked_again_for_what_it_refused(
    reconciling: Reconciling,
) -> None:
    await connected(reconciling)
    (write,) = await reconciling.hear(in_espo("m1", event()))
    ended = {"write_id": write.write_id, "link_id": write.link_id, "account": "ann", "finished_at": now()}
    await reconciling.hear(Refused(reason="too many attendees", **ended))

    await let_time_pass(reconciling)
    (look,) = calendars(await reconciling.tick())

    assert await reconciling.hear(CursorAdvanced(feed=look.feed, look_id=look.look_id, cursor="c2")) == []


async def test_one_calendar_that_can_be_read_does_not_hide_another_that_cannot(reconciling: Reconciling) -> None:
    await reconciling.connect("ann", other_calendars=["team"])
    own, team = sorted(calendars(await reconciling.tick()), key=lambda look: look.calendar)

    await reconciling.hear(
        LookRefused(feed=team.feed, look_id=team.look_id, reason="it is gone"),
        CursorAdvanced(feed=own.feed, look_id=own.look_id, cursor="c1"),
    )

    assert await attention(reconciling) == "it is gone"
