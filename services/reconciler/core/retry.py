"""Trying again by hand: what a side refused, or asked to wait for, is forgotten, so that the rules decide as if anew.

A refusal stands until its content changes, because asking again would bring the same answer. A person may know better:
a licence was bought, a right was given.
"""

from typing import Any

from reconciler.core import online
from reconciler.core.link import Link
from reconciler.core.side import SideName

_FRESH: dict[str, Any] = {"refused": None, "rest_until": None, "attempts": 0}


def retried(link: Link) -> Link:
    """The link without refusals and rests. A write under way stays: its outcome is still to come."""
    sides: tuple[SideName, ...] = ("outlook", "espo")
    for name in sides:
        link = link.with_side(name, link.side(name).model_copy(update=_FRESH))
    link = link.model_copy(update={"meeting": link.meeting.model_copy(update=_FRESH)})
    return _asking_for_teams_anew(link)


def _asking_for_teams_anew(link: Link) -> Link:
    """An event that could not become a Teams meeting counts as settled; now its record asks for one again."""
    agreed = link.espo.agreed
    if not link.offline or agreed is None or not online.may_go_online(link):
        return link
    espo = link.espo.model_copy(update={"agreed": agreed.model_copy(update={"online": False})})
    return link.with_side("espo", espo).model_copy(update={"offline": ""})
