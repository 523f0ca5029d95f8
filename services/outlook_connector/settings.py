"""What this service reads from its environment, checked at the start with the variable named."""

from typing import Annotated

from pydantic import Field, HttpUrl, SecretStr

from bus.settings import KafkaSettings
from graph.settings import GraphSettings


class Settings(KafkaSettings, GraphSettings):
    """The connector's variables, prefix `TANDEM_`, beside Kafka's and Graph's."""

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
