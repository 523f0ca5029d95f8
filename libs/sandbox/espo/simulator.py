"""One simulated instance, whole and without HTTP: what the routes and the control surface act on."""

from collections.abc import Mapping
from typing import Any

import httpx

from sandbox.espo import errors
from sandbox.espo.access.acl import Access
from sandbox.espo.access.auth import Authenticator
from sandbox.espo.admin.fields import Administration
from sandbox.espo.clock import Clock
from sandbox.espo.config import CONNECTOR_ROLE, EspoConfig
from sandbox.espo.definitions.registry import Registry
from sandbox.espo.ids import IdSource
from sandbox.espo.records.completing import Completion
from sandbox.espo.records.linking import Linker
from sandbox.espo.records.store import Record, Store
from sandbox.espo.records.stream import Stream
from sandbox.espo.records.views import Views
from sandbox.espo.records.writing import Writer
from sandbox.espo.search.listing import Lister
from sandbox.espo.webhooks.addresses import addresses
from sandbox.espo.webhooks.delivery import Delivery
from sandbox.espo.webhooks.queue import Queue
from sandbox.espo.webhooks.registration import Registration

FULL_LEVEL = {"create": "yes", "read": "all", "edit": "all", "delete": "all", "stream": "all"}


class Simulator:
    """Everything of an instance that a request may need. `transport` replaces the network of webhooks."""

    def __init__(self, config: EspoConfig, clock: Clock, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.config = config
        self.clock = clock
        self.maintenance = False
        self._accesses: dict[str, Access] = {}
        self._accesses_as_of = (0, 0)
        self.zone = config.zone
        self.ids = IdSource(clock, config.seed)
        self.registry = Registry(config)
        self.store = Store()
        self.views = Views(self.registry, self.store)
        self.stream = Stream(clock, self.ids, self.store)
        self.addresses = addresses(config.webhook_allowed_addresses, config.dns)
        self.queue = Queue(self.registry, self.store, clock, self.ids, self.access)
        self.delivery = Delivery(config, self.queue, self.addresses, transport)
        self.completion = Completion(config, clock, self.ids, self.store)
        self.writer = Writer(
            ids=self.ids,
            registry=self.registry,
            store=self.store,
            views=self.views,
            completion=self.completion,
            stream=self.stream,
            listener=self.queue,
            addresses_shown=config.release.refreshes_address_data,
        )
        self.linker = Linker(self.store, self.views, self.stream)
        self.lister = Lister(config, clock, self.store, self.views)
        self.auth = Authenticator(self.store, clock, self.ids)
        self.administration = Administration(config.release, self.registry)
        self.registration = Registration(config.release, self.registry, self.store, self.ids, self.addresses)
        self.completion.creation_hooks = {"User": self._complete_user, "Webhook": self.registration.complete}
        self.admin = self._seed_admin()
        if not config.empty:
            self._seed_connector()

    def access(self, user: Record) -> Access:
        """Give the rights of a user, from his roles as they are now."""
        saves = (self.store.table("User").saves, self.store.table("Role").saves)
        if saves != self._accesses_as_of:
            self._accesses_as_of = saves
            self._accesses.clear()
        known = self._accesses.get(user.id)
        if known is None:
            roles = (self.store.find("Role", each) for each in user.linked("roles"))
            known = self._accesses[user.id] = Access(user, [role for role in roles if role is not None])
        return known

    def set_zone(self, zone: str) -> None:
        """Change the system time zone; all-day events follow at their next save."""
        self.zone = self.completion.zone = self.lister.zone = zone

    def add_user(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Add a user as an administrator would; `acl` becomes a role of his own.

        Takes EspoCRM's attributes of User, or short forms: `name` (split at its last space), `emailAddresses`,
        `apiKey`, `timeZone`, `secondStepCode`. Raises EspoError.
        """
        body = _person(given) | {"password": given.get("password", given.get("userName"))}
        access = self.access(self.admin)
        acl = given.get("acl")
        if acl is not None:
            role = {"name": f"{given.get('userName')}", "data": acl, "assignmentPermission": "all"}
            created = self.writer.create(access, self.registry["Role"], role)
            body["rolesIds"] = [*body.get("rolesIds", ()), created["id"]]
        if given.get("apiKey"):
            body |= {"type": "api", "authMethod": "ApiKey"}
        answer = self.writer.create(access, self.registry["User"], body)
        user = self.store.table("User").get(answer["id"])
        if user is None:
            raise errors.not_found(answer["id"])
        if given.get("apiKey"):
            user.values["apiKey"] = given["apiKey"]
        user.values |= {"timeZone": given.get("timeZone"), "secondStepCode": given.get("secondStepCode")}
        self.store.table("User").save(user)
        return self.views.read(user, access)

    def add_person(self, kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Add a Contact or a Lead as an administrator would, whoever else is called so. Raises EspoError."""
        entity = self.registry[kind]
        return self.writer.create(self.access(self.admin), entity, _person(given), skip_duplicates=True)

    def _complete_user(self, record: Record, _: Access, given: Mapping[str, Any]) -> None:
        if record.values.get("type") == "api":
            record.values["apiKey"] = self.ids.secret()
            if given.get("authMethod") == "Hmac":
                record.values["secretKey"] = self.ids.secret()

    def _seed_admin(self) -> Record:
        now = self.clock.stamp()
        admin = Record("User", self.ids.record_id())
        admin.values = {
            "userName": "admin",
            "type": "admin",
            "lastName": "Admin",
            "isActive": True,
            "password": self.config.admin_password,
            "createdAt": now,
            "modifiedAt": now,
        }
        self.store.table("User").save(admin)
        return admin

    def _seed_connector(self) -> None:
        data = dict(CONNECTOR_ROLE) | {name: dict(FULL_LEVEL) for name in self.config.custom_events}
        if self.config.companion_extension:
            data["OutlookCalendar"] = True
        role: dict[str, Any] = {"name": "Connector", "data": data, "assignmentPermission": "all"}
        if self.config.uid_readable:
            role["fieldData"] = {scope: {"uid": {"read": "yes", "edit": "no"}} for scope in ("Meeting", "Call")}
        created = self.writer.create(self.access(self.admin), self.registry["Role"], role)
        self.add_user(
            {
                "userName": "connector",
                "lastName": "connector",
                "apiKey": self.config.api_key,
                "rolesIds": [created["id"]],
            }
        )


def _person(given: Mapping[str, Any]) -> dict[str, Any]:
    body = {each: value for each, value in given.items() if each not in ("name", "emailAddresses", "acl", "apiKey")}
    name = given.get("name")
    if name and "lastName" not in body:
        first, _, last = str(name).rpartition(" ")
        body |= {"lastName": last} | ({"firstName": first} if first else {})
    found = given.get("emailAddresses")
    if found:
        body["emailAddressData"] = [
            {"emailAddress": address, "primary": position == 0} for position, address in enumerate(found)
        ]
    return body
