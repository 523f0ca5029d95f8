"""What this connector says on the bus, and how.

A cursor vouches for the changes before it, and a webhook that was answered is not sent again: neither may happen before
the broker has confirmed. So there is one way to publish, which returns once it has.
"""

from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from types import MappingProxyType
from typing import Any, Protocol

from pydantic import BaseModel

from bus.consuming.delivery import Delivery
from bus.telling.story import telling
from contracts.changes import EspoGone, EspoSeen, EspoSkipped
from contracts.topics import ESPO_CHANGES
from contracts.writes import Write
from espo_connector.asking.together import together


class Publisher(Protocol):
    """Puts messages on the bus."""

    async def publish(self, topic: str, key: str, message: BaseModel) -> None:
        """Publish one message; return once the broker has confirmed it."""


Change = EspoSeen | EspoGone | EspoSkipped
"""What can be said of a record."""


async def tell(
    publisher: Publisher, changes: Iterable[Change], because_of: Mapping[str, Delivery[Any]] = MappingProxyType({})
) -> None:
    """Publish changes, each under its owner (a record of nobody under its own id); return once all are confirmed.

    `because_of` names, by record, the message whose story a change belongs to; without one it is the story in hand.
    """

    async def publish(change: Change) -> None:
        cause = because_of.get(change.espo_id)
        with telling(cause) if cause else nullcontext():
            await publisher.publish(ESPO_CHANGES.name, change.account or change.espo_id, change)

    await together(publish(change) for change in changes)


def about(write: Write) -> dict[str, Any]:
    """Name the write that an outcome came of, in the outcome's own fields."""
    return {"write_id": write.write_id, "link_id": write.link_id, "account": write.account}
