"""Our application at Graph, as the settings describe it: sign-in and client, made together and closed together."""

from graph.client import GraphClient, Observer, now_in_utc
from graph.settings import GraphSettings
from graph.tokens import AppTokens
from graph.transport import plain_http


class Access:
    """Holds the client and the connections below it."""

    def __init__(self, settings: GraphSettings, observe: Observer) -> None:
        self._sign_in = plain_http()
        tokens = AppTokens(
            self._sign_in,
            login_url=str(settings.login_url),
            tenant=settings.tenant,
            client_id=settings.client_id,
            client_secret=settings.client_secret.get_secret_value(),
            scope=settings.graph_scope,
            clock=now_in_utc,
        )
        self.client = GraphClient(str(settings.graph_url), tokens, observe=observe)

    async def close(self) -> None:
        """Close all connections."""
        await self.client.close()
        await self._sign_in.aclose()
