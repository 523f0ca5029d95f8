"""Where Graph is and who we are there, from the environment: the same variables in every service that talks to it."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, HttpUrl, SecretStr, StringConstraints, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from graph.permission.grants import Seal

_Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_MANY_TENANTS = {"common", "organizations", "consumers"}
"""Addresses at which people of any directory sign in; an application cannot sign in there by itself."""


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
    """Id or domain of the directory; `organizations` or `common` lets people of any directory consent."""

    client_id: _Word
    """Id of our application in it."""

    client_secret: SecretStr = Field(min_length=1)
    """The application's password."""

    client_secret_expires: date | None = None
    """The day on which it ends, as Microsoft's page of the application says; whoever watches is warned before."""


class GrantSettings(GraphSettings):
    """By whose permission mailboxes are opened: their users', our application's, or both."""

    grant_keys: SecretStr = SecretStr("")
    """Keys by which grants are kept, separated by commas: the first seals, all open. Without any, nobody can consent."""

    application_permissions: bool | None = None
    """Whether our application may act in mailboxes of which nobody consented; if not set, only where there are no keys."""

    @field_validator("grant_keys")
    @classmethod
    def _are_keys(cls, keys: SecretStr) -> SecretStr:
        try:
            Seal(_listed(keys))
        except ValueError:
            raise ValueError("are keys of 32 bytes in URL-safe base64 each, separated by commas") from None
        return keys

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if not self.seal.usable and not self.acts_alone:
            raise ValueError("TANDEM_GRANT_KEYS is needed where TANDEM_APPLICATION_PERMISSIONS is off")
        if self.acts_alone and self.tenant.lower() in _MANY_TENANTS:
            raise ValueError("TANDEM_TENANT names one tenant where TANDEM_APPLICATION_PERMISSIONS is on")
        return self

    @property
    def seal(self) -> Seal:
        """What grants are sealed with."""
        return Seal(_listed(self.grant_keys))

    @property
    def acts_alone(self) -> bool:
        """Whether our application's own permissions are used where nobody consented."""
        return not self.seal.usable if self.application_permissions is None else self.application_permissions


def _listed(keys: SecretStr) -> tuple[str, ...]:
    return tuple(key.strip() for key in keys.get_secret_value().split(",") if key.strip())
