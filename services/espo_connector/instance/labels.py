"""What EspoCRM's users call its entity types: `CVisit` is a *Visit* to them.

EspoCRM gives its texts only all at once, so they are asked for seldom. A page can do without: the name stands in.
"""

from collections.abc import Iterable

from async_lru import alru_cache

from espo_connector.asking.client import Client
from espo_connector.errors import EspoError

_KEPT_SECONDS = 3600


class Labels:
    """Knows the names of entity types in EspoCRM's language."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._kept = alru_cache(maxsize=1, ttl=_KEPT_SECONDS)(self._read)

    async def of(self, entities: Iterable[str]) -> dict[str, str]:
        """Give a label for each name; the name itself where EspoCRM tells none."""
        names = list(entities)
        try:
            known = await self._kept()
        except EspoError:
            known = {}
        return {name: known.get(name) or name for name in names}

    async def _read(self) -> dict[str, str]:
        texts = (await self._client.texts()).get("Global")
        known = texts.get("scopeNames") if isinstance(texts, dict) else None
        return {name: str(text) for name, text in known.items()} if isinstance(known, dict) else {}
