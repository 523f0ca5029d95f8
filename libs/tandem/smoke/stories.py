"""What the smoke run does, as data: stories of one event each, told in steps.

A step says who acts on which side, what the entry there was and becomes, and how it must look on both sides afterwards.
Stories share no event and may run side by side. Every title of a story contains its subject, which is how its entries are
told from all others; a second one that shows up anywhere is a duplicate.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from contracts.events import AllDay, Timed
from tandem.people.cast import ANN, BEN, CLEO, DANA, EMIL, FAY, GUS, Colleague
from tandem.people.entries import Entry, Side

ESPO, OUTLOOK = Side.ESPO, Side.OUTLOOK


@dataclass(frozen=True, slots=True)
class Step:
    """One deed of the owner, and what must come of it.

    `before` None creates, `after` None removes. `outlook` and `espo` are what the owner's two calendars must hold in the
    end (None: nothing), `copies` what Exchange must have put into colleagues' mailboxes. When only guests come or go,
    Exchange tells just those, so the others' copies keep the list of guests that they were sent (Graph v1.0, "Update event").
    """

    title: str
    side: Side
    before: Entry | None
    after: Entry | None
    outlook: Entry | None
    espo: Entry | None
    copies: dict[Colleague, Entry] = field(default_factory=dict)

    @property
    def made(self) -> Entry:
        """What this step brings into being. Raises ValueError for a step that removes."""
        if self.after is None:
            raise ValueError(f"“{self.title}” makes nothing")
        return self.after


@dataclass(frozen=True, slots=True)
class Story:
    """The steps of one event, in order. `subject` is part of the entry's every title."""

    subject: str
    owner: Colleague
    steps: tuple[Step, ...]


def both(title: str, side: Side, before: Entry | None, after: Entry | None) -> Step:
    """Make the usual step: in the end both sides look as the person left the one."""
    return Step(title, side, before, after, outlook=after, espo=after)


def at(day: date, hour: int, minute: int = 0, minutes: int = 60) -> Timed:
    """Give a span by its start in UTC and its length."""
    start = datetime.combine(day, time(hour, minute), UTC)
    return Timed(start=start, end=start + timedelta(minutes=minutes))


def born_in_espo(day: date) -> Story:
    """Ann's meeting, made in EspoCRM and changed on both sides; removed in EspoCRM it leaves Outlook too (M25)."""
    planned = Entry("Kick-off", at(day, 9))
    moved = replace(planned, span=at(day, 13, 30))
    renamed = replace(moved, title="Kick-off, second try")
    placed = replace(renamed, location="Room 12")
    all_day = replace(placed, span=AllDay(first=day, last=day + timedelta(days=1)))
    return Story(
        "Kick-off",
        ANN,
        (
            both("plans it", ESPO, None, planned),
            both("moves it", OUTLOOK, planned, moved),
            both("renames it", ESPO, moved, renamed),
            both("changes the place", OUTLOOK, renamed, placed),
            both("makes it all-day", ESPO, placed, all_day),
            both("deletes it", ESPO, all_day, None),
        ),
    )


def born_in_outlook(day: date) -> Story:
    """Ben's event, made in Outlook and changed on both sides; removed in Outlook it leaves EspoCRM too (M24)."""
    planned = Entry("Budget talk", at(day, 15, minutes=45))
    moved = replace(planned, span=at(day + timedelta(days=1), 16))
    renamed = replace(moved, title="Budget talk with numbers")
    placed = replace(renamed, location="Pier 4")
    all_day = replace(placed, span=AllDay(first=day, last=day))
    timed = replace(all_day, span=at(day, 18))
    return Story(
        "Budget talk",
        BEN,
        (
            both("plans it", OUTLOOK, None, planned),
            both("moves it", ESPO, planned, moved),
            both("renames it", OUTLOOK, moved, renamed),
            both("changes the place", ESPO, renamed, placed),
            both("makes it all-day", OUTLOOK, placed, all_day),
            both("gives it hours again", ESPO, all_day, timed),
            both("deletes it", OUTLOOK, timed, None),
        ),
    )


def invited_from_espo(day: date) -> Story:
    """Cleo invites from EspoCRM: a colleague who is connected too, a contact and a lead. One record, whoever has a copy (M21)."""
    alone = Entry("Design review", at(day, 6))
    invited = replace(alone, people=frozenset({BEN.address, DANA.address, FAY.address}))
    fewer = replace(invited, people=frozenset({BEN.address, DANA.address}))
    cancelled = replace(invited, cancelled=True)
    return Story(
        "Design review",
        CLEO,
        (
            both("plans it", ESPO, None, alone),
            Step("invites three people", ESPO, alone, invited, invited, invited, {BEN: invited}),
            Step("does without one of them", OUTLOOK, invited, fewer, fewer, fewer, {BEN: invited}),
            Step("deletes it", ESPO, fewer, None, None, None, {BEN: cancelled}),
        ),
    )


def invited_from_outlook(day: date) -> Story:
    """Ann invites from Outlook: a colleague, a contact, and a stranger whom EspoCRM leaves out and never removes (M19, M20)."""
    invited = Entry("Workshop", at(day, 11), people=frozenset({CLEO.address, EMIL.address, GUS.address}))
    known = replace(invited, people=frozenset({CLEO.address, EMIL.address}))
    renamed, renamed_known = replace(invited, title="Workshop, part one"), replace(known, title="Workshop, part one")
    wider = replace(renamed, people=renamed.people | {BEN.address})
    wider_known = replace(renamed_known, people=renamed_known.people | {BEN.address})
    return Story(
        "Workshop",
        ANN,
        (
            Step("plans it with guests", OUTLOOK, None, invited, invited, known, {CLEO: invited}),
            Step("renames it", ESPO, known, renamed_known, renamed, renamed_known, {CLEO: renamed}),
            Step(
                "invites a colleague", ESPO, renamed_known, wider_known, wider, wider_known, {CLEO: renamed, BEN: wider}
            ),
        ),
    )


def called_from_both(day: date) -> Story:
    """Ben's calls, told from meetings by their label in Outlook (M09, M12)."""
    planned = Entry("Follow-up", at(day, 17, minutes=15), call=True)
    moved = replace(planned, span=at(day, 19, minutes=15))
    return Story(
        "Follow-up",
        BEN,
        (both("plans a call", OUTLOOK, None, planned), both("moves the call", ESPO, planned, moved)),
    )


def kept_in_espo(day: date) -> Story:
    """Cleo's meeting, made in EspoCRM and deleted in Outlook: EspoCRM keeps it (M23)."""
    planned = Entry("Site visit", at(day, 5), location="Mill Road")
    return Story(
        "Site visit",
        CLEO,
        (
            both("plans it", ESPO, None, planned),
            Step("deletes it", OUTLOOK, planned, None, outlook=None, espo=planned),
        ),
    )


def kept_in_outlook(day: date) -> Story:
    """Cleo's event, made in Outlook and deleted in EspoCRM: Outlook keeps it, and it does not come back (M26)."""
    planned = Entry("Dentist", at(day, 7, minutes=30))
    return Story(
        "Dentist",
        CLEO,
        (
            both("plans it", OUTLOOK, None, planned),
            Step("deletes it", ESPO, planned, None, outlook=planned, espo=None),
        ),
    )


def stories(day: date) -> tuple[Story, ...]:
    """Tell all stories, on and after `day`."""
    tellers = (
        born_in_espo,
        born_in_outlook,
        invited_from_espo,
        invited_from_outlook,
        called_from_both,
        kept_in_espo,
        kept_in_outlook,
    )
    return tuple(tell(day) for tell in tellers)
