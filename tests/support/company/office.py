"""The reconciler around the core, as a model: it finds the link that news is about, has the core decide, and keeps the rest.

What `reconciler.handlers` do in SQL happens here in dictionaries; the rules are the product's own.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from contracts.changes import EspoGone, EspoSeen, OutlookGone, OutlookSeen
from contracts.events import EventField
from contracts.outcomes import AnyOutcome, Conflicted, Deferred, Done, Refused, Vanished
from reconciler.core import absorb, ending, landing, retry
from reconciler.core.budget import granted
from reconciler.core.decide import decide
from reconciler.core.flights import ended_by, given_away, told_by
from reconciler.core.link import Link
from reconciler.core.side import Flight, Presence, SideName, Verb
from reconciler.core.twins import are_of_one_key, paired
from reconciler.handlers.outbound import write_for
from reconciler.store import Account

_CLAIM_WITHIN = timedelta(minutes=2)
_NAMES = UUID(int=7)

News = OutlookSeen | OutlookGone | EspoSeen | EspoGone


@dataclass(slots=True)
class Office:
    """Links and accounts. `send` takes a write, `look` has one side of a link read again.

    `kept` are the values that the journal keeps of what did not stand in Outlook: of which event, in which field.
    """

    accounts: dict[str, Account]
    send: Callable[[Any], None]
    look: Callable[[Link, SideName], None]
    links: dict[UUID, Link] = field(default_factory=dict)
    unclaimed: dict[str, tuple[datetime, str, EspoSeen]] = field(default_factory=dict)
    kept: list[tuple[str | None, EventField, Any]] = field(default_factory=list)
    _serial: int = 0

    def hear(self, news: News, now: datetime) -> None:
        """Take an observation over."""
        match news:
            case OutlookSeen():
                self._outlook_seen(news, now)
            case EspoSeen():
                self._espo_seen(news, now)
            case OutlookGone():
                link = self._by_outlook_id(news.account, news.outlook_id)
                self._gone(link, "outlook", news.read_at, now, confirmed=news.confirmed)
            case EspoGone():
                self._gone(self.by_espo_id(news.espo_id), "espo", news.read_at, now, confirmed=news.confirmed)

    def learn(self, outcome: AnyOutcome, now: datetime) -> None:
        """Close the write that this is the outcome of, and decide anew."""
        link = self.links[outcome.link_id]
        if (ended := ended_by(link, outcome)) is not None:
            closed = self._closed(link, *ended, outcome)
            if given_away(closed, *ended):
                self.links[closed.id] = closed
                self.look(closed, "espo")
            else:
                self.settle(closed, now)
            return
        told = told_by(link, outcome)
        if told is not None:
            self.settle(absorb.seen(link, told), now)

    def attend(self, now: datetime) -> None:
        """Look after what is due without a message."""
        for link in tuple(self.links.values()):
            if link.due_at is not None and link.due_at <= now:
                self._attend_to(link, now)
        for espo_id, (since, maker, seen) in tuple(self.unclaimed.items()):
            if since + _CLAIM_WITHIN <= now and not self._creating_in_espo(maker):
                del self.unclaimed[espo_id]
                if self.by_espo_id(espo_id) is None:
                    self._espo_seen(seen, now)

    def settle(self, link: Link, now: datetime) -> None:
        """Decide on a link that has news, send what is wished for, and keep it."""
        account = self.accounts[link.account]
        link = ending.at(link, now)
        link, decision = granted(link, decide(link, account.rules), now, 0)
        settled = absorb.settle(link, decision)
        self.kept += [(link.outlook.id, one.field, one.lost) for one in decision.conflicts if one.won == "espo"]
        for wish in decision.wishes:
            write_id = self._new_id()
            _, write = write_for(wish, settled, account, write_id, now)
            settled = landing.took_off(settled, wish, write_id, now)
            self.send(write)
        self.links[link.id] = settled

    def retry(self, now: datetime) -> None:
        """Somebody has mended what made a side refuse, and has everything tried again."""
        for link in tuple(self.links.values()):
            self.settle(retry.retried(link), now)

    def by_espo_id(self, espo_id: str) -> Link | None:
        """The link of a record."""
        return next((one for one in self.links.values() if one.espo.id == espo_id and not one.moved_away), None)

    def _by_outlook_id(self, account: str, outlook_id: str) -> Link | None:
        of_account = (one for one in self.links.values() if one.account == account)
        return next((one for one in of_account if one.outlook.id == outlook_id), None)

    def _outlook_seen(self, seen: OutlookSeen, now: datetime) -> None:
        link = self._by_outlook_id(seen.account, seen.outlook_id)
        if link is not None:
            self.settle(absorb.seen(link, seen), now)
            return
        of_account = (one for one in self.links.values() if one.account == seen.account)
        link = next((one for one in of_account if one.transaction_id == seen.transaction_id), None)
        if link is not None and link.outlook.creation is not None:
            self.settle(landing.done(link, "outlook", seen, seen.read_at, found=True), now)
        elif link is not None and link.outlook.presence is Presence.GONE:
            self.settle(absorb.seen(link, seen), now)
        elif self.accounts[seen.account].rules.pulls and not seen.event.cancelled:
            begun = Link(id=self._new_id(), account=seen.account, origin="outlook", entity="Meeting")
            self.settle(absorb.seen(begun, seen), now)

    def _espo_seen(self, seen: EspoSeen, now: datetime) -> None:
        link = self.by_espo_id(seen.espo_id) or self._event_of_second(seen)
        if link is not None and link.account != seen.account:
            self._reassign(link, seen, now)
        elif link is None and seen.key and (maker := self._maker_of(seen.key)) is not None:
            self.unclaimed[seen.espo_id] = (now, maker, seen)
        elif link is None and (event := self._not_free_yet(seen)):
            self.unclaimed[seen.espo_id] = (now, event.account, seen)
            if event.espo.presence is Presence.PRESENT:
                self.look(event, "espo")
        elif seen.account not in self.accounts:
            return
        elif link is not None:
            self.settle(absorb.seen(link, seen), now)
        elif seen.created_by_us and not seen.key and self._creating_in_espo(seen.account):
            self.unclaimed[seen.espo_id] = (now, seen.account, seen)
        else:
            self._new_record(seen, now)

    def _creating_in_espo(self, account: str) -> bool:
        return any(one.espo.creation for one in self.links.values() if one.account == account)

    def _maker_of(self, key: str) -> str | None:
        return next((one.account for one in self.links.values() if one.espo.creation and one.key == key), None)

    def _event_of_second(self, seen: EspoSeen) -> Link | None:
        for known in self._made_of(seen):
            begun = Link(id=self._new_id(), account=known.account, origin="espo", entity="Meeting", born_with=seen.key)
            record = absorb.seen(begun, seen)
            if known.espo.presence is Presence.GONE and are_of_one_key(known, record):
                return paired(known, record, self.accounts[known.account].rules)[0]
        return None

    def _not_free_yet(self, seen: EspoSeen) -> Link | None:
        made_of = [link for link in self._made_of(seen) if link.outlook.id]
        return next((link for link in made_of if link.espo.presence is Presence.PRESENT or link.flights), None)

    def _made_of(self, seen: EspoSeen) -> list[Link]:
        ours = bool(seen.created_by_us and seen.key)
        return [link for link in self.links.values() if ours and link.key == seen.key]

    def _new_record(self, seen: EspoSeen, now: datetime) -> None:
        left = (one.espo for one in self.links.values() if one.moved_away and one.account == seen.account)
        if any(one.id == seen.espo_id and one.read_at and one.read_at >= seen.read_at for one in left):
            return
        if self.accounts[seen.account].rules.pushes:
            born_with = seen.key if seen.created_by_us else ""
            begun = Link(id=self._new_id(), account=seen.account, origin="espo", entity="Meeting", born_with=born_with)
            self.settle(self._matched(absorb.seen(begun, seen)), now)

    def _matched(self, link: Link) -> Link:
        half = next((one for one in self.links.values() if are_of_one_key(one, link)), None)
        return paired(half, link, self.accounts[link.account].rules)[0] if half else link

    def _reassign(self, link: Link, seen: EspoSeen, now: datetime) -> None:
        if link.espo.read_at and seen.read_at < link.espo.read_at:
            return
        left = absorb.gone(link, "espo", seen.read_at).model_copy(update={"moved_away": True})
        self.settle(left, now)
        if seen.account in self.accounts:
            moved = Link(id=self._new_id(), account=seen.account, origin=link.origin, entity="Meeting")
            self.settle(absorb.seen(moved, seen), now)

    def _gone(self, link: Link | None, side: SideName, read_at: datetime, now: datetime, *, confirmed: bool) -> None:
        if link is None or link.side(side).presence is not Presence.PRESENT:
            return
        if confirmed:
            self.settle(absorb.gone(link, side, read_at), now)
        else:
            self.look(link, side)

    def _closed(self, link: Link, side: SideName, flight: Flight, outcome: AnyOutcome) -> Link:
        match outcome:
            case Done(stored=stored):
                if flight.verb is Verb.CREATE and isinstance(stored, EspoSeen):
                    return self._made_in_espo(link, stored, outcome)
                return landing.done(link, side, stored, outcome.finished_at, found=outcome.found)
            case Conflicted():
                return landing.conflicted(link, side, outcome.fresh)
            case Vanished():
                return landing.vanished(link, side, outcome.finished_at)
            case Refused():
                return landing.refused(link, side, outcome.reason, outcome.finished_at)
            case Deferred():
                return landing.deferred(link, side, outcome.until, attempted=outcome.attempted)
        raise AssertionError(outcome)

    def _made_in_espo(self, link: Link, stored: EspoSeen, outcome: Done) -> Link:
        taken = self.by_espo_id(stored.espo_id)
        if taken is not None and taken.id != link.id:
            again = link.model_copy(update={"not_these": (*link.not_these, stored.espo_id)})
            return landing.deferred(again, "espo", outcome.finished_at)
        link = landing.done(link, "espo", stored, outcome.finished_at, found=outcome.found)
        earlier = self.unclaimed.pop(stored.espo_id, None)
        return absorb.seen(link, earlier[2]) if earlier else link

    def _attend_to(self, link: Link, now: datetime) -> None:
        sides: tuple[SideName, ...] = ("outlook", "espo")
        for side in sides:
            relook_at = link.side(side).relook_at
            if relook_at is not None and relook_at <= now:
                link = absorb.looked_again(link, side)
                self.look(link, side)
        self.settle(landing.rested(link, now), now)

    def _new_id(self) -> UUID:
        self._serial += 1
        return uuid5(_NAMES, str(self._serial))
