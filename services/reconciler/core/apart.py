"""In which fields the sides go on saying different things, because a change may not cross (M05 to M07, M16, M33)."""

from collections.abc import Iterable, Mapping, Sequence

from contracts.events import EventField
from reconciler.core.decision import Wish
from reconciler.core.link import Apart, Link
from reconciler.core.side import SideName, other

Settled = Mapping[SideName, Sequence[EventField]]


def apart_after(link: Link, settled: Settled, wishes: Iterable[Wish]) -> Apart:
    """What is apart once this is settled, and that is written."""
    news = tuple((side, field) for side in settled for field in settled[side] if _stays(link, side, field, settled))
    moved = {field for wish in wishes for field in wish.fields} | {field for side in settled for field in settled[side]}
    return (*((side, field) for side, field in link.apart if field not in moved), *news)


def _stays(link: Link, side: SideName, field: EventField, settled: Settled) -> bool:
    """Not what both came to say, nor what said nothing before and says nothing now: an empty text, a field that is not there."""
    contents = (content for content in (link.side(side).seen, link.side(side).agreed) if content)
    return field not in settled[other(side)] and any(getattr(content, field) for content in contents)
