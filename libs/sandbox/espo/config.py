"""How a simulated instance is set up: what an administrator would have decided before the first request."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.espo.releases import RELEASES, Release

CONNECTOR_ROLE = {
    **{
        scope: {"create": "yes", "read": "all", "edit": "all", "delete": "all", "stream": "all"}
        for scope in ("Meeting", "Call")
    },
    **{
        scope: {"create": "yes", "read": "all", "edit": "no", "delete": "no", "stream": "no"}
        for scope in ("Contact", "Lead")
    },
    "Account": {"create": "no", "read": "all", "edit": "no", "delete": "no", "stream": "no"},
    "User": {"read": "all", "edit": "no"},
    "Team": {"read": "all"},
    "Webhook": True,
    "Calendar": True,
    "Activities": True,
    "GlobalStream": True,
    "OpenApi": True,
}


@dataclass(slots=True)
class EspoConfig:
    """Settings of one simulated instance.

    version: 9.2.7, 9.3.10 or 10.0.0; anything else raises ValueError.
    zone: the system time zone (IANA), which decides what an all-day event's hours are.
    custom_events: names of custom entity types of type Event.
    location_fields: entity type to the name of its `location` varchar field.
    key_fields: entity type to the name of its varchar field for a connector's key.
    join_url_writable: the administrator cleared *Read-only* of Meeting's *Join URL*.
    companion_extension: scope OutlookCalendar, online service Microsoft, writable joinUrl, `location` and
        `outlookEventKey` on meetings and calls.
    uid_readable: the connector's role may read `uid`.
    webhook_allowed_addresses: `host:port` of internal receivers that webhooks may point to.
    dns: names that the simulated DNS knows, and their addresses; a delivery to a name goes there, its port kept.
    https_only_webhooks: the original 10.0.0 package refuses plain http; the recorded one did not.
    webhook_timeout_seconds: EspoCRM waits 10 seconds for a receiver.
    cron_seconds: real seconds between runs of the webhook job; 0 leaves them to the control surface.
    latency_ms: added to every answer of the API.
    empty: no connector, no role, only the administrator.
    """

    version: str = "10.0.0"
    zone: str = "Europe/Berlin"
    custom_events: tuple[str, ...] = ("CVisit",)
    location_fields: dict[str, str] = field(
        default_factory=lambda: {"Meeting": "cLocation", "Call": "cLocation", "CVisit": "location"}
    )
    key_fields: dict[str, str] = field(default_factory=dict)
    join_url_writable: bool = False
    companion_extension: bool = False
    uid_readable: bool = False
    custom_prefix_disabled: bool = False
    webhook_allowed_addresses: tuple[str, ...] = ()
    dns: Mapping[str, str] = field(default_factory=dict)
    https_only_webhooks: bool = False
    webhook_timeout_seconds: float = 10.0
    cron_seconds: float = 0.0
    latency_ms: float = 0.0
    site_url: str = "http://espocrm.example"
    api_key: str = "tandem-api-key"
    admin_password: str = "admin"
    empty: bool = False
    seed: int | None = None

    def __post_init__(self) -> None:
        if self.version not in RELEASES:
            raise ValueError(f"no such release: {self.version}; there are {', '.join(RELEASES)}")

    @property
    def release(self) -> Release:
        """The habits of the chosen release."""
        return RELEASES[self.version]
