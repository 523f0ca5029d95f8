"""Where the doctor finds what runs: the same variables as the services themselves read, each of them optional here."""

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class DoctorSettings(BaseSettings):
    """The variables of `tandem doctor`. What is not set is taken from the local run, or left out and said so."""

    model_config = SettingsConfigDict(env_prefix="TANDEM_", frozen=True, extra="ignore")

    reconciler_url: str = ""
    """Root of the reconciler, to be asked whether it is ready."""

    outlook_connector_url: str = ""
    """Root of the Outlook connector, to be asked whether it is ready and what it sees of Microsoft."""

    espo_connector_url: str = ""
    """Root of the EspoCRM connector, to be asked whether it is ready and what it sees of EspoCRM."""

    teams_meeting_url: str = ""
    """Root of the service for Teams meetings, to be asked whether it is ready."""

    console_url: str = ""
    """Root of the console, to be asked whether it is ready."""

    service_secret: SecretStr = SecretStr("")
    """By this our own processes know each other; without it no service reports."""

    def url_of(self, service: str) -> str:
        """Give the root of a service, "" where it is not known."""
        url: str = getattr(self, f"{service}_url")
        return url
