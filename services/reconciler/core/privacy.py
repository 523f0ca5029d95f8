"""An event that is kept out after it was synced: private (M18), of no chosen category, a series by now (M17), or to be erased.

A link remembers contents, so it has to be made to forget: what Outlook's side held is reduced to its time at once. A
record born in Outlook goes with it and begins anew as far as the settings let it, because EspoCRM's history of a record
would keep what an update overwrites. A record born in EspoCRM holds EspoCRM's own content: it stays, and stops following.
"""

from contracts.changes import OutlookSeen, OutlookSkipped
from contracts.events import Event, EventField
from reconciler.core.decision import Decision, Wish
from reconciler.core.link import Hidden, Link, State
from reconciler.core.side import Flight, Presence, Side, SideName, Verb

OF_BUSY_TIME: tuple[EventField, ...] = ("span", "cancelled")
"""What is merged of an event of which only the time may be known; all else is neither told nor overwritten."""

BECAME_PRIVATE = "private in Outlook now: what the record says of it is taken out of EspoCRM"
ONLY_ITS_TIME = "private in Outlook: only its time is synced"
_NOT_SYNCED = "private in Outlook, and private events are not synced"
_STAYS = f"{_NOT_SYNCED}; born in EspoCRM, so it stays there as it is"
_ERASED = "its owner had everything erased that was pulled from Outlook"
_NO_CATEGORY = "it bears none of the chosen categories in Outlook, so its record does not follow it"
_A_SERIES = (
    "recurring in Outlook now, and series are not synced: its record stays as it was, and neither follows the other"
)
_WHY_APART = {Hidden.CATEGORY: _NO_CATEGORY, Hidden.RECURRING: _A_SERIES, Hidden.ERASED: _ERASED}


def hidden(link: Link, skipped: OutlookSkipped) -> Link:
    """Outlook's event is there, but nothing of it may be told now. What is older than what is known is dropped."""
    side = link.outlook
    older = skipped.modified_at and side.modified_at and skipped.modified_at < side.modified_at
    if older or side.presence is not Presence.PRESENT:
        return link
    news = {"modified_at": skipped.modified_at or side.modified_at, "read_at": skipped.read_at or side.read_at}
    link = link.with_side("outlook", side.model_copy(update={**news, "refused": None}))
    link = link.model_copy(update={"hidden": Hidden(skipped.reason)})
    return _forgotten(link) if link.hidden is Hidden.PRIVATE else link


def told(link: Link, seen: OutlookSeen) -> Link:
    """Outlook's event is told, whole or its time only; what was remembered of more than that is forgotten."""
    if seen.busy_only and not link.busy_only:
        link = _forgotten(link)
    if link.hidden:
        link = link.with_side("outlook", link.outlook.model_copy(update={"refused": None}))
    return link.model_copy(update={"busy_only": seen.busy_only, "hidden": Hidden.NO})


def may_be_kept(link: Link, name: SideName, content: Event | None) -> Event | None:
    """What of a side's content the link may remember."""
    if content is None or (link.exposed and name == "espo"):
        return None
    return content.as_busy_time() if name == "outlook" and is_veiled(link) else content


def is_veiled(link: Link) -> bool:
    """Whether at most the time of Outlook's event may be known."""
    return link.busy_only or link.hidden in {Hidden.PRIVATE, Hidden.ERASED}


def kept_out(link: Link) -> Decision | None:
    """What to do about an event that is kept out of EspoCRM; None for every other."""
    if link.exposed and link.espo.presence is Presence.PRESENT:
        # Its owner marked it as private, or had all erased: what EspoCRM shows of it has to go, whatever the direction.
        if link.espo.refused is not None:
            return Decision(State.REFUSED, link.espo.refused)
        wishes = () if link.espo.busy else (Wish("espo", Verb.DELETE, erase=True),)
        reason = _ERASED if link.hidden is Hidden.ERASED else BECAME_PRIVATE
        return Decision(State.PENDING, reason, wishes=wishes)
    if not link.hidden or link.outlook.presence is not Presence.PRESENT:
        return None
    # Neither side is told of the other until the event may be seen again.
    if link.hidden is not Hidden.PRIVATE:
        return Decision(State.DETACHED, _WHY_APART[link.hidden])
    return Decision(State.DETACHED, _STAYS if link.origin == "espo" else _NOT_SYNCED)


def remarks(link: Link) -> tuple[str, ...]:
    """What a user has to know of an event of which only the time is synced."""
    return (ONLY_ITS_TIME,) if link.busy_only else ()


def record_is_out(link: Link) -> bool:
    """Whether the record that showed too much is gone, so that the event may begin anew."""
    return link.exposed and link.espo.presence is Presence.GONE and link.espo.flight is None


def without_record(link: Link) -> Link:
    """The link as if its event had never been in EspoCRM."""
    not_these = (*link.not_these, link.espo.id) if link.espo.id else link.not_these
    return link.model_copy(update={"exposed": False, "espo": Side(), "not_these": not_these})


def to_be_taken_out(link: Link) -> Link:
    """What EspoCRM holds of an event born in Outlook is to leave it, and what we remember of its content is forgotten."""
    if link.origin != "outlook" or link.moved_away:
        return link
    if link.espo.presence is not Presence.PRESENT and link.espo.flight is None:
        return link
    forgetting = {"seen": None, "agreed": None, "refused": None}
    link = link.with_side("espo", _without_wishes(link.espo.model_copy(update=forgetting)))
    return link.with_side("outlook", _without_wishes(link.outlook)).model_copy(update={"exposed": True})


def erased(link: Link) -> Link:
    """Nothing that came from Outlook is to be left, neither in EspoCRM nor here."""
    link = _forgotten(link)
    if link.outlook.presence is Presence.PRESENT:
        link = link.model_copy(update={"hidden": Hidden.ERASED})
    if link.origin != "outlook" or link.moved_away:
        return link
    return link.with_side("espo", link.espo.model_copy(update={"seen": None, "agreed": None}))


def _forgotten(link: Link) -> Link:
    agreed = link.outlook.agreed
    forgetting = {"seen": None, "agreed": agreed.as_busy_time() if agreed else None}
    link = link.with_side("outlook", link.outlook.model_copy(update=forgetting))
    return to_be_taken_out(
        link.with_side("espo", _without_wishes(link.espo)).model_copy(
            update={"members": (), "answers": (), "restores": ()}
        )
    )


def _without_wishes(side: Side) -> Side:
    forgetting = {"flight": _without_content(side.flight), "asked": _without_content(side.asked), "asked_before": ()}
    return side.model_copy(update=forgetting)


def _without_content(flight: Flight | None) -> Flight | None:
    return flight and flight.model_copy(update={"source": None, "wished": None, "patch": None})
