"""Runs of the webhook job: sends what is due, one POST after the other, as EspoCRM's cron does.

The control surface may lose, repeat or reorder deliveries, which the real network does for it.
"""

import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import httpx

from sandbox.espo import phpjson
from sandbox.espo.config import EspoConfig
from sandbox.espo.webhooks import signing
from sandbox.espo.webhooks.addresses import Addresses, is_literal
from sandbox.espo.webhooks.outcomes import Failure, Outcome, of_failure, of_status
from sandbox.espo.webhooks.queue import Batch, Queue

_CONNECT_SECONDS = 5.0


@dataclass(slots=True)
class Disturbances:
    """What the network does to the next deliveries."""

    lose: int = 0
    duplicate: int = 0
    reorder: bool = False


class Delivery:
    """Sends batches; `transport` None means the real network."""

    def __init__(
        self, config: EspoConfig, queue: Queue, addresses: Addresses, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._config = config
        self._release = config.release
        self._queue = queue
        self._addresses = addresses
        self._transport = transport
        self.disturbances = Disturbances()
        self.crashed: str | None = None

    async def run(self) -> int:
        """Run the job once; give how many POSTs receivers answered or should have.

        On 10.0.0 a webhook whose host is an IP literal ends the run: the items behind it wait, `crashed` says so.
        """
        self.crashed = None
        self._queue.match()
        batches = self._queue.due()
        if not batches:
            return 0  # a client reads every certificate of the machine when it is made, and this runs every second
        if self.disturbances.reorder:
            batches.reverse()
        limits = httpx.Timeout(self._config.webhook_timeout_seconds, connect=_CONNECT_SECONDS)
        async with httpx.AsyncClient(transport=self._transport, timeout=limits, trust_env=False) as client:
            for sent, batch in enumerate(batches):
                host = urlsplit(str(batch.webhook.values["url"])).hostname or ""
                if self._release.sends_by_guzzle and is_literal(host):
                    self.crashed = "curl_setopt_array(): The CURLOPT_RESOLVE option must have an array value"
                    return sent
                self._queue.settle(batch, await self._deliver(client, batch))
        return len(batches)

    async def _deliver(self, client: httpx.AsyncClient, batch: Batch) -> Outcome:
        if self.disturbances.lose > 0:
            self.disturbances.lose -= 1
            return Outcome.DELIVERED
        outcome = await self._post(client, batch)
        if self.disturbances.duplicate > 0:
            self.disturbances.duplicate -= 1
            await self._post(client, batch)
        return outcome

    async def _post(self, client: httpx.AsyncClient, batch: Batch) -> Outcome:
        parts = urlsplit(str(batch.webhook.values["url"]))
        host = parts.hostname or ""
        if self._config.https_only_webhooks and self._release.sends_by_guzzle and parts.scheme != "https":
            return of_failure(Failure.FORBIDDEN_SCHEME, self._release)
        address = self._addresses.resolve(host, hosts_file=not self._release.refuses_internal_hosts)
        if address is None:
            return of_failure(Failure.UNRESOLVED, self._release)
        body = phpjson.encode(list(batch.bodies))
        literal = f"[{address}]" if ":" in address else address
        target = urlunsplit(parts._replace(netloc=f"{literal}:{parts.port}" if parts.port else literal))
        agent = {"User-Agent": "GuzzleHttp/7"} if self._release.sends_by_guzzle else {"Accept": "*/*"}
        request = httpx.Request(
            "POST",
            target,
            headers={"Host": parts.netloc, **agent, "Content-Type": "application/json"}
            | signing.headers(batch.webhook.id, str(batch.webhook.values["secretKey"]), body),
            content=body,
            extensions={"sni_hostname": host, "timeout": client.timeout.as_dict()},
        )
        try:
            response = await client.send(request)
        except httpx.TimeoutException:
            return of_failure(Failure.TIMED_OUT, self._release)
        except httpx.HTTPError as failed:
            untrusted = isinstance(failed.__cause__, ssl.SSLError) or "CERTIFICATE" in str(failed)
            return of_failure(Failure.UNTRUSTED if untrusted else Failure.REFUSED, self._release)
        return of_status(response.status_code, self._release)
