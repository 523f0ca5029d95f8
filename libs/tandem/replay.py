"""`tandem replay`: the dead letters, which no retry could help, shown and decided by hand.

A letter waits until its cause is mended: a bug of ours, a message of an older release. Replayed, it is handled as if it came
for the first time. What a letter says may be somebody's event, so its body is shown only when it is asked for.
"""

from typing import Annotated, Any

import typer
from rich.table import Table

from tandem.api import Reconciler, RefusedError, ask
from tandem.errors import Exit, UnusableError
from tandem.terminal import AsJson, By, out, print_json

_COLUMNS = ("id", "service", "topic", "at", "status", "reason")


def replay(
    letter: Annotated[
        int | None, typer.Argument(help="A letter's number; without one, the letters are listed.")
    ] = None,
    *,
    service: Annotated[str | None, typer.Option(help="Only letters that this service parked.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Replay, or discard, all parked letters of --service.")] = False,
    discard: Annotated[bool, typer.Option("--discard", help="Let it be instead of replaying it.")] = False,
    show: Annotated[bool, typer.Option("--show", help="Show the letter with its body, and decide nothing.")] = False,
    status: Annotated[str, typer.Option(help="List those that are parked, replayed or discarded.")] = "parked",
    by: By = "the command line",
    as_json: AsJson = False,
) -> None:
    """List dead letters; replay or discard one by its number, or all of a service."""
    verb = "discard" if discard else "replay"
    if show and letter is not None:
        _tell(ask(lambda reconciler: reconciler.dead_letter(letter)), as_json=as_json)
    elif letter is not None:
        ask(lambda reconciler: reconciler.decide_letter(letter, verb, by))
        _decided(verb, [letter], [], as_json=as_json)
    elif every:
        if service is None:
            raise UnusableError("--all goes with --service: the letters of which service?")
        done, refused = ask(lambda reconciler: _decide_all(reconciler, service, verb, by))
        _decided(verb, done, refused, as_json=as_json)
    elif discard or show:
        raise UnusableError("which letter? Give its number, or --service and --all")
    else:
        _list(ask(lambda reconciler: reconciler.dead_letters(service, status)), as_json=as_json)


async def _decide_all(
    reconciler: Reconciler, service: str, verb: str, by: str
) -> tuple[list[int], list[dict[str, Any]]]:
    """Decide all that were parked when we began, the oldest first; one that cannot be replayed keeps no other back."""
    done, refused = [], []
    for letter in reversed(await reconciler.dead_letters(service, "parked")):
        try:
            await reconciler.decide_letter(letter["id"], verb, by)
            done.append(letter["id"])
        except RefusedError as error:
            refused.append({"id": letter["id"], "reason": str(error)})
    return done, refused


def _decided(verb: str, done: list[int], refused: list[dict[str, Any]], *, as_json: bool) -> None:
    past = {"replay": "replayed", "discard": "discarded"}[verb]
    if as_json:
        print_json({past: done, "refused": refused})
    else:
        out.print(f"{past}: {', '.join(map(str, done)) or 'none'}")
        for each in refused:
            out.print(f"{each['id']}: {each['reason']}", markup=False)
    if refused:
        raise typer.Exit(Exit.FAILED)


def _list(letters: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print_json(letters)
        return
    table = Table(*_COLUMNS)
    for each in letters:
        table.add_row(*(str(each[column]) for column in _COLUMNS))
    out.print(table if letters else "there are none")


def _tell(letter: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(letter)
        return
    for name, value in letter.items():
        out.print(f"{name}: {value}", markup=False, highlight=False, soft_wrap=True)
