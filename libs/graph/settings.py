"""Where Graph is and who we are there, from the environment: the same variables in every service that talks to it."""

from typing import Annotated

from pydantic import Field, HttpUrl, SecretStr, StringConstraints
from pydantic_settings import BaseSettings, SettingsConfigDict

_Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class GraphSettings(BaseSettings):
    """The variables of Graph and of Microsoft's sign-in, prefix `TANDEM_`."""

    model_config = SettingsConfigDict(env_prefix="TANDEM_", frozen=True, extra="ignore")

    graph_url: HttpUrl = HttpUrl("https://graph.microsoft.com")
    """Root of Microsoft Graph, without `/v1.0`. A national cloud has another one."""

    graph_scope: _Word = "https://graph.microsoft.com/.default"
    """What our token is asked for; a national cloud names its own Graph here."""

    login_url: HttpUrl = HttpUrl("https://login.microsoftonline.com")
    """Root of Microsoft's sign-in."""

    tenant: _Word
    """Id or domain of the directory."""

    client_id: _Word
    """Id of our application in it."""

    client_secret: SecretStr = Field(min_length=1)
    """The application's password."""
