"""What an operator decides: the other value of a conflict restored, held removals approved or refused."""

from typing import Annotated

import typer
from rich.table import Table

from tandem.again import links_of
from tandem.api import Reconciler, ask
from tandem.errors import UnusableError
from tandem.terminal import AsJson, out, print_json


def restore(
    entry: Annotated[int, typer.Argument(help="The journal's entry of the conflict, as `tandem why` shows it.")],
    as_json: AsJson = False,
) -> None:
    """Restore the value that lost a conflict; it then crosses to the other side like any edit."""
    ask(lambda reconciler: reconciler.restore(entry))
    if as_json:
        print_json({"restoring": entry})
    else:
        out.print("the other value is on its way")


def held(as_json: AsJson = False) -> None:
    """Show how many removals are held, by account: more were wished for at once than the brake lets through."""
    waiting = ask(Reconciler.held)
    if as_json:
        print_json(waiting)
        return
    table = Table("account", "held removals")
    for row in waiting:
        table.add_row(row["account"], str(row["held"]))
    out.print(table if waiting else "nothing is held")


def release(
    account: Annotated[
        str | None, typer.Argument(help="The EspoCRM user's id: all of the user's held removals.")
    ] = None,
    event: Annotated[
        str | None, typer.Option(help="Only that of one event, by its link's id or its own in EspoCRM or Outlook.")
    ] = None,
    refuse: Annotated[bool, typer.Option("--refuse", help="Leave the events where they are.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let the held removals of an account, or of one event, be carried out, or refuse them."""
    word = "refused" if refuse else "approved"
    if (account is None) == (event is None):
        raise UnusableError("say either whose removals, or --event and which one")
    count = ask(lambda reconciler: _release(reconciler, account, event, word))
    if as_json:
        print_json({"released": count})
    else:
        out.print(f"{count} removals {'refused' if refuse else 'approved'}")


async def _release(reconciler: Reconciler, account: str | None, event: str | None, word: str) -> int:
    if event is None:
        return await reconciler.release(account or "", word)
    links = await links_of(reconciler, event)
    for link in links:
        await reconciler.release_one(link, word)
    return len(links)
