"""Answers that guests give in EspoCRM: each is given in Outlook too, from the guest's own mailbox, once."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts.events import Attendee, Event, PersonKind, Reply
from contracts.outcomes import Done, Refused, Vanished
from contracts.writes import AnswerInvitation, UpdateEspoRecord
from support.links import event
from support.pairs import later
from support.reconciling import Reconciling, deferred, done, in_espo, in_outlook, now

BEN = Attendee(address="ben@contoso.test", name="Ben", kind=PersonKind.USER, user="ben")


def answering(reply: Reply) -> Event:
    return event(people=(BEN.model_copy(update={"reply": reply}),))


async def invited(reconciling: Reconciling, **of_ben: Any) -> None:
    """Ann's meeting with Ben stands on both sides, and Ben is connected as said."""
    await reconciling.connect("ann")
    await reconciling.connect("ben", **of_ben)
    (create,) = await reconciling.hear(in_espo("m1", event(people=(BEN,))))
    stored = create.event.model_copy(update={"cancelled": None})
    landed = in_outlook("o1", stored, transaction_id=create.transaction_id, ical_uid="u")
    assert await reconciling.hear(done(create, landed)) == []


async def answered(reconciling: Reconciling, reply: Reply, at: datetime | None = None) -> AnswerInvitation:
    (answer,) = await reconciling.hear(in_espo("m1", answering(reply), at=at or later()))
    assert isinstance(answer, AnswerInvitation)
    return answer


def ended(answer: AnswerInvitation) -> dict[str, Any]:
    return {
        "write_id": answer.write_id,
        "link_id": answer.link_id,
        "account": answer.account,
        "finished_at": now(),
    }


async def journal(reconciling: Reconciling) -> list[tuple[str, str]]:
    rows = await reconciling.database.pool.fetch(
        "SELECT what, reason FROM journal WHERE what LIKE 'answer%' ORDER BY id"
    )
    return [(row["what"], row["reason"]) for row in rows]


@pytest.mark.scenario("T-01", "T-02")
@pytest.mark.parametrize("reply", [Reply.ACCEPTED, Reply.TENTATIVE, Reply.DECLINED])
async def test_an_answer_given_in_espocrm_is_to_be_given_in_the_guests_own_mailbox(
    reconciling: Reconciling, reply: Reply
) -> None:
    await invited(reconciling)
    answer = await answered(reconciling, reply)
    assert (answer.account, answer.mailbox, answer.ical_uid) == ("ben", "ben@contoso.test", "u")
    assert (answer.reply, answer.tell_organizer) == (reply, True)


@pytest.mark.scenario("T-01")
async def test_whoever_does_not_want_answers_mailed_has_them_given_silently(reconciling: Reconciling) -> None:
    await invited(reconciling, send_responses=False)
    assert (await answered(reconciling, Reply.ACCEPTED)).tell_organizer is False


@pytest.mark.scenario("T-09")
async def test_an_answer_that_was_given_is_noted_and_not_given_again(reconciling: Reconciling) -> None:
    await invited(reconciling)
    answer = await answered(reconciling, Reply.ACCEPTED)
    assert await reconciling.hear(Done(**ended(answer), stored=None)) == []
    shown = in_outlook("o1", answering(Reply.ACCEPTED), at=later(), ical_uid="u")
    assert await reconciling.hear(shown, in_espo("m1", answering(Reply.ACCEPTED), at=later(9))) == []
    assert await journal(reconciling) == [("answered", "a guest answered in EspoCRM")]


@pytest.mark.scenario("T-08")
@pytest.mark.parametrize(
    ("outcome", "noted"),
    [
        (lambda answer: Vanished(**ended(answer)), ("answer lost", "the guest has the invitation no more")),
        (
            lambda answer: Refused(**ended(answer), reason="the meeting was called off"),
            ("answer refused", "the meeting was called off"),
        ),
    ],
    ids=["the invitation is gone", "Graph refuses"],
)
async def test_an_answer_that_graph_does_not_take_is_reported_and_nothing_else_stops(
    reconciling: Reconciling, outcome: Any, noted: tuple[str, str]
) -> None:
    await invited(reconciling)
    answer = await answered(reconciling, Reply.ACCEPTED)
    assert await reconciling.hear(outcome(answer)) == []
    assert await journal(reconciling) == [noted]
    renamed = answering(Reply.ACCEPTED).model_copy(update={"title": "Renamed"})
    assert len(await reconciling.hear(in_espo("m1", renamed, at=later(9)))) == 1


async def test_an_answer_that_has_to_wait_is_given_when_its_time_has_come(reconciling: Reconciling) -> None:
    await invited(reconciling)
    answer = await answered(reconciling, Reply.ACCEPTED)
    assert await reconciling.hear(deferred(answer, 3600)) == []
    await time_passes(reconciling)
    (again,) = [sent for sent in await reconciling.tick() if isinstance(sent, AnswerInvitation)]
    assert (again.account, again.reply) == ("ben", Reply.ACCEPTED)
    assert again.write_id != answer.write_id


async def test_a_guest_who_changes_his_mind_while_an_answer_waits_gives_the_last_one(reconciling: Reconciling) -> None:
    await invited(reconciling)
    await reconciling.hear(deferred(await answered(reconciling, Reply.ACCEPTED), 3600))
    second = await answered(reconciling, Reply.DECLINED, later(9))
    assert second.reply is Reply.DECLINED


@pytest.mark.scenario("T-23")
async def test_a_guest_who_answered_in_outlook_meanwhile_is_not_overruled(reconciling: Reconciling) -> None:
    await invited(reconciling)
    both = (
        in_outlook("o1", answering(Reply.DECLINED), at=later(), ical_uid="u"),
        in_espo("m1", answering(Reply.ACCEPTED), at=later()),
    )
    sent = await reconciling.hear(*both)
    assert [write for write in sent if isinstance(write, AnswerInvitation)] == []
    assert any(isinstance(write, UpdateEspoRecord) for write in sent)


@pytest.mark.parametrize(
    "of_ben", [{"direction": "outlook_to_espo"}, {"direction": "none"}], ids=["one way", "Teams meetings only"]
)
async def test_nothing_is_answered_for_whoever_lets_nothing_into_outlook(
    reconciling: Reconciling, of_ben: dict[str, str]
) -> None:
    await invited(reconciling, **of_ben)
    assert await reconciling.hear(in_espo("m1", answering(Reply.ACCEPTED), at=later())) == []


async def test_nothing_is_answered_for_a_guest_who_is_not_connected(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_espo("m1", event(people=(BEN,))))
    stored = create.event.model_copy(update={"cancelled": None})
    await reconciling.hear(done(create, in_outlook("o1", stored, ical_uid="u")))
    assert await reconciling.hear(in_espo("m1", answering(Reply.ACCEPTED), at=later())) == []


async def test_an_answer_taken_back_in_espocrm_stays_given_because_outlook_knows_no_way_back(
    reconciling: Reconciling,
) -> None:
    await invited(reconciling)
    answer = await answered(reconciling, Reply.ACCEPTED)
    shown = in_outlook("o1", answering(Reply.ACCEPTED), at=later(), ical_uid="u")
    await reconciling.hear(Done(**ended(answer), stored=None), shown)
    assert await reconciling.hear(in_espo("m1", answering(Reply.NONE), at=later(9))) == []


async def time_passes(reconciling: Reconciling) -> None:
    """What was put off for an hour becomes due."""
    past = (now() - timedelta(hours=1)).isoformat()
    await reconciling.database.pool.execute(
        "UPDATE links SET due_at = $1::timestamptz, body = jsonb_set(body, '{answers,0,rest_until}', to_jsonb($2::text))",
        now() - timedelta(hours=1),
        past,
    )
