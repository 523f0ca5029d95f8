"""What the reconciler reads from its environment, every variable with the prefix `TANDEM_`."""

from datetime import timedelta

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from reconciler.core.brake import Brake


class PostgresSettings(BaseSettings):
    """Where the database is: a DSN, which may hold a password."""

    model_config = SettingsConfigDict(env_prefix="TANDEM_")

    postgres: SecretStr
    postgres_connections: int = Field(8, ge=2)


class ReconcilerSettings(PostgresSettings):
    """How often to look without being told to, in seconds, and where the HTTP interface listens."""

    http_host: str = "127.0.0.1"
    http_port: int = Field(8080, ge=0, le=65535)
    log_level: str = "INFO"
    log_json: bool = True
    sweep_seconds: float = Field(2, gt=0)
    poll_seconds: float = Field(900, gt=0)
    poll_unsubscribed_seconds: float = Field(30, gt=0)
    upcoming_seconds: float = Field(300, gt=0)
    window_days: int = Field(540, ge=1, le=1800)
    schedule_seconds: float = Field(0.2, gt=0)
    brake_removals: int = Field(20, ge=1)
    brake_share: float = Field(0.1, ge=0, le=1)
    brake_minutes: float = Field(60, gt=0)

    @property
    def brake(self) -> Brake:
        """When removals are held for approval (M32)."""
        return Brake(self.brake_removals, self.brake_share, timedelta(minutes=self.brake_minutes))
