"""What of Teams passes between an Outlook event and its record: the wish to be online one way, the join link the other (M27).

Both are one-way streets. Graph turns an event into a Teams meeting and never back ("event" resource type, Graph
documentation), and a join link is only ever made by Microsoft.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from contracts.events import Event
from contracts.model import Instant
from contracts.writes import Patch
from reconciler.core.link import Link
from reconciler.core.side import Presence

LONGEST_LINK = 320
"""What EspoCRM's `joinUrl` takes (EspoCRM metadata, entityDefs `Meeting`)."""

# Where people join: the worldwide cloud by its two names, the United States government's, and Teams for private accounts.
_TEAMS_HOSTS = ("teams.microsoft.com", "teams.cloud.microsoft", "teams.microsoft.us", "teams.live.com")
_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (2, 5, 15, 60, 300, 1800))
"""How long to wait before each of these reads: Exchange mostly fills the link in within seconds."""

NO_WAY_BACK = "Teams was switched off in EspoCRM, but Microsoft cannot take it off an event"
OTHER_PROVIDER = "EspoCRM keeps the join link of another provider"
TOO_LONG = "the join link is longer than EspoCRM's field for it"
NO_TEAMS = "Outlook made the event without Teams: the mailbox has no licence for it, or its calendar may not use it"


def may_go_online(link: Link) -> bool:
    """Whether Outlook's event should become a Teams meeting: the record wants one, and the event is none yet."""
    record, event = link.espo.seen, link.outlook.seen
    return bool(record and event and record.online and event.online is False)


def may_be_told(link: Link) -> bool:
    """Whether Outlook's join link may be written into the record: never over another provider's, never one that is too long.

    No link is written only where the event has ceased to be online, and only over the link that it had.
    """
    record, event = link.espo.seen, link.outlook.seen
    if record is None or event is None or record.join_url is None or event.join_url is None:
        return False
    if not event.join_url:
        had = link.outlook.agreed.join_url if link.outlook.agreed else None
        return event.online is False and record.join_url == had
    return replaceable(record.join_url) and len(event.join_url) <= LONGEST_LINK


def replaceable(join_url: str) -> bool:
    """Whether a new Teams link may stand in this one's place: there is none, or it is a link of Teams itself (V-07)."""
    host = f".{urlsplit(join_url).hostname}"
    return not join_url or any(host.endswith(f".{teams}") for teams in _TEAMS_HOSTS)


def storable(event: Event) -> Event:
    """The event as a new record can take it: without a join link that is too long."""
    return event.model_copy(update={"join_url": ""}) if len(event.join_url or "") > LONGEST_LINK else event


def alone(patch: Patch) -> Patch:
    """The part of an update that is carried out first: going online is a request of its own, after all else."""
    return patch if patch.fields == ("online",) else patch.model_copy(update={"online": None})


def without_link(event: Event | None) -> Event | None:
    """What was asked for when the event was made: its join link is Microsoft's own word, and so it is news."""
    return event and event.model_copy(update={"join_url": None})


def made(link: Link) -> Link:
    """Outlook has made the event. Graph says only by leaving `isOnlineMeeting` false that it made no Teams meeting."""
    return link.model_copy(update={"offline": NO_TEAMS}) if may_go_online(link) else link


def remarks(link: Link) -> tuple[str, ...]:
    """What of Teams cannot be as the record wants it, or cannot follow on the other side, in words."""
    record, event = link.espo.seen, link.outlook.seen
    if record is None or event is None or link.espo.agreed is None or link.outlook.agreed is None:
        return ()
    said = [link.offline] if link.offline and may_go_online(link) else []
    if event.online and record.online is False and link.espo.agreed.online:
        said.append(NO_WAY_BACK)
    if event.join_url and event.join_url != link.outlook.agreed.join_url and record.join_url is not None:
        if not replaceable(record.join_url):
            said.append(OTHER_PROVIDER)
        elif len(event.join_url) > LONGEST_LINK:
            said.append(TOO_LONG)
    return tuple(said)


def awaiting(link: Link, now: Instant) -> Link:
    """A Teams event of ours whose join link has not come is read again, later and later; in the end the delta brings it."""
    if not _lacks_link(link):
        return link.model_copy(update={"awaited": 0}) if link.awaited else link
    if link.outlook.relook_at is not None or link.awaited >= len(_PAUSES):
        return link
    outlook = link.outlook.model_copy(update={"relook_at": now + _PAUSES[link.awaited]})
    return link.model_copy(update={"outlook": outlook, "awaited": link.awaited + 1})


def _lacks_link(link: Link) -> bool:
    record, event = link.espo.seen, link.outlook.seen
    present = link.outlook.presence is Presence.PRESENT and link.espo.presence is Presence.PRESENT
    return bool(present and record and event and record.online and event.online and not event.join_url)
