"""All services that the console asks, together: made once, closed at the end."""

from dataclasses import dataclass
from typing import Self

from console.clients.espo import Espo
from console.clients.operation import Operation
from console.clients.outlook import Outlook
from console.clients.reconciler import Reconciler
from console.clients.service import OnRequest, Service
from console.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """The clients, and the connections that they share."""

    reconciler: Reconciler
    operation: Operation
    outlook: Outlook
    espo: Espo
    connections: tuple[Service, ...]

    @classmethod
    def of(cls, settings: Settings, on_request: OnRequest) -> Self:
        """Make the clients; nothing connects before something is asked."""
        secret = settings.service_secret
        reconciler = Service("reconciler", settings.reconciler_url, secret, on_request)
        outlook = Service("outlook_connector", settings.outlook_connector_url, secret, on_request)
        espo = Service("espo_connector", settings.espo_connector_url, secret, on_request)
        return cls(
            reconciler=Reconciler(reconciler),
            operation=Operation(reconciler),
            outlook=Outlook(outlook),
            espo=Espo(espo),
            connections=(reconciler, outlook, espo),
        )

    async def close(self) -> None:
        """End the connections."""
        for connection in self.connections:
            await connection.close()
