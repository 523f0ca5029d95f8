"""Makes the names that Exchange makes: item ids of both kinds, change keys, iCalendar ids, GUIDs.

A seeded source makes a run repeatable. Ids look as long and as awkward as the real ones (base64url with `-`, `_` and a
closing `=`), so that a client that lower-cases, trims or forgets to quote them fails here too.
"""

import base64
import hashlib
import random
import struct
import uuid

_EVENT = 0x0F
_ICAL_PREFIX = "040000008200E00074C5B7101A82E008"


class Ids:
    """A repeatable source of names."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)

    def rest(self) -> str:
        """Make a default item id: it changes when the item moves to another calendar."""
        return f"AAMkAD{_text(self._random.randbytes(69))}AAA="

    def immutable(self) -> str:
        """Make an immutable item id: it stays with the item inside one mailbox."""
        return f"AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A{_text(self._random.randbytes(24))}AAA="

    def change_key(self) -> str:
        """Make a change key, the inside of an event's etag: the name of a store and a count, in plain base64."""
        return base64.b64encode(self._random.randbytes(16) + bytes(2) + self._random.randbytes(4)).decode()

    def ical_uid(self) -> str:
        """Make an iCalendar id, shared by the organizer's event and all attendees' copies."""
        return f"{_ICAL_PREFIX}{self._random.randbytes(24).hex().upper()}"

    def guid(self) -> str:
        """Make a GUID."""
        return str(uuid.UUID(bytes=self._random.randbytes(16), version=4))

    def secret(self, size: int = 48) -> str:
        """Make an opaque string, for tokens and codes."""
        return _text(self._random.randbytes(size))

    def digits(self, count: int) -> str:
        """Make a number of `count` digits, as conference ids are."""
        return "".join(self._random.choices("123456789", k=count))

    def between(self, low: int, high: int) -> int:
        """Choose a whole number, both ends included."""
        return self._random.randint(low, high)


def long_change_key(change_key: str) -> str:
    """Write a change key as notifications hold it: behind the kind of item, an event, and the key's length in bytes."""
    key = base64.b64decode(change_key)
    return base64.b64encode(struct.pack("<II", _EVENT, len(key)) + key).decode()


def derived(parent: str, slot: str) -> str:
    """Name an occurrence after its series and day: the same names however often a series is expanded."""
    tail = _text(hashlib.blake2b(f"{parent}/{slot}".encode(), digest_size=24).digest())
    return f"{parent[:44]}{tail}BGAA="


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
