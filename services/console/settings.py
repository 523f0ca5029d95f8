"""What this service reads from its environment, checked at the start with the variable named."""

from ipaddress import ip_address
from typing import Annotated, Self

from cryptography.fernet import Fernet, MultiFernet
from pydantic import Field, HttpUrl, SecretStr, field_validator, model_validator

from bus.settings import ServiceSettings


class Settings(ServiceSettings):
    """The console's variables, prefix `TANDEM_`, beside the secret by which services know each other."""

    reconciler_url: HttpUrl
    """Root of the reconciler's HTTP API."""

    outlook_connector_url: HttpUrl
    """Root of the Outlook connector's HTTP API."""

    espo_connector_url: HttpUrl
    """Root of the EspoCRM connector's HTTP API."""

    public_url: HttpUrl
    """Where browsers reach these pages: https, except on this machine."""

    session_keys: SecretStr
    """Fernet keys, separated by commas: the first seals the session cookie, all of them open it."""

    session_hours: Annotated[float, Field(gt=0, le=72)] = 8.0
    """How long somebody stays signed in. Roles that change in EspoCRM count from the next sign-in."""

    http_host: str = "0.0.0.0"  # noqa: S104 - a service in a container listens to all that is let in
    """Address to listen at."""

    http_port: Annotated[int, Field(ge=1, le=65535)] = 8080
    """Port for pages, probes and metrics."""

    log_level: str = "INFO"
    """Least severity that is logged."""

    log_json: bool = True
    """One JSON object a line; otherwise lines for people."""

    @field_validator("session_keys")
    @classmethod
    def _are_keys(cls, keys: SecretStr) -> SecretStr:
        try:
            _fernet(keys)
        except ValueError as error:
            raise ValueError("are Fernet keys (32 bytes in URL-safe base64), separated by commas") from error
        return keys

    @model_validator(mode="after")
    def _no_passwords_in_clear(self) -> Self:
        if not self.encrypted and not _is_this_machine(self.public_url.host or ""):
            raise ValueError("TANDEM_PUBLIC_URL is https: passwords are typed into these pages")
        return self

    @property
    def encrypted(self) -> bool:
        """Whether browsers come by https. Without it, on this machine only, cookies go without `Secure`."""
        return self.public_url.scheme == "https"

    @property
    def origin(self) -> str:
        """What browsers send as `Origin`: scheme, host and port (RFC 6454, 6.2)."""
        default = {"https": 443, "http": 80}[self.public_url.scheme]
        port = "" if self.public_url.port in (None, default) else f":{self.public_url.port}"
        return f"{self.public_url.scheme}://{self.public_url.host}{port}"

    def fernet(self) -> MultiFernet:
        """Give what seals and opens the session cookie."""
        return _fernet(self.session_keys)


def _fernet(keys: SecretStr) -> MultiFernet:
    return MultiFernet([Fernet(key.strip()) for key in keys.get_secret_value().split(",")])


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
