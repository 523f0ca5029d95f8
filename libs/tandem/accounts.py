"""`tandem account`: connects and shows users without the web page, where the tenant gave the app its permissions."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.table import Table

from tandem.api import Reconciler, ask
from tandem.consents import forget_consent
from tandem.errors import CommandError, UnusableError
from tandem.terminal import EXIT_CODES, AsJson, Commands, out, print_json

app = typer.Typer(cls=Commands, help="The users' connections to their mailboxes.", no_args_is_help=True)

User = Annotated[str, typer.Argument(help="The id of the user in EspoCRM.")]


_PHASES = {
    "reading": "both sides are being read",
    "waiting": "both sides have been read, and the sync waits for `tandem account begin`",
    "running": "the sync runs",
}


class Direction(StrEnum):
    """Which way events go (rules M05 to M07)."""

    BOTH = "both"
    OUTLOOK_TO_ESPO = "outlook_to_espo"
    ESPO_TO_OUTLOOK = "espo_to_outlook"
    NONE = "none"


class Winner(StrEnum):
    """Whose value stands in a conflict (rule M29)."""

    LATEST = "latest"
    ESPO = "espo"
    OUTLOOK = "outlook"


class Private(StrEnum):
    """What is taken of private events (rule M18)."""

    SKIP = "skip"
    BUSY = "busy"
    FULL = "full"


@app.command("set", epilog=EXIT_CODES)
def set_account(
    espo_user: User,
    *,
    mailbox: Annotated[str | None, typer.Option(help="The user principal name in Microsoft 365.")] = None,
    name: Annotated[str | None, typer.Option(help="How people call the user.")] = None,
    zone: Annotated[str | None, typer.Option(help="The user's time zone, an IANA name.")] = None,
    address: Annotated[list[str] | None, typer.Option(help="An e-mail address of the user; repeatable.")] = None,
    direction: Annotated[Direction | None, typer.Option(help="Which way events go.")] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="Sync what ends on or after this date; at first the day of connecting."
        ),
    ] = None,
    entity: Annotated[
        list[str] | None, typer.Option(help="An entity type and its label, as in Call=C; repeatable.")
    ] = None,
    default_entity: Annotated[str | None, typer.Option(help="What an event without a label becomes.")] = None,
    calendar: Annotated[
        str | None, typer.Option(help="The main calendar's id; at first the mailbox's default.")
    ] = None,
    other_calendar: Annotated[
        list[str] | None, typer.Option(help="The id of another calendar that is read; repeatable.")
    ] = None,
    winner: Annotated[
        Winner | None, typer.Option(help="Whose value stands if both sides change a field to different values.")
    ] = None,
    field_winner: Annotated[
        list[str] | None,
        typer.Option(
            help='The same for one field (title, span, location, description), as in title=espo; repeatable, "" for none.'
        ),
    ] = None,
    description_both_ways: Annotated[
        bool | None, typer.Option(help="Let descriptions flow both ways, wherever the event was born.")
    ] = None,
    contacts_and_leads: Annotated[bool | None, typer.Option(help="Invite contacts and leads in Outlook too.")] = None,
    blocked_domain: Annotated[
        list[str] | None, typer.Option(help="Guests of this domain are passed on to neither side; repeatable.")
    ] = None,
    send_responses: Annotated[
        bool | None, typer.Option(help="Mail organizers the answers that the user gives in EspoCRM.")
    ] = None,
    remove_in_outlook: Annotated[
        bool | None, typer.Option(help="Remove in Outlook what was made there and is removed in EspoCRM.")
    ] = None,
    confirm: Annotated[
        bool, typer.Option(help="Write nothing before `tandem account begin`, so that a preview can be seen.")
    ] = False,
    private: Annotated[
        Private | None, typer.Option(help="What is taken of private events: nothing, their time, or all of it.")
    ] = None,
    category: Annotated[
        list[str] | None,
        typer.Option(help='Take only Outlook events of this category; repeatable, "" for events of any or none.'),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Connect a user to a mailbox, or change a connected user's settings. What is not given stays as it is."""
    person = {"mailbox": mailbox, "name": name, "zone": zone, "addresses": address}
    settings = {
        "direction": direction,
        "since": since.date().isoformat() if since else None,
        "entities": _entities(entity) if entity else None,
        "default_entity": default_entity,
        "main_calendar": calendar,
        "other_calendars": other_calendar,
        "winner": winner,
        "field_winners": None if field_winner is None else _field_winners(field_winner),
        "description_both_ways": description_both_ways,
        "contacts_and_leads": contacts_and_leads,
        "blocked_domains": blocked_domain,
        "send_responses": send_responses,
        "remove_in_outlook": remove_in_outlook,
        "private": private,
        "categories": None if category is None else [name for name in category if name],
        "erase_pulled": False,
    }

    async def change(reconciler: Reconciler) -> dict[str, Any]:
        known = await _find(reconciler, espo_user) or {}
        wish = _given(known, "mailbox", "name", "zone", "addresses") | _given(person)
        if "mailbox" not in wish:
            raise UnusableError(f"{espo_user} is not connected yet: --mailbox says to which mailbox")
        wish = {
            "name": wish["mailbox"],
            **wish,
            "confirm": confirm,
            "settings": _given(known.get("rules", {})) | _given(settings),
        }
        return await reconciler.connect(espo_user, wish)

    account = ask(change)
    if as_json:
        print_json(account)
    else:
        out.print(f"{account['name']} is connected to {account['mailbox']}", markup=False)


def _given(values: dict[str, Any], *names: str) -> dict[str, Any]:
    """Leave out what is None, and if names are given, everything else."""
    return {name: value for name, value in values.items() if value is not None and (not names or name in names)}


def _field_winners(words: list[str]) -> dict[str, str]:
    """Read `title=espo`; what makes no sense is the reconciler's to say."""
    return {field: winner for field, _, winner in (word.partition("=") for word in words if word)}


def _entities(words: list[str]) -> dict[str, str]:
    """Read `Call=C`; a bare name has an empty label. Raises UnusableError where a name is missing."""
    entities = {name: label for name, _, label in (word.partition("=") for word in words)}
    if "" in entities:
        raise UnusableError("--entity takes NAME=LABEL, for instance Call=C")
    return entities


@app.command("list", epilog=EXIT_CODES)
def list_accounts(as_json: AsJson = False) -> None:
    """List who is connected, and how it stands."""
    accounts = ask(Reconciler.accounts)
    if as_json:
        print_json(accounts)
    else:
        out.print(table(accounts))


@app.command(epilog=EXIT_CODES)
def show(espo_user: User, as_json: AsJson = False) -> None:
    """Show one account: its settings, and where each of its feeds stands."""
    account = ask(lambda reconciler: _find(reconciler, espo_user))
    if account is None:
        raise CommandError(f"no account has the id {espo_user}")
    if as_json:
        print_json(account)
        return
    out.print(table([account]))
    for setting, value in account["rules"].items():
        out.print(f"{setting.replace('_', ' ')}: {value}", markup=False)
    feeds = Table("feed", "looked at", "notified until", "trouble")
    for feed in account["feeds"]:
        feeds.add_row(*(str(feed[word] or "") for word in ("feed", "looked_at", "subscription_expires_at", "reason")))
    out.print(feeds)


@app.command(epilog=EXIT_CODES)
def preview(espo_user: User, as_json: AsJson = False) -> None:
    """Show what a user's sync would do now: events made on each side, matched ones, people mailed."""
    shown = ask(lambda reconciler: reconciler.preview(espo_user))
    if as_json:
        print_json(shown)
        return
    out.print(
        f"{_PHASES[shown['phase']]}; read so far: {shown['read']['outlook']} in Outlook, {shown['read']['espo']} in EspoCRM"
    )
    out.print(f"to be made in Outlook: {shown['to_outlook']}, which mails {shown['invitations']} people")
    out.print(f"to be made in EspoCRM: {shown['to_espo']}")
    out.print(f"on both sides already: {shown['matched']}")


@app.command(epilog=EXIT_CODES)
def begin(espo_user: User, as_json: AsJson = False) -> None:
    """Let a user's first sync begin, after `set --confirm`."""
    ask(lambda reconciler: reconciler.begin(espo_user))
    if as_json:
        print_json({"begun": espo_user})
    else:
        out.print(f"the sync of {espo_user} begins", markup=False)


@app.command(epilog=EXIT_CODES)
def erase(espo_user: User, as_json: AsJson = False) -> None:
    """Take out of EspoCRM all that was pulled from a user's mailbox. The sync stops; disconnect once nothing is pending."""

    async def stop_and_erase(reconciler: Reconciler) -> dict[str, Any]:
        known = await _find(reconciler, espo_user)
        if known is None:
            raise CommandError(f"no account has the id {espo_user}")
        settings = _given(known["rules"]) | {"direction": Direction.NONE, "erase_pulled": True}
        return await reconciler.connect(
            espo_user, _given(known, "mailbox", "name", "zone", "addresses") | {"settings": settings}
        )

    account = ask(stop_and_erase)
    if as_json:
        print_json(account)
    else:
        out.print(f"what was pulled from {account['mailbox']} is being taken out of EspoCRM", markup=False)


@app.command(epilog=EXIT_CODES)
def disconnect(espo_user: User, as_json: AsJson = False) -> None:
    """Stop syncing a user and forget the consent. Events stay where they are."""
    forgotten = forget_consent(espo_user)
    ask(lambda reconciler: reconciler.disconnect(espo_user))
    if as_json:
        print_json({"disconnected": espo_user, "consent_forgotten": forgotten})
    else:
        out.print(f"{espo_user} is disconnected", markup=False)
        if not forgotten:
            out.print("a consent, if there is one, is still kept: TANDEM_OUTLOOK_CONNECTOR_URL says where to forget it")


def table(accounts: list[dict[str, Any]]) -> Table:
    """Show accounts, one a row, with what troubles their feeds."""
    rows = Table("id", "name", "mailbox", "direction", "trouble")
    for account in accounts:
        troubles = sorted({feed["reason"] for feed in account["feeds"] if feed["reason"]})
        cells = (account["id"], account["name"], account["mailbox"], account["rules"]["direction"])
        rows.add_row(*cells, "; ".join(troubles))
    return rows


async def _find(reconciler: Reconciler, espo_user: str) -> dict[str, Any] | None:
    return next((account for account in await reconciler.accounts() if account["id"] == espo_user), None)
