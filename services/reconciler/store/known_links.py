"""The links that a transaction has to do with, each once and as it stands by now, found by what handlers ask for.

A key is the name of a query of `links.sql` and its values; the answer to it is every link that has the key.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from reconciler.core.ending import ends_at
from reconciler.core.link import Link, State
from reconciler.core.side import Presence

Key = tuple[Any, ...]

FINDERS = frozenset(
    (
        "link",
        "link_by_outlook_id",
        "link_by_espo_id",
        "link_by_transaction_id",
        "links_of_meeting",
        "one_sided_links",
        "links_by_key",
    )
)
"""The queries that find links by keys of theirs."""

UNIQUE = frozenset(("link_by_outlook_id", "link_by_espo_id"))
"""Of these keys no two links have the same."""


def record_of(link: Link) -> str | None:
    """The record that a link speaks for: none once another owner's link has taken it over."""
    return None if link.moved_away else link.espo.id


def key_of(link: Link) -> str | None:
    """The key that a link is found by: of one with both sides, that of the event which its record was made of."""
    has_record = record_of(link) is not None and link.espo.presence is not Presence.GONE
    has_both = has_record and link.outlook.id is not None
    return None if has_both and link.origin == "espo" else link.key or None


def keys_of(link: Link) -> set[Key]:
    """Every key that a link is found by, by the same conditions as the queries of these names."""
    keys: set[Key] = {("link", link.id), ("link_by_transaction_id", link.account, link.transaction_id)}
    record = record_of(link)
    if link.outlook.id is not None:
        keys.add(("link_by_outlook_id", link.account, link.outlook.id))
    if record is not None:
        keys.add(("link_by_espo_id", link.entity, record))
    if link.ical_uid is not None and link.state is not State.ENDED:
        keys.add(("links_of_meeting", link.ical_uid))
    if (key := key_of(link)) is not None:
        keys.add(("links_by_key", key))
    if (record is None or link.outlook.id is None) and link.flights == 0:
        keys.add(("one_sided_links", link.account, link.entity, ends_at(link)))
    return keys


class KnownLinks:
    """Links by their keys. What the transaction changes is put here and told to the database later."""

    def __init__(self) -> None:
        self._links: dict[UUID, Link] = {}
        self._keys: dict[UUID, set[Key]] = {}
        self._by_key: defaultdict[Key, dict[UUID, None]] = defaultdict(dict)
        self._asked: set[Key] = set()

    def not_asked(self, keys: Iterable[Key]) -> list[Key]:
        """Those of the keys whose links are not all known."""
        return list({key: None for key in keys if key not in self._asked})

    def asked(self, keys: Iterable[Key]) -> None:
        """The database was asked for all links of these keys, and they are known."""
        self._asked.update(keys)

    def find(self, key: Key) -> list[Link]:
        """The known links of a key: in the order that the query gave, then in the order of saving."""
        return [self._links[link_id] for link_id in self._by_key.get(key, ())]

    def has(self, link_id: UUID) -> bool:
        """Whether this link is known."""
        return link_id in self._links

    def put(self, link: Link) -> None:
        """Know this link, as it stands now."""
        self.drop(link.id)
        keys = keys_of(link)
        self._links[link.id], self._keys[link.id] = link, keys
        for key in keys:
            self._by_key[key][link.id] = None

    def drop(self, link_id: UUID) -> None:
        """Know that this link is not there any more."""
        self._links.pop(link_id, None)
        for key in self._keys.pop(link_id, ()):
            del self._by_key[key][link_id]

    def unique_keys(self, link_id: UUID) -> set[Key]:
        """The keys of a known link that no other may have."""
        return {key for key in self._keys.get(link_id, ()) if key[0] in UNIQUE}

    def forget(self) -> None:
        """Know nothing: the database is to be asked again."""
        self._links.clear()
        self._keys.clear()
        self._by_key.clear()
        self._asked.clear()
