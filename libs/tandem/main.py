"""The command line. Each command reads its options, calls one module that does the work, and prints what came of it."""

import os
import sys
from typing import Annotated

import typer

from tandem import accounts, again, by_hand, operate
from tandem.doctor.command import doctor
from tandem.errors import Exit
from tandem.local.down import down as stop
from tandem.local.ports import DEFAULT_BASE
from tandem.local.up import detached
from tandem.local.up import up as run
from tandem.local.wanted import MEMORY, RUN_DIRECTORY, Wanted, espo_from, graph_from
from tandem.reach import SECRET
from tandem.replay import replay
from tandem.smoke.run import smoke as drive
from tandem.terminal import EXIT_CODES, AsJson, Commands, out, print_json

app = typer.Typer(
    cls=Commands,
    help="Tandem keeps EspoCRM and Outlook calendars in step.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)
app.add_typer(accounts.app, name="account")
app.command(epilog=EXIT_CODES)(operate.status)
app.command(epilog=EXIT_CODES)(operate.topics)
app.command(epilog=EXIT_CODES)(operate.migrate)
app.command(epilog=EXIT_CODES)(doctor)
app.command(epilog=EXIT_CODES)(operate.why)
app.command(epilog=EXIT_CODES)(by_hand.restore)
app.command(epilog=EXIT_CODES)(by_hand.held)
app.command(epilog=EXIT_CODES)(by_hand.release)
app.command(epilog=EXIT_CODES)(again.retry)
app.command(epilog=EXIT_CODES)(again.resync)
app.command(epilog=EXIT_CODES)(replay)

Kafka = Annotated[str, typer.Option(help="memory, apache (a real broker, from its published jars) or HOST:PORT.")]


@app.command(epilog=EXIT_CODES)
def up(
    *,
    kafka: Kafka = MEMORY,
    postgres: Annotated[str | None, typer.Option(help="A PostgreSQL URL; embedded if not given.")] = None,
    graph: Annotated[
        str | None,
        typer.Option(help="Where Graph is; simulated if not given. TANDEM_TENANT, _CLIENT_ID, _CLIENT_SECRET."),
    ] = None,
    login: Annotated[
        str | None, typer.Option(help="Where the given Graph's login is; Microsoft's if not given.")
    ] = None,
    espo: Annotated[str | None, typer.Option(help="Where EspoCRM is; simulated if not given.")] = None,
    espo_key: Annotated[
        str | None, typer.Option(envvar="TANDEM_ESPO_API_KEY", help="The API key for the given EspoCRM.")
    ] = None,
    empty: Annotated[bool, typer.Option("--empty", help="Put no people into the simulators.")] = False,
    detach: Annotated[bool, typer.Option("--detach", help="Return once all is ready, and print it as JSON.")] = False,
    look: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the sandbox page in a browser, where there is a display.")
    ] = True,
    port_base: Annotated[int, typer.Option(min=0, max=65000, help="The first port; 0 takes free ones.")] = DEFAULT_BASE,
) -> None:
    """Run everything locally, until Ctrl-C; whatever address is not given is simulated or embedded."""
    wanted = Wanted(
        kafka=kafka,
        postgres=postgres,
        graph=graph_from(graph, login),
        espo=espo_from(espo, espo_key),
        public_url=os.environ.get("TANDEM_PUBLIC_URL"),
        service_secret=os.environ.get(SECRET),
        empty=empty,
        port_base=port_base,
        directory=RUN_DIRECTORY,
    )
    wanted.check()
    if detach:
        print_json(
            detached(wanted, [*(word for word in sys.argv[2:] if word not in ("--detach", "--open")), "--no-open"])
        )
    else:
        run(wanted, out, look=look)


@app.command(epilog=EXIT_CODES)
def down(as_json: AsJson = False) -> None:
    """Stop what `tandem up` runs in this folder."""
    pid = stop(RUN_DIRECTORY)
    if as_json:
        print_json({"stopped": pid})
    else:
        out.print("nothing was running" if pid is None else f"stopped (process {pid})")


@app.command(epilog=EXIT_CODES)
def smoke(kafka: Kafka = MEMORY) -> None:
    """Drive a fresh system as people would, on both sides, and check what comes of it."""
    if not drive(kafka, out):
        raise typer.Exit(Exit.FAILED)


if __name__ == "__main__":
    app()
