"""What a link remembers of an event that its owner keeps out: no more than may be known (M18)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.changes import OutlookSkipped
from contracts.events import Reply
from reconciler.core import privacy
from reconciler.core.link import Answer, Hidden, Link
from reconciler.core.side import Flight, Presence, Side, Verb
from support.links import ANN, NOON, event, gone, link, outlook_seen, present

SECOND = timedelta(seconds=1)
BUSY = event().as_busy_time()


def flight(verb: Verb = Verb.UPDATE) -> Flight:
    return Flight(write_id=UUID(int=2), verb=verb, fields=("title",), source=event(), wished=event(), issued_at=NOON)


def kept(one: Flight) -> Flight:
    """A flight without what it carries."""
    return one.model_copy(update={"source": None, "wished": None})


def pair(**more: Any) -> Link:
    """A pair of which everything is known, with writes to both sides under way, and others of which nothing was heard."""
    unheard = {"flight": flight(), "asked": flight(), "asked_before": (flight(),)}
    full = present(event()).model_copy(update={"refused": "no", **unheard})
    usual: dict[str, Any] = {"members": (ANN,), "answers": (Answer(user="ann", reply=Reply.ACCEPTED),)}
    return link(full, full, **{"origin": "outlook", **usual, **more})


def skipped(reason: Any = "private", **more: Any) -> OutlookSkipped:
    usual: dict[str, Any] = {"modified_at": NOON + SECOND, "read_at": NOON + 2 * SECOND}
    return OutlookSkipped(account="ann", outlook_id="x", reason=reason, **{**usual, **more})


def test_what_becomes_private_is_forgotten_on_both_sides_and_its_record_is_to_go() -> None:
    known = privacy.hidden(pair(), skipped())
    wishes = {"flight": kept(flight()), "asked": kept(flight()), "asked_before": ()}
    there = {"seen": None, "agreed": BUSY, "refused": None, **wishes}
    here = {"seen": None, "agreed": None, "refused": None, **wishes}
    read = {"modified_at": NOON + SECOND, "read_at": NOON + 2 * SECOND}
    assert known == pair().model_copy(
        update={
            "outlook": pair().outlook.model_copy(update={**there, **read}),
            "espo": pair().espo.model_copy(update=here),
            "hidden": Hidden.PRIVATE,
            "exposed": True,
            "members": (),
            "answers": (),
        }
    )


def test_a_record_that_was_born_in_espocrm_keeps_its_own_content() -> None:
    known = privacy.hidden(pair(origin="espo"), skipped())
    assert known.exposed is False
    assert (known.espo.seen, known.espo.agreed) == (event(), event())
    assert known.espo.flight == kept(flight())
    assert (known.outlook.seen, known.outlook.agreed, known.outlook.flight) == (None, BUSY, flight())


def test_what_was_never_agreed_on_leaves_nothing_to_keep() -> None:
    new = pair().with_side("outlook", pair().outlook.model_copy(update={"agreed": None}))
    assert privacy.hidden(new, skipped()).outlook.agreed is None


@pytest.mark.parametrize("reason", ["category", "recurring"])
def test_what_is_kept_out_but_not_secret_is_remembered(reason: str) -> None:
    known = privacy.hidden(pair(), skipped(reason))
    news = {"refused": None, "modified_at": NOON + SECOND, "read_at": NOON + 2 * SECOND}
    assert known.hidden == reason
    assert known.outlook == pair().outlook.model_copy(update=news)
    assert (known.espo, known.members) == (pair().espo, pair().members)


def test_a_word_of_an_older_writer_tells_no_times() -> None:
    known = privacy.hidden(pair(), skipped("category", modified_at=None, read_at=None))
    assert (known.outlook.modified_at, known.outlook.read_at) == (NOON, NOON)


@pytest.mark.parametrize(("seconds", "heard"), [(-1, False), (0, True)])
def test_a_word_that_is_older_than_what_is_known_is_not_heard(seconds: int, heard: bool) -> None:
    known = privacy.hidden(pair(), skipped("category", modified_at=NOON + seconds * SECOND))
    assert bool(known.hidden) is heard


def test_what_is_gone_cannot_be_hidden() -> None:
    one = link(gone(), present(event()))
    assert privacy.hidden(one, skipped()) == one


def test_a_record_that_is_on_its_way_is_to_go_as_well() -> None:
    making = link(present(event()), Side(flight=flight(Verb.CREATE)), origin="outlook")
    assert privacy.to_be_taken_out(making).exposed is True
    assert privacy.to_be_taken_out(making).espo.flight == kept(flight(Verb.CREATE))


@pytest.mark.parametrize(
    "one",
    [
        link(present(event()), Side(), origin="outlook"),
        link(present(event()), present(event()), origin="espo"),
        link(present(event()), present(event()), origin="outlook", moved_away=True),
    ],
)
def test_where_no_record_came_from_outlook_nothing_is_to_go(one: Link) -> None:
    assert privacy.to_be_taken_out(one) == one


def test_an_event_told_by_its_time_only_is_forgotten_once() -> None:
    seen = outlook_seen(BUSY).model_copy(update={"busy_only": True})
    known = privacy.told(pair(), seen)
    assert (known.busy_only, known.exposed, known.outlook.seen) == (True, True, None)
    already = pair(busy_only=True)
    assert privacy.told(already, seen) == already


def test_an_event_told_again_may_be_written_to_again() -> None:
    known = privacy.told(pair(hidden=Hidden.CATEGORY), outlook_seen(event()))
    assert (known.hidden, known.busy_only, known.outlook.refused) == (Hidden.NO, False, None)
    assert known.outlook.seen == event()
    assert privacy.told(pair(), outlook_seen(event())).outlook.refused == "no"


@pytest.mark.parametrize(
    ("more", "name", "keeps"),
    [
        ({}, "outlook", event()),
        ({}, "espo", event()),
        ({"busy_only": True}, "outlook", BUSY),
        ({"busy_only": True}, "espo", event()),
        ({"hidden": Hidden.PRIVATE}, "outlook", BUSY),
        ({"hidden": Hidden.ERASED}, "outlook", BUSY),
        ({"hidden": Hidden.CATEGORY}, "outlook", event()),
        ({"exposed": True}, "espo", None),
        ({"exposed": True}, "outlook", event()),
    ],
)
def test_of_each_side_no_more_is_kept_than_may_be(more: dict[str, Any], name: Any, keeps: Any) -> None:
    assert privacy.may_be_kept(pair(**more), name, event()) == keeps
    assert privacy.may_be_kept(pair(**more), name, None) is None


@pytest.mark.parametrize(
    ("exposed", "espo", "out"),
    [
        (True, gone(), True),
        (False, gone(), False),
        (True, present(event()), False),
        (True, gone().model_copy(update={"flight": flight()}), False),
    ],
)
def test_a_record_is_out_once_it_is_gone_and_nothing_is_under_way(exposed: bool, espo: Side, out: bool) -> None:
    assert privacy.record_is_out(link(present(event()), espo, exposed=exposed)) is out


def test_without_its_record_an_event_begins_anew() -> None:
    one = link(present(event()), gone(), exposed=True)
    assert privacy.without_record(one) == link(present(event()), Side(), not_these=("x",))


def test_an_event_whose_record_was_never_made_begins_anew_with_nothing_to_tell_apart() -> None:
    one = link(present(event()), Side(presence=Presence.GONE), exposed=True)
    assert privacy.without_record(one) == link(present(event()), Side())


def test_what_is_erased_is_forgotten_and_stays_hidden() -> None:
    known = privacy.erased(pair())
    assert (known.hidden, known.exposed, known.espo.seen, known.espo.agreed) == (Hidden.ERASED, True, None, None)
    assert (known.outlook.seen, known.outlook.agreed) == (None, BUSY)


def test_of_an_event_that_is_gone_the_record_is_erased_all_the_same() -> None:
    one = link(gone(), gone().model_copy(update={"seen": event(), "agreed": event()}), origin="outlook")
    known = privacy.erased(one)
    assert (known.hidden, known.espo.seen, known.espo.agreed) == (Hidden.NO, None, None)
    assert known.espo.presence is Presence.GONE


@pytest.mark.parametrize("more", [{"origin": "espo"}, {"moved_away": True}])
def test_what_espocrm_says_itself_is_not_erased(more: dict[str, Any]) -> None:
    known = privacy.erased(pair(**more))
    assert (known.espo.seen, known.espo.agreed) == (event(), event())


def test_what_is_erased_says_so_and_not_that_it_became_private() -> None:
    decision = privacy.kept_out(privacy.erased(link(present(event()), present(event()), origin="outlook")))
    assert decision is not None
    assert (decision.wishes[0].verb, decision.reason) == (
        Verb.DELETE,
        "its owner had everything erased that was pulled from Outlook",
    )
