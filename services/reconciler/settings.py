"""What the reconciler reads from its environment, every variable with the prefix `TANDEM_`."""

from datetime import timedelta

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from reconciler.core.brake import Brake
from reconciler.core.window import AHEAD


class PostgresSettings(BaseSettings):
    """Where the database is: a DSN, which may hold a password."""

    model_config = SettingsConfigDict(env_prefix="TANDEM_")

    postgres: SecretStr
    """Address of the database, with user and password: `postgresql://user:password@host:5432/name`."""

    postgres_connections: int = Field(8, ge=2)
    """How many connections one replica holds at most."""


class ReconcilerSettings(PostgresSettings):
    """How often to look without being told to, in seconds, and where the HTTP interface listens."""

    http_host: str = "127.0.0.1"
    """Address to listen at."""

    http_port: int = Field(8080, ge=0, le=65535)
    """Port for the HTTP interface, probes and metrics."""

    log_level: str = "INFO"
    """Least severity that is logged."""

    log_json: bool = True
    """One JSON object a line; otherwise lines for people."""

    sweep_seconds: float = Field(2, gt=0)
    """How often EspoCRM is asked for what changed, one request an entity type for the whole company."""

    poll_seconds: float = Field(900, gt=0)
    """How often a calendar is looked at that Microsoft notifies us of, in case that a notification was lost."""

    poll_unsubscribed_seconds: float = Field(30, gt=0)
    """How often a calendar is looked at that Microsoft does not notify us of."""

    upcoming_seconds: float = Field(300, gt=0)
    """How often EspoCRM is asked for what its changes do not tell: removals and replies of what is soon."""

    listing_seconds: float = Field(21600, gt=0)
    """How often a whole calendar is listed, to find what no notification and no delta told."""

    window_days: int = Field(AHEAD.days, ge=1, le=1800)
    """How many days ahead a calendar is read."""

    schedule_seconds: float = Field(0.2, gt=0)
    """How often the database is asked what is due."""

    census_seconds: float = Field(15, gt=0)
    """How often the database is counted for the metrics."""

    brake_removals: int = Field(20, ge=1)
    """So many removals of one user are let through within the brake's minutes; the rest waits for approval (rule M32)."""

    brake_share: float = Field(0.1, ge=0, le=1)
    """Or this share of the user's events, if that is more."""

    brake_minutes: float = Field(60, gt=0)
    """The span of time in which removals are counted."""

    brake_few: int = Field(5, ge=1)
    """So few are always let through."""

    brake_most: float = Field(0.5, gt=0, le=1)
    """Never more than this share of a small calendar, beyond the few."""

    @property
    def brake(self) -> Brake:
        """When removals are held for approval (M32)."""
        within = timedelta(minutes=self.brake_minutes)
        return Brake(self.brake_removals, self.brake_share, within, self.brake_few, self.brake_most)

    @property
    def ahead(self) -> timedelta:
        """How far ahead a calendar is read."""
        return timedelta(days=self.window_days)
