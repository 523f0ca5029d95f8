"""How every command talks: results to standard output, as text or as JSON; trouble to standard error, one line first."""

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from tandem.errors import CommandError, Exit

EXIT_CODES = (
    f"Exit codes: {Exit.DONE} done; {Exit.FAILED} it failed or was refused; {Exit.UNUSABLE} the request cannot be carried "
    f"out here (an option, a port, a missing tool); {Exit.UNREACHABLE} a system that it needs does not answer."
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]

By = Annotated[str, typer.Option(help="Who decides this, for the journal.")]

out = Console()
_err = Console(stderr=True)


class Commands(TyperGroup):
    """A group of commands in which a CommandError ends as its words and its exit code, never as a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except CommandError as error:
            complain(error)
            raise typer.Exit(error.exit_code) from None


def complain(error: CommandError) -> None:
    """Say what is wrong: one line, and below it what else there is to see."""
    _err.print(f"tandem: {error}", markup=False, highlight=False, soft_wrap=True, style="red")
    if error.detail:
        _err.print(error.detail, markup=False, highlight=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """Print a value for a script."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))
