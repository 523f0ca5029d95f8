"""What this service reads from its environment, checked at the start with the variable named."""

from typing import Annotated

from pydantic import Field, HttpUrl, SecretStr, StringConstraints

from bus.settings import KafkaSettings

_Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Settings(KafkaSettings):
    """The connector's variables, prefix `TANDEM_`, beside Kafka's."""

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

    public_url: HttpUrl
    """Where Microsoft reaches this service: https, except for a simulator."""

    notification_secret: SecretStr = Field(min_length=16)
    """Key of the words by which a notification is known to be Graph's. The same in every replica."""

    http_host: str = "0.0.0.0"  # noqa: S104 - a service in a container listens to all that is let in
    """Address to listen at."""

    http_port: Annotated[int, Field(ge=1, le=65535)] = 8080
    """Port for notifications, probes and metrics."""

    log_level: str = "INFO"
    """Least severity that is logged."""

    log_json: bool = True
    """One JSON object a line; otherwise lines for people."""
