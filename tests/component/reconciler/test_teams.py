"""Teams through the handlers, on a real database: requests go out once, what comes of them is kept and told (M27)."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.changes import EspoGone
from contracts.looks import LookAtEvent, LookAtOwner
from contracts.meetings import CreateMeeting, MakeEventOnline, MoveMeeting, RemoveMeeting
from contracts.outcomes import Deferred, MeetingReady, Refused, Vanished
from contracts.writes import CreateOutlookEvent, UpdateEspoRecord, UpdateOutlookEvent
from support.links import event
from support.reconciling import Reconciling, done, in_espo, in_outlook, now

URL = "https://teams.microsoft.com/l/meetup-join/1"
LATER = timedelta(seconds=5)


def wanted(**changes: Any) -> Any:
    return event(**{"online": True, "join_url": "", **changes})


def plain(**changes: Any) -> Any:
    return wanted(**{"online": False, **changes})


def head(request: Any) -> dict[str, Any]:
    return {
        "write_id": request.write_id,
        "link_id": request.link_id,
        "account": request.account,
        "finished_at": now(),
    }


def ready(request: Any, meeting_id: str | None = "MSp1", join_url: str = URL) -> MeetingReady:
    return MeetingReady(**head(request), meeting_id=meeting_id, join_url=join_url)


async def with_meeting(reconciling: Reconciling) -> CreateMeeting:
    """A record of Ann's, who syncs nothing, with a meeting of its own whose link is stored."""
    await reconciling.connect("ann", direction="none")
    (create,) = await reconciling.hear(in_espo("m1", wanted()))
    assert isinstance(create, CreateMeeting)
    (update,) = await reconciling.hear(ready(create))
    assert isinstance(update, UpdateEspoRecord)
    assert await reconciling.hear(done(update, in_espo("m1", wanted(join_url=URL)))) == []
    return create


async def both_sides(reconciling: Reconciling) -> None:
    """A meeting of Ann's that is in both places, without Teams."""
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_espo("m1", plain()))
    await reconciling.hear(done(create, in_outlook("o1", plain(), transaction_id=create.transaction_id)))


async def words(reconciling: Reconciling) -> list[str]:
    rows = await reconciling.database.pool.fetch("SELECT what FROM journal ORDER BY id")
    return [row["what"] for row in rows]


async def reasons(reconciling: Reconciling) -> str:
    rows = await reconciling.database.pool.fetch("SELECT reason FROM journal ORDER BY id")
    return "; ".join(row["reason"] for row in rows)


@pytest.mark.scenario("V-01")
async def test_a_record_that_asks_for_teams_goes_out_online_and_gets_its_link_back(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_espo("m1", wanted()))
    assert isinstance(create, CreateOutlookEvent)
    assert create.event.online is True
    (update,) = await reconciling.hear(done(create, in_outlook("o1", wanted(join_url=URL))))
    assert isinstance(update, UpdateEspoRecord)
    assert update.patch.join_url == URL
    assert await reconciling.hear(done(update, in_espo("m1", wanted(join_url=URL)))) == []


@pytest.mark.scenario("V-01")
async def test_a_link_that_comes_late_is_looked_for_and_stored(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_espo("m1", wanted()))
    assert await reconciling.hear(done(create, in_outlook("o1", wanted()))) == []
    await past_due(reconciling)
    (look,) = [one for one in await reconciling.tick() if isinstance(one, LookAtEvent)]
    assert look.outlook_id == "o1"
    (update,) = await reconciling.hear(in_outlook("o1", wanted(join_url=URL), at=now() + LATER))
    assert isinstance(update, UpdateEspoRecord)


@pytest.mark.scenario("V-01")
async def test_teams_asked_for_later_is_a_request_to_teams_and_the_event_is_read_again(
    reconciling: Reconciling,
) -> None:
    await both_sides(reconciling)
    (request,) = await reconciling.hear(in_espo("m1", wanted(), at=now() + LATER))
    assert isinstance(request, MakeEventOnline)
    assert request.outlook_id == "o1"
    update, look = await reconciling.hear(ready(request, None))
    assert isinstance(update, UpdateEspoRecord)
    assert update.patch.join_url == URL
    assert isinstance(look, LookAtEvent)


async def test_what_else_changed_goes_to_outlook_first(reconciling: Reconciling) -> None:
    await both_sides(reconciling)
    (first,) = await reconciling.hear(in_espo("m1", wanted(title="New"), at=now() + LATER))
    assert isinstance(first, UpdateOutlookEvent)
    assert first.patch.fields == ("title",)
    (second,) = await reconciling.hear(done(first, in_outlook("o1", plain(title="New"), at=now() + LATER)))
    assert isinstance(second, MakeEventOnline)


@pytest.mark.scenario("V-05")
async def test_a_mailbox_without_teams_keeps_the_event_in_step_and_its_owner_can_read_why(
    reconciling: Reconciling,
) -> None:
    await both_sides(reconciling)
    (request,) = await reconciling.hear(in_espo("m1", wanted(), at=now() + LATER))
    refusal = Refused(**head(request), reason="the mailbox has no licence for Teams")
    assert await reconciling.hear(refusal) == []
    assert "the mailbox has no licence for Teams" in await reasons(reconciling)
    (update,) = await reconciling.hear(in_espo("m1", wanted(title="New"), at=now() + 2 * LATER))
    assert isinstance(update, UpdateOutlookEvent)


@pytest.mark.scenario("V-04")
async def test_teams_switched_off_again_is_explained_in_the_journal(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_espo("m1", wanted()))
    (update,) = await reconciling.hear(done(create, in_outlook("o1", wanted(join_url=URL))))
    await reconciling.hear(done(update, in_espo("m1", wanted(join_url=URL))))
    assert await reconciling.hear(in_espo("m1", plain(join_url=URL), at=now() + LATER)) == []
    assert "Microsoft cannot take it off" in await reasons(reconciling)


async def test_without_a_direction_only_records_that_ask_for_teams_are_followed(reconciling: Reconciling) -> None:
    await reconciling.connect("ann", direction="none")
    assert await reconciling.hear(in_espo("m1", plain())) == []
    (create,) = await reconciling.hear(in_espo("m2", wanted()))
    assert isinstance(create, CreateMeeting)
    assert (create.external_id, create.mailbox, create.zone) == ("m2", "ann@contoso.test", "Europe/Berlin")
    assert await reconciling.count("links") == 1
    assert await reconciling.count("skips") == 1


async def test_a_meeting_of_its_own_is_told_in_the_journal_and_the_link_is_at_rest(reconciling: Reconciling) -> None:
    await with_meeting(reconciling)
    assert [what for what in await words(reconciling) if what.startswith("meeting")] == [
        "meeting to be created",
        "meeting created",
    ]
    states = await reconciling.database.pool.fetch("SELECT state, in_flight FROM links")
    assert [tuple(row) for row in states] == [("in sync", 0)]


@pytest.mark.scenario("V-03")
async def test_a_meeting_of_its_own_follows_its_record(reconciling: Reconciling) -> None:
    await with_meeting(reconciling)
    (move,) = await reconciling.hear(in_espo("m1", wanted(join_url=URL, title="New"), at=now() + LATER))
    assert isinstance(move, MoveMeeting)
    assert (move.meeting_id, move.title) == ("MSp1", "New")
    assert await reconciling.hear(ready(move)) == []


async def test_a_meeting_of_its_own_is_removed_with_its_record(reconciling: Reconciling) -> None:
    await with_meeting(reconciling)
    gone = EspoGone(entity="Meeting", espo_id="m1", confirmed=True, read_at=now())
    (removal,) = await reconciling.hear(gone)
    assert isinstance(removal, RemoveMeeting)
    assert await reconciling.hear(ready(removal, None, "")) == []
    assert await reconciling.database.pool.fetchval("SELECT state FROM links") == "ended"


async def test_a_record_given_to_another_user_gets_that_users_meeting(reconciling: Reconciling) -> None:
    await with_meeting(reconciling)
    await reconciling.connect("ben", direction="none")
    given = in_espo("m1", wanted(join_url=URL), account="ben", at=now() + LATER)
    creation, removal = sorted(await reconciling.hear(given), key=lambda request: type(request).__name__)
    assert isinstance(removal, RemoveMeeting)
    assert (removal.mailbox, removal.meeting_id) == ("ann@contoso.test", "MSp1")
    assert isinstance(creation, CreateMeeting)
    assert creation.mailbox == "ben@contoso.test"
    (update,) = await reconciling.hear(ready(creation, "MSp2", f"{URL}0"))
    assert isinstance(update, UpdateEspoRecord)
    assert update.patch.join_url == f"{URL}0"


async def test_a_record_that_comes_back_gets_its_meeting_only_after_the_old_one_is_removed(
    reconciling: Reconciling,
) -> None:
    await with_meeting(reconciling)
    (removal,) = await reconciling.hear(in_espo("m1", wanted(join_url=URL), account="nobody", at=now() + LATER))
    assert isinstance(removal, RemoveMeeting)
    assert await reconciling.hear(in_espo("m1", wanted(join_url=URL), at=now() + 2 * LATER)) == []
    await reconciling.hear(ready(removal, None, ""))
    await past_due(reconciling)
    (create,) = [one for one in await reconciling.tick() if isinstance(one, CreateMeeting)]
    assert create.external_id == "m1"


async def test_a_record_that_comes_to_outlook_after_all_loses_its_own_meeting_once_the_event_has_a_link(
    reconciling: Reconciling,
) -> None:
    await with_meeting(reconciling)
    await reconciling.connect("ann", direction="both")
    (create,) = await reconciling.hear(in_espo("m1", wanted(join_url=URL), at=now() + LATER))
    assert isinstance(create, CreateOutlookEvent)
    update, removal = await reconciling.hear(done(create, in_outlook("o1", wanted(join_url=f"{URL}0"))))
    assert isinstance(update, UpdateEspoRecord)
    assert update.patch.join_url == f"{URL}0"
    assert isinstance(removal, RemoveMeeting)


async def test_a_deferred_request_is_made_again_when_its_time_has_come(reconciling: Reconciling) -> None:
    await reconciling.connect("ann", direction="none")
    (create,) = await reconciling.hear(in_espo("m1", wanted()))
    assert await reconciling.hear(Deferred(**head(create), until=now(), reason="throttled")) == []
    await past_due(reconciling)
    (again,) = [one for one in await reconciling.tick() if isinstance(one, CreateMeeting)]
    assert again.external_id == create.external_id


async def test_a_meeting_that_somebody_removed_in_teams_is_made_anew_when_it_was_to_move(
    reconciling: Reconciling,
) -> None:
    await with_meeting(reconciling)
    (move,) = await reconciling.hear(in_espo("m1", wanted(join_url=URL, title="New"), at=now() + LATER))
    (create,) = await reconciling.hear(Vanished(**head(move)))
    assert isinstance(create, CreateMeeting)


async def test_records_that_exist_already_are_found_whatever_the_direction(reconciling: Reconciling) -> None:
    await reconciling.connect("ann", direction="none")
    looks = [one for one in await reconciling.tick() if isinstance(one, LookAtOwner)]
    assert [look.feed for look in looks] == ["teams/Meeting/ann"]
    await reconciling.connect("ann", direction="both")
    looks = [one for one in await reconciling.tick() if isinstance(one, LookAtOwner)]
    assert [look.feed for look in looks] == ["espo/Meeting/ann"]


async def past_due(reconciling: Reconciling) -> None:
    """Pretend that every pause is over."""
    past = '"2020-01-01T00:00:00Z"'
    for part in ("outlook,relook_at", "meeting,rest_until"):
        await reconciling.database.pool.execute(
            f"""
            UPDATE links SET due_at = now(), body = jsonb_set(body, '{{{part}}}', '{past}')
            WHERE body #> '{{{part}}}' <> 'null'
            """  # noqa: S608 - a test's own words
        )
    await reconciling.database.pool.execute("UPDATE feeds SET next_look_at = NULL, subscribe_at = NULL")
