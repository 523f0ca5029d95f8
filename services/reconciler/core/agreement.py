"""What counts as agreed on by both sides: what a write brought across, heard of or not."""

from contracts.events import FIELDS, Event, EventField
from reconciler.core import privacy, unanswered
from reconciler.core.link import Link
from reconciler.core.side import Side, SideName, other


def agree(link: Link, name: SideName, fields: tuple[EventField, ...], content: Event | None) -> Link:
    """On that side, both agree on what these fields say in `content`; only a whole event can begin."""
    side, content = link.side(name), privacy.may_be_kept(link, name, content)
    if content is None or not fields:
        return link
    if side.agreed is None and fields != FIELDS:
        return link
    agreed = content if side.agreed is None else side.agreed.model_copy(update={f: getattr(content, f) for f in fields})
    return link.with_side(name, side.model_copy(update={"agreed": agreed}))


def recognised(link: Link, name: SideName) -> Link:
    """What updates without an answer asked for is ours where it is seen, and nobody's edit."""
    for asked in link.side(name).unanswered:
        side = link.side(name).model_copy(update={"asked": asked})
        ours = unanswered.carried_out(side)
        link = agree(agree(link, name, ours, side.seen), other(name), ours, asked.source)
        link = _with_people(_with_people(link, name, side.seen, side), other(name), asked.source, side)
    return link


def _with_people(link: Link, name: SideName, content: Event | None, written: Side) -> Link:
    """A side's people are agreed to be those whom an unanswered write has surely brought or taken off `written`, too."""
    agreed = link.side(name).agreed
    people = unanswered.people_carried_out(written, agreed, content)
    if agreed is None or agreed.people == people:
        return link
    return agree(link, name, ("people",), agreed.model_copy(update={"people": people}))
