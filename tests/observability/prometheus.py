"""The real Prometheus over a running system: it scrapes every service and evaluates the committed rules, once a second."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from observability.queries import FOLDER
from sandbox.ports import free_ports
from support.needed import program
from tandem.polling import until

SCRAPE_SECONDS = 1
_START_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Prometheus:
    """A running Prometheus, asked through its HTTP API."""

    http: httpx.AsyncClient

    async def ask(self, query: str) -> list[dict[str, Any]]:
        """Give the series that a query returns now. Grafana's own variables are given a value first."""
        for variable, window in (("$__rate_interval", "5m"), ("$__range", "1h")):
            query = query.replace(variable, window)
        answer = await self.http.get("/api/v1/query", params={"query": query})
        told = answer.json()
        assert told["status"] == "success", told
        series: list[dict[str, Any]] = told["data"]["result"]
        return series

    async def has_seen(self, services: Sequence[str]) -> None:
        """Wait until every one of these services has been scraped."""

        async def all_seen() -> bool | None:
            seen = {series["metric"]["service"] for series in await self.ask("tandem_build_info")}
            return seen >= set(services) or None

        assert await until(all_seen, _START_SECONDS)

    async def has_scraped_twice(self) -> None:
        """Wait until what happened before has been scraped twice everywhere: one sample makes no rate."""
        until_then = (await self._latest()) + 2 * SCRAPE_SECONDS

        async def scraped() -> bool | None:
            return (await self._latest()) > until_then or None

        assert await until(scraped, _START_SECONDS)

    async def _latest(self) -> float:
        (series,) = await self.ask("min(timestamp(tandem_build_info))")
        return float(series["value"][1])

    async def firing(self) -> set[tuple[str, str]]:
        """Give the alerts that fire now, each with the service that it names."""
        alerts = (await self.http.get("/api/v1/alerts")).json()["data"]["alerts"]
        return {
            (alert["labels"]["alertname"], alert["labels"].get("service", ""))
            for alert in alerts
            if alert["state"] == "firing"
        }


@asynccontextmanager
async def scraping(targets: Mapping[str, str], folder: Path) -> AsyncIterator[Prometheus]:
    """Run Prometheus over these addresses (`host:port`, by service) in a folder."""
    (port,) = free_ports(1, "127.0.0.1")
    configuration = {
        "global": dict.fromkeys(("scrape_interval", "scrape_timeout", "evaluation_interval"), f"{SCRAPE_SECONDS}s"),
        "rule_files": [str(FOLDER / "rules.yaml")],
        "scrape_configs": [{"job_name": "tandem", "static_configs": [{"targets": list(targets.values())}]}],
    }
    (folder / "prometheus.yaml").write_text(yaml.safe_dump(configuration))
    with (folder / "prometheus.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            program("prometheus"),
            f"--config.file={folder / 'prometheus.yaml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
            stdout=log,
            stderr=log,
        )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as http:

            async def ready() -> bool | None:
                assert process.returncode is None, (folder / "prometheus.log").read_text()
                try:
                    return (await http.get("/-/ready")).is_success or None
                except httpx.TransportError:
                    return None

            assert await until(ready, _START_SECONDS), (folder / "prometheus.log").read_text()
            yield Prometheus(http)
    finally:
        process.terminate()
        await process.wait()
