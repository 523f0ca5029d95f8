"""docs/commands.md: the command line's own help, every command on one page."""

from typer import Context
from typer.cli import get_docs_for_click
from typer.main import get_command

from tandem.main import app

_NOTE = "Made from `tandem --help` by `make docs`.\n"


def page() -> str:
    """Write the page."""
    command = get_command(app)
    help_of_all = get_docs_for_click(obj=command, ctx=Context(command, info_name="tandem"), name="tandem")
    title, _, rest = help_of_all.partition("\n")
    return f"{title}\n\n{_NOTE}{rest.rstrip()}\n"
