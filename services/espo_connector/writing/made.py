"""What this process has made, for a while: whatever becomes of a record, for which link it was made does not change."""

from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

_MOST_REMEMBERED = 10_000


class Made:
    """The records that were made last, so many at most, and for which link each."""

    def __init__(self, most: int = _MOST_REMEMBERED) -> None:
        self._most = most
        self._links: OrderedDict[str, UUID] = OrderedDict()
        self._records: defaultdict[UUID, list[str]] = defaultdict(list)

    @property
    def links(self) -> Mapping[str, UUID]:
        """For which link each record was made, by the record's id."""
        return self._links

    def of(self, link_id: UUID) -> Sequence[str]:
        """Give the ids of the records that were made for a link, the first one first."""
        return self._records.get(link_id, ())

    def remember(self, espo_id: str, link_id: UUID) -> None:
        """Note for which link a record was made, and forget the oldest where there are too many."""
        self._forget(espo_id)
        self._links[espo_id] = link_id
        self._records[link_id].append(espo_id)
        if len(self._links) > self._most:
            self._forget(next(iter(self._links)))

    def _forget(self, espo_id: str) -> None:
        link_id = self._links.pop(espo_id, None)
        if link_id is None:
            return
        of_link = self._records[link_id]
        of_link.remove(espo_id)
        if not of_link:
            del self._records[link_id]
