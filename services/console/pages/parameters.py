"""The parameters within the connection's page: shown with the mailbox's own calendars and EspoCRM's own entity types (M03)."""

from dataclasses import dataclass, replace
from typing import Any

from console.clients.accounts import Account
from console.clients.espo import Entity
from console.clients.outlook import Calendar, Mailbox
from console.clients.service import Refused
from console.clients.services import Services
from console.views.parameters import Parameters, Problems, problems_of
from console.visit import Visit

_MORE = frozenset(("winner", "field_winners", "private", "categories", "blocked_domains"))


@dataclass(frozen=True, slots=True)
class ShownForm:
    """What the form shows: values, what there is to choose from, and what is wrong.

    `mailbox_words`: why the mailbox's calendars cannot be listed, "" if they are.
    """

    values: Parameters
    entities: tuple[Entity, ...]
    calendars: tuple[Calendar, ...]
    mailbox_words: str
    problems: Problems

    @property
    def more_is_wrong(self) -> bool:
        """Whether a field under *More* makes no sense, which has to be seen then."""
        return not _MORE.isdisjoint(self.problems.by_field)


class ParametersForm:
    """Puts the form together, and saves it."""

    def __init__(self, services: Services) -> None:
        self._espo = services.espo
        self._outlook = services.outlook
        self._reconciler = services.reconciler

    async def shown(self, visit: Visit) -> ShownForm:
        """Show the settings in force; before the first *Save*, the defaults."""
        account = await self._reconciler.account(visit.user)
        values = Parameters.of_rules(account.rules) if account else Parameters()
        return await self._form(visit, account, values)

    async def with_rows_changed(self, visit: Visit) -> ShownForm:
        """Show what was typed, with a row added, or taken away where `remove` names one."""
        account = await self._reconciler.account(visit.user)
        form = await self._form(visit, account, Parameters.of_form(visit.form))
        values, removed = form.values, visit.posted("remove")
        if removed.isdecimal():
            values = values.without_row(int(removed))
        else:
            values = values.with_row(entity.entity for entity in form.entities)
        return replace(form, values=values)

    async def saved(self, visit: Visit) -> ShownForm | None:
        """Save what was sent: None if it is in force, else the form with what is wrong in it."""
        values = Parameters.of_form(visit.form)
        account = await self._reconciler.account(visit.user)
        problems = Problems(values.problems())
        if not problems.by_field:
            try:
                await self._reconciler.connect(visit.user, await self._wish(visit, account, values))
            except Refused as refused:
                problems = problems_of(refused.problems)
                if not refused.problems:
                    problems = Problems(others=(refused.message,))
            else:
                return None
        return replace(await self._form(visit, account, values), problems=problems)

    async def _form(self, visit: Visit, account: Account | None, values: Parameters) -> ShownForm:
        words = ""
        calendars: tuple[Calendar, ...] = ()
        try:
            calendars = (await self._mailbox(visit.user, account)).calendars
        except Refused as refused:
            words = refused.message
        return ShownForm(values, tuple(await self._espo.entities()), calendars, words, Problems())

    async def _wish(self, visit: Visit, account: Account | None, values: Parameters) -> dict[str, Any]:
        """Say whose mailbox is to be synced how. What would push much at once waits for a word after the preview (M33)."""
        mailbox = await self._mailbox(visit.user, account)
        name = visit.session.name if visit.own or account is None else account.name
        zone = visit.session.zone if visit.own or account is None else account.zone
        return {
            "name": name,
            "mailbox": mailbox.mailbox,
            "zone": zone,
            "addresses": list(mailbox.addresses),
            "settings": (account.rules.model_dump(mode="json") if account else {}) | values.settings(),
            "by": visit.session.user_name,
            "confirm": account is None or values.push_more_than(account.rules),
        }

    async def _mailbox(self, user: str, account: Account | None) -> Mailbox:
        """Read the mailbox: with its owner's grant, else with the tenant's permission for the one that the account names."""
        named = None
        if account is not None and await self._outlook.grant(user) is None:
            named = account.mailbox
        return await self._outlook.mailbox(user, named)
