"""Has EspoCRM tell us of changes: one webhook for each entity type and each of create, update and delete.

The webhooks live in EspoCRM, and so do their secrets; we keep neither. What is there is listed, what is missing is made,
what is ours but wrong (another host, a twin that a second replica made at the same moment, one without `skipOwn`, an
entity type that is gone) is removed. Every replica comes to the same end.
"""

import asyncio
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog

from espo_connector.asking.client import Client, Record
from espo_connector.asking.query import search
from espo_connector.errors import EspoError, NotThere, Unavailable
from espo_connector.instance.site import Site, SiteGuide

PATH = "/espo/webhooks"
KINDS = ("create", "update", "delete")

_REFRESH_SECONDS = 300
_RETRY_SECONDS = (5, 10, 20, 40, 60)
_RELIST_SECONDS = 10
_DIES_OF_IP_ADDRESSES = 10
"""From this major version on, one webhook to an IP address keeps all webhooks of all users from being sent."""

_log = structlog.get_logger("espo_connector")


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook of ours, as EspoCRM has it: `event` is `Meeting.create` and the like."""

    event: str
    secret: str


class Registration:
    """Keeps our webhooks in EspoCRM, and knows their secrets."""

    def __init__(self, client: Client, guide: SiteGuide, public_url: str) -> None:
        self._client = client
        self._guide = guide
        self._public_url = public_url.rstrip("/")
        self._webhooks: dict[str, Webhook] = {}
        self._listing = asyncio.Lock()
        self._listed_at = float("-inf")

    async def keep(self) -> None:
        """Keep the webhooks as they should be, for ever; what fails is tried again."""
        failures = 0
        while True:
            try:
                await self.ensure()
                failures = 0
                pause = _REFRESH_SECONDS
            except EspoError as error:
                pause = _RETRY_SECONDS[min(failures, len(_RETRY_SECONDS) - 1)]
                failures += 1
                log = _log.info if isinstance(error, Unavailable) else _log.warning
                log("webhooks not kept", reason=error.reason, failures=failures)
            await asyncio.sleep(pause)

    async def ensure(self) -> None:
        """Make EspoCRM's webhooks as they should be. Raises what `Client` raises."""
        site = await self._guide.site()
        wanted = self._wanted(site)
        kept, surplus = sorted_out(await self._list(), wanted)
        for webhook in surplus:
            await self._remove(webhook["id"])
        self._webhooks = _by_id(kept)
        for event in sorted(wanted.keys() - {webhook["event"] for webhook in kept}):
            made = await self._client.create("Webhook", {"event": event, "url": wanted[event], "skipOwn": True})
            self._webhooks.update(_by_id([made]))
            _log.info("webhook made", webhook=event)

    async def rehearse(self) -> tuple[int, int]:
        """See whether EspoCRM takes our webhooks; give how many stand and how many should.

        Where one is missing, one is made and taken away again. Raises what `Client` raises.
        """
        wanted = self._wanted(await self._guide.site())
        standing = {webhook["event"] for webhook in sorted_out(await self._list(), wanted)[0]}
        for event in sorted(wanted.keys() - standing)[:1]:
            made = await self._client.create("Webhook", {"event": event, "url": wanted[event], "skipOwn": True})
            await self._remove(made["id"])
        return len(standing), len(wanted)

    async def webhook(self, webhook_id: str) -> Webhook | None:
        """Give one of our webhooks. One that another replica just made is found by listing again, but not too often."""
        if webhook_id not in self._webhooks:
            async with self._listing:
                await self._list_again(webhook_id)
        return self._webhooks.get(webhook_id)

    async def _list_again(self, webhook_id: str) -> None:
        now = asyncio.get_running_loop().time()
        if webhook_id in self._webhooks or now < self._listed_at + _RELIST_SECONDS:
            return
        self._listed_at = now
        kept, _ = sorted_out(await self._list(), self._wanted(await self._guide.site()))
        self._webhooks = _by_id(kept)

    def _wanted(self, site: Site) -> dict[str, str]:
        if _is_ip_address(self._public_url) and _major(site.version) >= _DIES_OF_IP_ADDRESSES:
            _log.error("no webhooks: TANDEM_PUBLIC_URL needs a host name, EspoCRM 10 cannot send to an IP address")
            return {}
        return {
            f"{entity}.{what}": f"{self._public_url}{PATH}/{entity}/{what}"
            for entity in site.entities
            for what in KINDS
        }

    async def _list(self) -> list[Record]:
        return (await self._client.rows("Webhook", search())).rows

    async def _remove(self, webhook_id: str) -> None:
        try:
            await self._client.delete("Webhook", webhook_id)
        except NotThere:
            _log.debug("webhook was gone", webhook_id=webhook_id)


def sorted_out(listed: Iterable[Record], wanted: dict[str, str]) -> tuple[list[Record], list[Record]]:
    """Choose which of the API user's webhooks stay and which go, pure. Those of others, by their path, are not touched."""
    kept: dict[str, Record] = {}
    surplus = []
    for webhook in sorted(listed, key=lambda record: record["id"]):
        event, url = webhook.get("event") or "", webhook.get("url") or ""
        right = wanted.get(event) == url and webhook.get("isActive") and webhook.get("skipOwn")
        if right and event not in kept:
            kept[event] = webhook
        elif f"{PATH}/" in urlsplit(url).path:
            surplus.append(webhook)
    return list(kept.values()), surplus


def _by_id(records: Iterable[Record]) -> dict[str, Webhook]:
    return {record["id"]: Webhook(record["event"], record.get("secretKey") or "") for record in records}


def _is_ip_address(url: str) -> bool:
    try:
        ipaddress.ip_address(urlsplit(url).hostname or "")
    except ValueError:
        return False
    return True


def _major(version: str) -> int:
    number = version.partition(".")[0]
    return int(number) if number.isdecimal() else 0
