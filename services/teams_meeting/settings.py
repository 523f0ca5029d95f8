"""What this service reads from its environment, checked at the start with the variable named."""

from typing import Annotated

from pydantic import Field

from bus.settings import KafkaSettings
from graph.settings import GrantSettings


class Settings(KafkaSettings, GrantSettings):
    """The service's variables, prefix `TANDEM_`, beside Kafka's and Graph's."""

    http_host: str = "0.0.0.0"  # noqa: S104 - a service in a container listens to all that is let in
    """Address to listen at."""

    http_port: Annotated[int, Field(ge=1, le=65535)] = 8080
    """Port for probes and metrics."""

    log_level: str = "INFO"
    """Least severity that is logged."""

    log_json: bool = True
    """One JSON object a line; otherwise lines for people."""
