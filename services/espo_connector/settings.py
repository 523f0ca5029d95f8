"""What the operator decides, from the environment, prefix `TANDEM_`."""

from typing import Annotated

from pydantic import AfterValidator, AnyHttpUrl, Field, SecretStr, TypeAdapter
from pydantic_settings import BaseSettings, SettingsConfigDict

from bus.settings import KafkaSettings


def _url(text: str) -> str:
    return str(TypeAdapter(AnyHttpUrl).validate_python(text)).rstrip("/")


def _url_or_nothing(text: str) -> str:
    return _url(text) if text else ""


class EspoSettings(BaseSettings):
    """Where EspoCRM is and how we are known there: all that a check of it needs."""

    model_config = SettingsConfigDict(env_prefix="TANDEM_", frozen=True, extra="ignore")

    espo_url: Annotated[str, AfterValidator(_url)]
    """EspoCRM's site, as its users call it."""

    espo_api_key: Annotated[SecretStr, Field(min_length=1)]
    """Key of an API user that only this product uses: `skipOwn` hides what others do with it."""

    public_url: Annotated[str, AfterValidator(_url_or_nothing)] = ""
    """Where EspoCRM reaches this service; without it there are no webhooks, and sweeps alone find changes."""

    location_field: str = ""
    """Name of the location field of every entity type; "" tries `location`, then `cLocation`."""

    teams_flag_field: str = ""
    """Name of a checkbox that asks for a Teams meeting, for instance `cTeamsMeeting`; "" for none. *Online location* asks too."""


class Settings(KafkaSettings, EspoSettings):
    """All variables of this service."""

    http_host: str = "0.0.0.0"  # noqa: S104  # a service in a container listens on every interface
    """Address to listen at."""

    http_port: Annotated[int, Field(ge=0, le=65535)] = 8080
    """Port for webhooks, the internal routes, probes and metrics."""

    log_level: str = "INFO"
    """Least severity that is logged."""

    log_json: bool = True
    """One JSON object a line; otherwise lines for people."""
