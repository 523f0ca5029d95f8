"""What this service reads from its environment, checked at the start with the variable named."""

from typing import Annotated, Literal

from pydantic import Field, HttpUrl, SecretStr, StringConstraints, field_validator

from bus.settings import KafkaSettings, ServiceSettings
from graph.settings import GrantSettings

_SHORTEST_SECRET = 16


class Settings(KafkaSettings, ServiceSettings, GrantSettings):
    """The connector's variables, prefix `TANDEM_`, beside Kafka's and Graph's."""

    public_url: HttpUrl
    """Where Microsoft reaches this service: https, except for a simulator."""

    notification_secret: SecretStr
    """Keys of the words by which a notification is known to be Graph's, separated by commas: the first is for new subscriptions,
    all are believed. 16 characters or more each; the same in every replica."""

    oauth_redirect_url: HttpUrl | None = None
    """Where Microsoft sends people back after they consented; if not set, `/oauth/callback` below `TANDEM_PUBLIC_URL`."""

    oauth_scopes: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)] = (
        "offline_access User.Read Calendars.ReadWrite MailboxSettings.Read OnlineMeetings.ReadWrite"
    )
    """What people are asked to consent to, separated by spaces; without `offline_access` no consent lasts."""

    oauth_prompt: Literal["", "select_account", "consent", "login"] = "select_account"
    """Microsoft's parameter `prompt`: what people see even if they are signed in. Empty: nothing more than needed."""

    http_host: str = "0.0.0.0"  # noqa: S104 - a service in a container listens to all that is let in
    """Address to listen at."""

    http_port: Annotated[int, Field(ge=1, le=65535)] = 8080
    """Port for notifications, probes and metrics."""

    log_level: str = "INFO"
    """Least severity that is logged."""

    log_json: bool = True
    """One JSON object a line; otherwise lines for people."""

    @field_validator("notification_secret")
    @classmethod
    def _are_long(cls, secrets: SecretStr) -> SecretStr:
        if any(len(secret) < _SHORTEST_SECRET for secret in _listed(secrets)):
            raise ValueError(f"are secrets of {_SHORTEST_SECRET} characters or more each, separated by commas")
        return secrets

    @property
    def notification_secrets(self) -> tuple[bytes, ...]:
        """By what a notification is believed; the first is for new subscriptions."""
        return tuple(secret.encode() for secret in _listed(self.notification_secret))

    @property
    def redirect_url(self) -> str:
        """Where Microsoft sends people back."""
        return str(self.oauth_redirect_url or f"{str(self.public_url).rstrip('/')}/oauth/callback")


def _listed(secrets: SecretStr) -> list[str]:
    return [secret.strip() for secret in secrets.get_secret_value().split(",")]
