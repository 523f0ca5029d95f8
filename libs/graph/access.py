"""Our application at Graph, as the settings describe it: sign-in, tokens and client, made together and closed together."""

from graph.asking.client import GraphClient, Observer, now_in_utc
from graph.asking.transport import plain_http
from graph.permission.either_tokens import EitherTokens
from graph.permission.grant_table import Grants
from graph.permission.granted_tokens import GrantTokens, Keeper
from graph.permission.sign_in import SignIn
from graph.permission.tokens import AppTokens
from graph.settings import GrantSettings


class Access:
    """Holds the client and what is below it: the sign-in, and the tokens of those who consented."""

    def __init__(self, settings: GrantSettings, observe: Observer, grants: Grants, keeper: Keeper) -> None:
        self._http = plain_http()
        self.sign_in = SignIn(
            self._http,
            login_url=str(settings.login_url),
            tenant=settings.tenant,
            client_id=settings.client_id,
            client_secret=settings.client_secret.get_secret_value(),
            clock=now_in_utc,
            observe=observe,
        )
        self.granted = GrantTokens(grants, self.sign_in, keeper, now_in_utc)
        application = AppTokens(self.sign_in, settings.graph_scope, now_in_utc) if settings.acts_alone else None
        self.client = GraphClient(str(settings.graph_url), EitherTokens(self.granted, application), observe=observe)

    async def close(self) -> None:
        """Close all connections."""
        await self.client.close()
        await self._http.aclose()
