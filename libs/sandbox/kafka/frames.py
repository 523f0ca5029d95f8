"""Reads the one Kafka request that the gate has to understand: SyncGroup.

Layout: the Kafka protocol guide, "Request Header v1" and "SyncGroup API (Key: 14)", versions 0 to 3, which are those
that precede compact encodings and those that aiokafka sends.
"""

import struct
from dataclasses import dataclass

_SYNC_GROUP = 14
_LAST_PLAIN_VERSION = 3
_WITH_INSTANCE_VERSION = 3


@dataclass(frozen=True, slots=True)
class Sync:
    """One member's SyncGroup. `members` is how many assignments it brings: the leader's one each, a follower's none."""

    group: str
    generation: int
    member: str
    members: int

    @property
    def round(self) -> tuple[str, int]:
        """The synchronisation that it takes part in."""
        return self.group, self.generation


def read_sync(frame: bytes) -> Sync | None:
    """Read a request without its size; None where it is another request, or a SyncGroup of a later version."""
    api_key, version = struct.unpack_from(">hh", frame)
    if api_key != _SYNC_GROUP or version > _LAST_PLAIN_VERSION:
        return None
    cursor = _Cursor(frame, at=8)
    cursor.text()  # the client's id
    group, generation, member = cursor.text(), cursor.number(), cursor.text()
    if version >= _WITH_INSTANCE_VERSION:
        cursor.text()
    return Sync(group, generation, member, members=cursor.number())


@dataclass(slots=True)
class _Cursor:
    frame: bytes
    at: int

    def number(self) -> int:
        (value,) = struct.unpack_from(">i", self.frame, self.at)
        self.at += 4
        return int(value)

    def text(self) -> str:
        """Read a nullable string; null reads as empty."""
        (length,) = struct.unpack_from(">h", self.frame, self.at)
        start, self.at = self.at + 2, self.at + 2 + max(length, 0)
        return self.frame[start : self.at].decode()
