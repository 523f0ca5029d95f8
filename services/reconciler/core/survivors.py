"""Survivors: pairs of which we made one half ourselves, and which a database restored from a backup knows nothing of (M31).

Such a half bears our mark, so its other half is there unless it was removed; an edit of either that nobody took across makes
the two look like two events. So what is left when both sides have been read and twins have been found is paired by the same
title or the same time, where that leaves no choice.
"""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from reconciler.core.link import Link
from reconciler.core.rules import Rules
from reconciler.core.side import Presence
from reconciler.core.twins import identity, one_sided

_OF_A_NAME = 5
"""The version of a UUID that is made from a name, as our transaction ids are; those of other programs are random."""


def bears_our_mark(transaction_id: str | None) -> bool:
    """Whether an Outlook event with this `transactionId` was made by us."""
    try:
        return transaction_id is not None and UUID(transaction_id).version == _OF_A_NAME
    except ValueError:
        return False


def survivors(links: Iterable[Link], rules: Rules) -> list[tuple[Link, Link]]:
    """Pair one-sided links of one account, Outlook's first. Whatever has more than one match is left alone."""
    still = [link for link in links if one_sided(link)]
    there = [link for link in still if link.outlook.presence is Presence.PRESENT]
    here = [link for link in still if link.espo.presence is Presence.PRESENT]
    marked = [(one, other) for one in there if one.ours for other in here if not other.ours]
    marked += [(one, other) for other in here if other.ours for one in there if not one.ours]
    alike = [(one, other) for one, other in marked if _alike(one, other, rules)]
    matches = Counter(link.id for pair in alike for link in pair)
    return [(one, other) for one, other in alike if matches[one.id] == matches[other.id] == 1]


def _alike(one: Link, other: Link, rules: Rules) -> bool:
    (title, span), (others_title, others_span) = identity(one, rules), identity(other, rules)
    return one.entity == other.entity and (title == others_title or span == others_span)
