"""The rules of the product, in one function: what should happen to a link, given what both sides are known to hold."""

from contracts.events import FIELDS, Event
from reconciler.core import meetings, online, people, privacy, reasons
from reconciler.core.apart import apart_after
from reconciler.core.decision import Conflict, Decision, Wish
from reconciler.core.labels import title_of, with_label
from reconciler.core.link import Link, State, Word
from reconciler.core.merge import edits, merge
from reconciler.core.rules import Rules
from reconciler.core.side import Presence, SideName, Verb, other


def decide(link: Link, rules: Rules) -> Decision:
    """Say what each side and Teams should be told. Pure: the same link and rules always give the same decision."""
    return meetings.beside(privacy.kept_out(link) or _of_sides(link, rules), link, rules)


def _of_sides(link: Link, rules: Rules) -> Decision:
    match link.outlook.presence, link.espo.presence:
        case Presence.PRESENT, Presence.PRESENT:
            return _keep_in_step(link, rules)
        case Presence.ABSENT, Presence.PRESENT:
            return _make_in_outlook(link, rules)
        case Presence.PRESENT, Presence.ABSENT:
            return _make_in_espo(link, rules)
        case Presence.GONE, Presence.PRESENT:
            return _after_removal_in_outlook(link, rules)
        case Presence.PRESENT, Presence.GONE:
            return _after_removal_in_espo(link, rules)
        case _:
            return _nothing_left(link)


def _keep_in_step(link: Link, rules: Rules) -> Decision:
    result = merge(link, rules)
    wishes: list[Wish] = []
    waiting: list[SideName] = []
    refusals: list[str] = []
    sides: tuple[SideName, ...] = ("outlook", "espo")
    for name in sides:
        patch, side = result.patch(name), link.side(name)
        if patch is None:
            continue
        if name == "outlook":
            patch = online.alone(patch)
        if side.refused is not None:
            refusals.append(side.refused)
        elif side.busy:
            waiting.append(name)
        else:
            wishes.append(Wish(name, Verb.UPDATE, fields=patch.fields, patch=patch))
    settled = {name: tuple(result.settled[name]) for name in sides}
    conflicts = tuple(result.conflicts) if wishes else ()
    apart = apart_after(link, settled, wishes)
    if wishes:
        reason = reasons.remarked(reasons.of_updates(wishes, conflicts), online.remarks(link))
        return Decision(State.PENDING, reason, wishes=tuple(wishes), settled=settled, conflicts=conflicts, apart=apart)
    if waiting or link.outlook.busy or link.espo.busy:
        return Decision(State.PENDING, link.reason or reasons.ON_THEIR_WAY, settled=settled, apart=apart)
    if refusals:
        return Decision(State.REFUSED, refusals[0], settled=settled, apart=apart)
    reason = reasons.remarked(
        reasons.of_rest(link, apart), (*online.remarks(link), *privacy.remarks(link), *people.remarks(link))
    )
    return Decision(State.IN_SYNC, reason, settled=settled, apart=apart)


def _make_in_outlook(link: Link, rules: Rules) -> Decision:
    """Somebody created a record in EspoCRM."""
    record = link.espo.content
    if not rules.pushes:
        return Decision(State.DETACHED, "the direction does not lead to Outlook")
    if record.cancelled and not link.outlook.busy:
        return Decision(State.DETACHED, "cancelled in EspoCRM before it was ever in Outlook")
    if refused := _refused_or_busy(link, "outlook"):
        return refused
    label = rules.label_of(link.entity)
    event = record.model_copy(
        update={
            "title": with_label(record.title, label),
            "people": people.invited(
                record.people or (), contacts_and_leads=rules.contacts_and_leads, blocked=rules.blocked_domains
            ),
        }
    )
    wish = _creation(link, "outlook", event)
    return Decision(State.PENDING, "created in EspoCRM, on its way to Outlook", wishes=(wish,))


def _make_in_espo(link: Link, rules: Rules) -> Decision:
    """Somebody created an event in Outlook, or was invited to one."""
    seen = link.outlook.content
    if not rules.pulls:
        return Decision(State.DETACHED, "the direction does not lead to EspoCRM")
    if seen.cancelled and not link.espo.busy:
        return Decision(State.DETACHED, "cancelled in Outlook before it was ever in EspoCRM")
    if refused := _refused_or_busy(link, "espo"):
        return refused
    label = rules.label_of(link.entity)
    guests = people.welcome(seen.people or (), rules.blocked_domains)
    event = online.storable(seen).model_copy(update={"title": title_of(seen.title, label), "people": guests})
    wish = _creation(link, "espo", event)
    return Decision(State.PENDING, "created in Outlook, on its way to EspoCRM", wishes=(wish,))


def _after_removal_in_outlook(link: Link, rules: Rules) -> Decision:
    """Somebody removed the event in Outlook (M23, M24)."""
    if link.moved_away:
        return Decision(State.ENDED, "another user owns it now")
    if stays := _why_the_record_stays(link, rules):
        return Decision(State.DETACHED, stays)
    if refused := _refused_or_busy(link, "espo"):
        return refused
    return _remove("espo", "removed in Outlook, where it was born", link)


def _why_the_record_stays(link: Link, rules: Rules) -> str | None:
    if link.guest and link.owner:
        return "a guest's copy was removed in Outlook; the record belongs to who organizes it"
    if link.origin == "espo":
        return "removed in Outlook; born in EspoCRM, so it stays there"
    if not rules.pulls:
        return "removed in Outlook; the direction does not lead to EspoCRM"
    if link.removal is Word.REFUSED:
        return "removed in Outlook; its removal in EspoCRM was refused by hand"
    return None


def _after_removal_in_espo(link: Link, rules: Rules) -> Decision:
    """Somebody removed the record in EspoCRM, or gave it to another owner (M22, M25, M26)."""
    if not link.moved_away:
        if not rules.pushes:
            return Decision(State.DETACHED, "removed in EspoCRM; the direction does not lead to Outlook")
        if link.origin == "outlook" and not rules.remove_in_outlook:
            return Decision(State.DETACHED, "removed in EspoCRM; born in Outlook, so it stays there")
        if link.removal is Word.REFUSED:
            return Decision(State.DETACHED, "removed in EspoCRM; its removal in Outlook was refused by hand")
        if link.over and people.concerns_guests(link):
            return Decision(State.DETACHED, f"removed in EspoCRM; {reasons.OVER_WITH_GUESTS}, so it stays in Outlook")
    if refused := _refused_or_busy(link, "outlook"):
        return refused
    return _remove("outlook", "another user owns it now" if link.moved_away else "removed in EspoCRM", link)


def _remove(side: SideName, reason: str, link: Link) -> Decision:
    """Remove what is left, and keep what somebody edited there meanwhile (M30).

    Of a record that was given away some may still cross, by a write under way; whether it does nobody knows yet.
    """
    edited = edits(link, side)
    lost = tuple(Conflict(field=field, won=other(side), lost=getattr(link.side(side).seen, field)) for field in edited)
    told = reasons.of_lost_edits(reason, side, edited)
    return Decision(State.PENDING, told, wishes=(Wish(side, Verb.DELETE),), conflicts=lost)


def _nothing_left(link: Link) -> Decision:
    asked = link.espo.creation
    if asked and asked.wished and not asked.refused and not link.espo.busy and link.espo.presence is Presence.ABSENT:
        # Whether a record was made is found out by asking for it again; then it can be removed.
        wish = _creation(link, "espo", asked.wished)
        return Decision(State.PENDING, "removed in Outlook while its record was being made", wishes=(wish,))
    if link.outlook.busy or link.espo.busy:
        return Decision(State.PENDING, "waiting for what is under way")
    return Decision(State.ENDED, "another user owns it now" if link.moved_away else "removed on both sides")


def _creation(link: Link, target: SideName, event: Event) -> Wish:
    """One that may have been carried out is asked for again as it was; what has changed since is written after it."""
    asked = link.side(target).creation
    return Wish(target, Verb.CREATE, fields=FIELDS, event=(asked and not asked.refused and asked.wished) or event)


def _refused_or_busy(link: Link, target: SideName) -> Decision | None:
    side = link.side(target)
    if side.refused is not None:
        return Decision(State.REFUSED, side.refused)
    if side.busy:
        return Decision(State.PENDING, link.reason or reasons.ON_THEIR_WAY)
    return None
