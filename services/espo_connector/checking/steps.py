"""The steps of a check of EspoCRM, in the order in which they are best mended.

What a role must grant is in EspoCRM's documentation, "Roles management"; that a scope without any right is absent from
`App/user`, and which addresses webhooks may have, was seen on real instances.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bus.checks import Checklist, Doubt, Failure, Step
from espo_connector.asking.client import Client, Record
from espo_connector.asking.query import empty, filled, search
from espo_connector.asking.together import together
from espo_connector.checking.rights import missing_on_events, missing_on_people
from espo_connector.errors import EspoError, Invalid, Maintenance, NobodyThere, NotThere, Throttled, Unavailable
from espo_connector.fields.schema import ACCESS_SCOPE, EntityType, entity_type, event_types
from espo_connector.hooks.registration import Registration
from espo_connector.instance.site import field_rights
from espo_connector.settings import EspoSettings

_OLDEST = (9, 2)
"""`skipOwn`, without which our own writes come back as webhooks, exists since then."""

_ONLY_HTTPS = (10, 0)
_FAR_OFF = timedelta(seconds=30)

ANSWERS, KEY, TYPES = "EspoCRM answers", "API key", "Event types"


class Run:
    """One run, and what its earlier steps have found for the later ones."""

    def __init__(self, settings: EspoSettings, client: Client, registration: Registration) -> None:
        self._settings = settings
        self._client = client
        self._registration = registration
        self._refusal: EspoError | None = None
        self._session: Record = {}
        self._scopes: Mapping[str, Any] = {}
        self._types: dict[str, EntityType] = {}

    async def steps(self) -> list[Step]:
        """Look at everything."""
        checklist = Checklist(EspoError)
        await checklist.step(ANSWERS, self._answers)
        await checklist.step(KEY, self._key, after=[ANSWERS])
        await checklist.step("Version", self._version, after=[KEY])
        await checklist.step(TYPES, self._event_types, after=[KEY])
        await checklist.step("Rights on events", self._rights_on_events, after=[TYPES])
        await checklist.step("Rights on people", self._rights_on_people, after=[KEY])
        await checklist.step("Assignment", self._assignment, after=[KEY])
        await checklist.step("Location", self._location, after=[TYPES])
        await checklist.step("Event keys", self._keys, after=[TYPES])
        await checklist.step("Join link", self._join_link, after=[TYPES])
        await checklist.step("Extension", self._extension, after=[TYPES])
        await checklist.step("Webhooks", self._webhooks, after=[TYPES])
        await checklist.step("Time zone", self._time_zone, after=[KEY])
        await checklist.step("Clock", self._clock, after=[KEY])
        return checklist.steps

    async def _answers(self) -> str:
        try:
            self._session = await self._client.session()
        except (NotThere, NobodyThere):
            raise Failure(
                f"there is no EspoCRM at {self._settings.espo_url}: set TANDEM_ESPO_URL to its site"
            ) from None
        except (Maintenance, Throttled) as error:
            self._refusal = error
        except Unavailable:
            raise
        except EspoError as error:
            self._refusal = error
        return self._settings.espo_url

    async def _key(self) -> str:
        if self._refusal:
            raise self._refusal
        return f"accepted, of the API user “{self._session.get('user', {}).get('userName', '')}”"

    async def _version(self) -> str:
        version = str(self._session.get("settings", {}).get("version") or "")
        if not version:
            raise Doubt("EspoCRM does not tell its version")
        if _numbers(version) < _OLDEST:
            raise Failure(f"EspoCRM {version} is too old: 9.2 or newer is needed")
        return version

    async def _event_types(self) -> str:
        self._scopes = await self._client.metadata("scopes")
        names = event_types(self._scopes)
        if not names:
            raise Failure("the API user sees no Meeting, no Call and no type of type Event: give it a role")
        fields = await together(self._client.metadata(f"entityDefs.{name}.fields") for name in names)
        own_names = (self._settings.location_field, self._settings.teams_flag_field)
        self._types = {
            name: entity_type(name, self._scopes[name], described, *own_names, rights=field_rights(self._session, name))
            for name, described in zip(names, fields, strict=True)
        }
        return ", ".join(names)

    async def _rights_on_events(self) -> str:
        if missing := missing_on_events(self._table(), self._types):
            raise Failure(f"the API user's role must also grant: {'; '.join(missing)}")
        return "read, edit, create and delete, all"

    async def _rights_on_people(self) -> str:
        needed, wished = missing_on_people(self._table())
        if needed:
            raise Failure(f"the API user's role must also grant: {'; '.join(needed)}")
        if wished:
            raise Doubt(f"attendees of these kinds are not recognised until the role grants: {'; '.join(wished)}")
        return "users, contacts, leads and teams can be read"

    async def _assignment(self) -> str:
        level = self._session.get("acl", {}).get("assignmentPermission")
        if level not in (None, "all"):
            raise Failure(f"the API user's role has the Assignment Permission “{level}”: it must be “all”")
        return "to everybody"

    async def _location(self) -> str:
        if twins := [kind.name for kind in self._types.values() if await self._is_left_behind(kind)]:
            raise Doubt(
                f"{', '.join(twins)}: texts stand in “cLocation” while the new “location” is empty and is the one that is "
                "synced: copy them over, or set TANDEM_LOCATION_FIELD=cLocation"
            )
        if without := [kind.name for kind in self._types.values() if kind.location is None]:
            raise Doubt(f"no Varchar field “location”, so none is synced: {', '.join(without)}")
        return ", ".join(f"{kind.name}.{kind.location}" for kind in self._types.values())

    async def _is_left_behind(self, kind: EntityType) -> bool:
        if kind.location != "location" or self._settings.location_field:
            return False
        if not await self._client.metadata(f"entityDefs.{kind.name}.fields.cLocation"):
            return False
        stranded = search([filled("cLocation"), empty("location")], select=("id",), size=1)
        return bool((await self._client.rows(kind.name, stranded)).rows)

    async def _keys(self) -> str:
        if without := [kind.name for kind in self._types.values() if kind.key is None]:
            raise Doubt(
                f"no Varchar field “outlookEventKey” that the API user may read and edit: {', '.join(without)}. Should "
                "EspoCRM's answer to a creation get lost while somebody edits the record, it is made a second time: "
                "install the extension, and add the field to custom types"
            )
        return ", ".join(f"{kind.name}.{kind.key}" for kind in self._types.values())

    async def _join_link(self) -> str:
        if not any(kind.join_url_length for kind in self._types.values()):
            raise Doubt("Meeting's “Join URL” is read-only, so links of Teams meetings are not stored")
        return "can be written"

    async def _extension(self) -> str:
        if ACCESS_SCOPE not in self._scopes:
            raise Doubt("not installed: who may sync is then listed in Tandem, and “Microsoft” is no online location")
        if self._table().get(ACCESS_SCOPE) is not True:
            raise Doubt("installed, but the API user's role lacks “Outlook Calendar”: Teams meetings are refused")
        return "installed"

    async def _webhooks(self) -> str:
        url = self._settings.public_url
        if not url:
            raise Doubt("TANDEM_PUBLIC_URL is not set: sweeps alone find changes")
        if self._table().get("Webhook") is not True:
            raise Failure("the API user's role must also grant: Webhooks, enabled")
        try:
            standing, wanted = await self._registration.rehearse()
        except Invalid as error:
            raise Failure(
                f"{error.reason}: EspoCRM sends only to public addresses, or to those of its setting webhookAllowedAddressList"
            ) from None
        if not wanted:
            raise Failure("TANDEM_PUBLIC_URL needs a host name: EspoCRM 10 cannot send to an IP address")
        if url.startswith("http:") and _numbers(str(self._session["settings"].get("version"))) >= _ONLY_HTTPS:
            raise Doubt("TANDEM_PUBLIC_URL is not https: EspoCRM 10 accepts such webhooks and may never send them")
        return f"{standing} of {wanted} stand, and EspoCRM accepts them"

    async def _time_zone(self) -> str:
        zone = self._session.get("settings", {}).get("timeZone") or "UTC"
        return f"{zone}: whole days begin there"

    async def _clock(self) -> str:
        ahead = await self._client.clock_ahead()
        if ahead is None:
            raise Doubt("EspoCRM does not tell the time")
        if abs(ahead) > _FAR_OFF:
            way = "ahead of" if ahead > timedelta() else "behind"
            raise Doubt(f"EspoCRM's clock is {abs(ahead).total_seconds():.0f} s {way} ours: the later edit may lose")
        return "agrees with ours"

    def _table(self) -> Mapping[str, Any]:
        table = self._session.get("acl", {}).get("table")
        return table if isinstance(table, Mapping) else {}


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
