"""One event or one user tried again by hand, once what stood in the way is mended."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

import typer

from tandem.api import Reconciler, RefusedError, ask
from tandem.errors import UnusableError
from tandem.terminal import AsJson, By, out, print_json


def retry(
    event: Annotated[str, typer.Argument(help="The id of a link, or the event's own id in EspoCRM or Outlook.")],
    by: By = "the command line",
    as_json: AsJson = False,
) -> None:
    """Forget why an event was refused, read both sides again and decide anew."""
    links = ask(lambda reconciler: _retry(reconciler, event, by))
    if as_json:
        print_json({"retried": links})
    else:
        out.print(f"tried again: {', '.join(links)}")


async def _retry(reconciler: Reconciler, event: str, by: str) -> list[str]:
    links = await links_of(reconciler, event)
    for link in links:
        await reconciler.retry(link, by)
    return links


async def links_of(reconciler: Reconciler, event: str) -> list[str]:
    """Name the links of an event. EspoCRM's ids may be UUIDs as links' are, so its word comes first."""
    try:
        stories = (await reconciler.why(quote(event, safe="")))["stories"]
    except RefusedError:
        if _is_uuid(event):
            return [event]
        raise
    if not stories:
        raise UnusableError("this event is not synced, so there is nothing to try again: `tandem why` says why not")
    return [story["link"]["id"] for story in stories]


def resync(
    user: Annotated[str, typer.Argument(help="The EspoCRM user's id.")] = "",
    everybody: Annotated[bool, typer.Option("--all", help="Every account, as after a restored backup.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    by: By = "the command line",
    as_json: AsJson = False,
) -> None:
    """Read everything of a user anew, and try again what was refused. Nothing is removed by it, and nothing made twice."""
    if bool(user) == everybody:
        raise UnusableError("name a user, or say --all")
    accounts = ask(Reconciler.accounts) if everybody else [ask(lambda reconciler: reconciler.account(user))]
    if not yes:
        if as_json:
            raise UnusableError("--json asks nobody: add --yes")
        for account in accounts:
            _show(account)
        typer.confirm("Read all of this anew?", abort=True)
    done = ask(lambda reconciler: _resync(reconciler, accounts, by))
    if as_json:
        print_json(done if everybody else done[0])
    else:
        out.print(f"read anew on both sides: {len(done)}; `tandem status` shows how it goes")


async def _resync(reconciler: Reconciler, accounts: list[dict[str, Any]], by: str) -> list[dict[str, Any]]:
    return [
        {"account": account["id"], "counts": account["counts"], **await reconciler.resync(account["id"], by)}
        for account in accounts
    ]


def _show(account: dict[str, Any]) -> None:
    out.print(f"{account['name']} ({account['mailbox']})", markup=False)
    for state, count in sorted(account["counts"].items()):
        out.print(f"  {state}: {count}", markup=False)
    out.print(f"  skipped: {account['skipped']}", markup=False)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
