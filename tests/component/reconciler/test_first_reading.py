"""The first reading of an account, on a real database: what is on both sides already is one event (M31)."""

from typing import Any

import pytest

from contracts.changes import CursorAdvanced, LookRefused, OutlookSkipped
from contracts.events import Timed
from contracts.looks import LookAtCalendar, LookAtOwner
from contracts.writes import CreateEspoRecord, CreateOutlookEvent, UpdateEspoRecord
from reconciler.handlers.first_reading import may_begin
from reconciler.handlers.preview import Preview, preview
from support.links import ANN, CARL, event
from support.reconciling import Reconciling, in_espo, in_outlook

Look = LookAtCalendar | LookAtOwner


async def begun(reconciling: Reconciling, **rules: Any) -> dict[type, list[Look]]:
    """Connect Ann, and give the looks of her first reading by kind."""
    await reconciling.connect("ann", read=False, **rules)
    looks = [look for look in await reconciling.tick() if isinstance(look, LookAtCalendar | LookAtOwner)]
    return {kind: [look for look in looks if type(look) is kind] for kind in (LookAtCalendar, LookAtOwner)}


async def answered(reconciling: Reconciling, *looks: Look) -> list[Any]:
    """Let looks come to their end, and give what is written because of it."""
    answers = [CursorAdvanced(feed=look.feed, look_id=look.look_id, cursor="c") for look in looks]
    return [*await reconciling.hear(*answers), *await reconciling.tick()]


async def seen(reconciling: Reconciling) -> Preview:
    """What Ann is shown."""
    async with reconciling.database.unit() as unit:
        shown = await preview(unit, "ann")
    assert shown is not None
    return shown


def writes(sent: list[Any]) -> list[type]:
    return [type(message) for message in sent if hasattr(message, "write_id")]


@pytest.mark.scenario("M-18")
@pytest.mark.parametrize("first", ["espo", "outlook"])
async def test_a_meeting_that_is_on_both_sides_before_the_first_sync_is_one(
    reconciling: Reconciling, first: str
) -> None:
    looks = await begun(reconciling)
    both = [in_espo("m1", event()), in_outlook("o1", event())]
    sent = await reconciling.hear(*(both if first == "espo" else reversed(both)))
    sent += await answered(reconciling, *looks[LookAtOwner], *looks[LookAtCalendar])
    assert writes(sent) == []
    assert await reconciling.count("links") == 1


@pytest.mark.scenario("M-18")
async def test_of_several_that_are_alike_each_is_matched_once_and_the_story_says_so(reconciling: Reconciling) -> None:
    looks = await begun(reconciling)
    await reconciling.hear(*(in_outlook(item, event()) for item in ("o1", "o2")))
    await reconciling.hear(*(in_espo(item, event()) for item in ("m1", "m2")))
    sent = await answered(reconciling, *looks[LookAtOwner], *looks[LookAtCalendar])
    assert writes(sent) == []
    assert await reconciling.count("links") == 2
    reasons = [row["reason"] for row in await reconciling.database.pool.fetch("SELECT reason FROM journal ORDER BY id")]
    assert any("2 were alike" in reason for reason in reasons)


async def test_what_is_on_one_side_only_is_made_once_the_other_has_been_read(reconciling: Reconciling) -> None:
    looks = await begun(reconciling)
    assert writes(await reconciling.hear(in_espo("m1", event()), in_outlook("o1", event(title="Other")))) == []
    assert writes(await answered(reconciling, *looks[LookAtOwner])) == [CreateEspoRecord]
    assert writes(await answered(reconciling, *looks[LookAtCalendar])) == [CreateOutlookEvent]


async def test_a_calendar_that_cannot_be_read_does_not_hold_up_the_rest_for_ever(reconciling: Reconciling) -> None:
    looks = await begun(reconciling)
    await reconciling.hear(in_espo("m1", event()))
    (calendar,) = looks[LookAtCalendar]
    sent = await reconciling.hear(LookRefused(feed=calendar.feed, look_id=calendar.look_id, reason="no such calendar"))
    assert writes([*sent, *await reconciling.tick()]) == [CreateOutlookEvent]


async def test_a_push_finds_what_is_in_the_calendar_although_it_is_not_read_for_changes(
    reconciling: Reconciling,
) -> None:
    looks = await begun(reconciling, direction="espo_to_outlook")
    await reconciling.hear(in_outlook("o1", event()), in_outlook("o2", event(title="Only there")))
    await reconciling.hear(in_espo("m1", event()))
    assert writes(await answered(reconciling, *looks[LookAtOwner], *looks[LookAtCalendar])) == []
    assert await reconciling.count("links") == 1
    assert await reconciling.database.pool.fetchval("SELECT reason FROM skips WHERE item = 'o2'") is not None


async def test_a_pull_finds_what_is_in_espocrm_although_nothing_of_it_goes_out(reconciling: Reconciling) -> None:
    looks = await begun(reconciling, direction="outlook_to_espo")
    await reconciling.hear(in_espo("m1", event(location="")), in_espo("m2", event(title="Only there")))
    sent = await reconciling.hear(in_outlook("o1", event()))
    sent += await answered(reconciling, *looks[LookAtOwner], *looks[LookAtCalendar])
    assert writes(sent) == [UpdateEspoRecord]
    assert await reconciling.count("links") == 1


async def test_after_the_first_reading_two_alike_are_two(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    sent = await reconciling.hear(in_espo("m1", event()), in_outlook("o1", event()))
    assert sorted(writes(sent), key=str) == [CreateEspoRecord, CreateOutlookEvent]


async def test_an_account_that_comes_back_finds_what_was_made_on_both_sides_meanwhile(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    async with reconciling.database.unit() as unit:
        await unit.run("disconnect_account", "ann")
        await unit.run("drop_feeds_not_in", "ann", [])
    looks = await begun(reconciling)
    sent = await reconciling.hear(in_espo("m1", event()), in_outlook("o1", event()))
    sent += await answered(reconciling, *looks[LookAtOwner], *looks[LookAtCalendar])
    assert writes(sent) == []


async def test_an_earlier_first_day_finds_twins_of_the_days_before(reconciling: Reconciling) -> None:
    await begun(reconciling, since="2026-06-01")
    looks = await begun(reconciling, since="2026-01-01")
    span = Timed.model_validate({"start": "2026-03-02T12:00:00Z", "end": "2026-03-02T13:00:00Z"})
    sent = await reconciling.hear(in_espo("m1", event(span=span)), in_outlook("o1", event(span=span)))
    sent += await answered(reconciling, *looks[LookAtOwner], *looks[LookAtCalendar])
    assert writes(sent) == []


@pytest.mark.scenario("W-07")
async def test_an_owner_who_wants_to_be_asked_is_asked_before_anything_is_written(reconciling: Reconciling) -> None:
    looks = await begun(reconciling, confirm=True)
    sent = await reconciling.hear(in_espo("m1", event()), in_outlook("o1", event(title="Other")))
    sent += await answered(reconciling, *looks[LookAtOwner], *looks[LookAtCalendar])
    assert writes(sent) == []
    async with reconciling.database.unit() as unit:
        assert await may_begin(unit, "ann", "Ann")
    assert sorted(writes(await reconciling.tick()), key=str) == [CreateEspoRecord, CreateOutlookEvent]


@pytest.mark.scenario("W-07")
async def test_before_the_first_sync_its_owner_sees_what_it_would_do(reconciling: Reconciling) -> None:
    looks = await begun(reconciling, confirm=True)
    over = Timed.model_validate({"start": "2026-03-02T12:00:00Z", "end": "2026-03-02T13:00:00Z"})
    await reconciling.hear(
        in_espo("m1", event(title="Invites two", people=(ANN, CARL))),
        in_espo("m2", event(title="Is over", span=over, people=(ANN,))),
        in_espo("m3", event(title="On both sides")),
        in_outlook("o3", event(title="On both sides")),
        in_outlook("o4", event(title="Comes in")),
    )
    before = await seen(reconciling)
    await answered(reconciling, *looks[LookAtOwner], *looks[LookAtCalendar])
    assert (before.phase, (await seen(reconciling)).phase) == ("reading", "waiting")
    assert (before.to_outlook, before.to_espo, before.matched, before.invitations) == (2, 1, 1, 1)
    assert (before.read.outlook, before.read.espo) == (2, 3)


async def test_contacts_count_among_the_invitations_where_they_are_invited(reconciling: Reconciling) -> None:
    await begun(reconciling, contacts_and_leads=True, confirm=True)
    await reconciling.hear(in_espo("m1", event(people=(ANN, CARL))))
    assert (await seen(reconciling)).invitations == 2


async def test_guests_of_blocked_domains_are_no_invitations(reconciling: Reconciling) -> None:
    blocked = [CARL.address.partition("@")[2].partition(".")[2]]
    await begun(reconciling, contacts_and_leads=True, blocked_domains=blocked, confirm=True)
    await reconciling.hear(in_espo("m1", event(people=(ANN, CARL))))
    assert (await seen(reconciling)).invitations == 0


async def test_an_account_that_syncs_already_is_asked_before_its_settings_push_more(reconciling: Reconciling) -> None:
    await reconciling.connect("ann", direction="outlook_to_espo")
    looks = await begun(reconciling, confirm=True)
    sent = await reconciling.hear(in_espo("m1", event(people=(ANN,))))
    sent += await answered(reconciling, *looks[LookAtOwner], *looks[LookAtCalendar])
    shown = await seen(reconciling)
    assert (shown.phase, shown.to_outlook, shown.invitations) == ("waiting", 1, 1)
    assert writes(sent) == []


async def test_a_private_event_has_no_twin(reconciling: Reconciling) -> None:
    looks = await begun(reconciling)
    await reconciling.hear(OutlookSkipped(account="ann", outlook_id="o1", reason="private"), in_espo("m1", event()))
    sent = await answered(reconciling, *looks[LookAtOwner], *looks[LookAtCalendar])
    assert writes(sent) == [CreateOutlookEvent]
