"""Checks an EspoCRM: whether all that the sync needs is set up there, and what to mend where it is not.

A running connector answers `GET /check` with it; `python -m espo_connector.check` does the same with the settings of the
environment and no running system, and ends with exit code 1 where a step failed.
"""

import asyncio

from prometheus_client import CollectorRegistry

from bus.checks import Step, tell
from bus.settings import load
from espo_connector.asking.client import Client
from espo_connector.checking.steps import Run
from espo_connector.hooks.registration import Registration
from espo_connector.instance.site import SiteGuide
from espo_connector.metrics import Metrics
from espo_connector.settings import EspoSettings


class Check:
    """A check of one EspoCRM, to be run as often as one likes."""

    def __init__(self, settings: EspoSettings, client: Client, registration: Registration) -> None:
        self._settings = settings
        self._client = client
        self._registration = registration

    async def run(self) -> list[Step]:
        """Look at everything. Raises nothing: what fails is a step that failed."""
        return await Run(self._settings, self._client, self._registration).steps()


async def _run(settings: EspoSettings) -> list[Step]:
    client = Client(settings.espo_url, settings.espo_api_key.get_secret_value(), Metrics(CollectorRegistry()))
    guide = SiteGuide(client, settings.location_field, settings.teams_flag_field)
    try:
        return await Check(settings, client, Registration(client, guide, settings.public_url)).run()
    finally:
        await client.close()


def main() -> None:
    """Check the EspoCRM that the environment names."""
    tell(asyncio.run(_run(load(EspoSettings))))


if __name__ == "__main__":
    main()
