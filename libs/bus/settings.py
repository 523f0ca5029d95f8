"""Where Kafka is, how patient we are with it and how services know each other, from the environment.

A wrong setting should end a start with one line that names the variable, instead of surfacing an hour later as a
time-out, so everything is checked here before the first connection.
"""

import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import Field, FilePath, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_HOST_AND_PORT = r"[^\s:,]+:\d{1,5}"
_WRONG_USAGE = 2

S = TypeVar("S", bound=BaseSettings)


class KafkaSettings(BaseSettings):
    """The variables that every service shares, prefix `TANDEM_`. Durations are in seconds."""

    model_config = SettingsConfigDict(env_prefix="TANDEM_", frozen=True, extra="ignore")

    kafka: Annotated[str, Field(pattern=rf"^{_HOST_AND_PORT}(,{_HOST_AND_PORT})*$")]
    """Bootstrap servers: `host:port`, several separated by commas."""

    kafka_user: str | None = None
    """Who we are to the cluster; without one nobody in particular."""
    kafka_password: SecretStr | None = None
    """Goes with the user."""
    kafka_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    """How the password is proved."""
    kafka_tls: bool = False
    """Whether the connection is encrypted."""
    kafka_ca: FilePath | None = None
    """Certificate authority of the cluster, PEM; without one the system's."""

    kafka_replication: Annotated[int, Field(ge=1)] = 3
    """Copies of each partition of the topics that `tandem topics` creates; a local broker has room for 1."""

    kafka_request_seconds: Annotated[float, Field(gt=0)] = 40.0
    """How long an answer of the cluster is waited for."""
    kafka_session_seconds: Annotated[float, Field(gt=0)] = 45.0
    """After this silence the cluster takes a consumer for dead."""
    kafka_heartbeat_seconds: Annotated[float, Field(gt=0)] = 3.0
    """How often a consumer says that it is alive; well below the session."""
    kafka_rebalance_seconds: Annotated[float, Field(gt=0)] = 60.0
    """How long a rebalance waits for the messages in hand; more than the slowest handler takes."""
    kafka_fetch_seconds: Annotated[float, Field(gt=0)] = 0.5
    """How long the cluster keeps a question for new messages open while there are none."""
    kafka_poll_seconds: Annotated[float, Field(gt=0)] = 600.0
    """A consumer that hands out nothing for so long gives its partitions up."""
    kafka_drain_seconds: Annotated[float, Field(gt=0)] = 30.0
    """How long a stop waits for the messages in hand; the pod's grace period exceeds it."""

    kafka_retry_seconds: Annotated[float, Field(gt=0)] = 0.5
    """Pause after a message's first failure; it doubles with each further one."""
    kafka_retry_ceiling_seconds: Annotated[float, Field(gt=0)] = 60.0
    """The longest such pause."""
    dead_letter_limit: Annotated[int, Field(ge=1)] = 20
    """So many dead letters in a row are no accident of data: consumption stops and the service says so."""

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if (self.kafka_user is None) is not (self.kafka_password is None):
            raise ValueError("TANDEM_KAFKA_USER and TANDEM_KAFKA_PASSWORD are set together")
        if self.kafka_heartbeat_seconds >= self.kafka_session_seconds:
            raise ValueError("TANDEM_KAFKA_HEARTBEAT_SECONDS is less than TANDEM_KAFKA_SESSION_SECONDS")
        if self.kafka_retry_ceiling_seconds >= self.kafka_poll_seconds:
            raise ValueError("TANDEM_KAFKA_RETRY_CEILING_SECONDS is less than TANDEM_KAFKA_POLL_SECONDS")
        return self


class ServiceSettings(BaseSettings):
    """What a service needs to ask another one over HTTP, or to be asked."""

    model_config = SettingsConfigDict(env_prefix="TANDEM_", frozen=True, extra="ignore")

    service_secret: SecretStr = Field(min_length=16)
    """By this our own processes know each other, see `bus.serving.guard`. The same in every service."""


def load(settings: type[S], *, known: Mapping[str, str] = MappingProxyType({})) -> S:
    """Read settings from the environment, or end the process: exit code 2 and one line for each wrong variable.

    `known` are variables whose values come from elsewhere.
    """
    prefix = settings.model_config.get("env_prefix", "")
    values: dict[str, Any] = {name.removeprefix(prefix).lower(): value for name, value in known.items()}
    try:
        return settings(**values)
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_context=False, include_input=False):
            variable = f"{prefix}{'_'.join(map(str, problem['loc']))}".upper() + ": " if problem["loc"] else ""
            sys.stderr.write(f"{variable}{problem['msg'].removeprefix('Value error, ')}\n")
        raise SystemExit(_WRONG_USAGE) from None
