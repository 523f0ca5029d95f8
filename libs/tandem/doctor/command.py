"""The command: options in, a report out, exit code 1 where a step failed."""

import asyncio
from typing import Annotated

import typer

from bus.checks import State
from tandem.doctor.examine import examine
from tandem.doctor.findings import Part, failing, report
from tandem.doctor.plan import plan
from tandem.errors import Exit
from tandem.terminal import AsJson, out, print_json

_MARKS = {
    State.PASSED: "[green]✓[/]",
    State.WARNING: "[yellow]![/]",
    State.FAILED: "[red]✗[/]",
    State.SKIPPED: "[dim]–[/]",
}


def doctor(
    *,
    espo: Annotated[str, typer.Option(help="An EspoCRM to look at, running system or not.")] = "",
    espo_key: Annotated[str, typer.Option(help="The key of its API user; TANDEM_ESPO_API_KEY if not given.")] = "",
    tenant: Annotated[str, typer.Option(help="A directory of Microsoft to look at, running system or not.")] = "",
    graph: Annotated[str, typer.Option(help="Where Graph is; Microsoft's if not given.")] = "",
    login: Annotated[str, typer.Option(help="Where Microsoft's sign-in is; the usual one if not given.")] = "",
    client_id: Annotated[str, typer.Option(help="Our application there; TANDEM_CLIENT_ID if not given.")] = "",
    mailbox: Annotated[str, typer.Option(help="A mailbox to look at, by its user principal name.")] = "",
    as_json: AsJson = False,
) -> None:
    """Look at everything that the sync needs, and name the step that fails.

    With an option for EspoCRM or Microsoft: at that system alone, by its API, without a running system. Without: at Kafka,
    PostgreSQL, the services and what they see of both systems, as far as the environment or the local run names them.
    The application's secret is read from TANDEM_CLIENT_SECRET alone.
    """
    parts = asyncio.run(
        examine(
            plan(
                _given(TANDEM_ESPO_URL=espo, TANDEM_ESPO_API_KEY=espo_key),
                _given(
                    TANDEM_TENANT=tenant, TANDEM_GRAPH_URL=graph, TANDEM_LOGIN_URL=login, TANDEM_CLIENT_ID=client_id
                ),
                mailbox,
            )
        )
    )
    if as_json:
        print_json(report(parts))
    else:
        _show(parts)
    if failing(parts):
        raise typer.Exit(Exit.FAILED)


def _show(parts: list[Part]) -> None:
    for part in parts:
        out.print(part.name, style="bold")
        for step in part.steps:
            out.print(f"  {_MARKS[step.state]} {step.step}: ", end="")
            out.print(step.words, markup=False, highlight=False, soft_wrap=True)
    if first := failing(parts):
        name, step = first
        out.print(f"\nMend first: {name}, {step.step}: {step.words}", markup=False, highlight=False, soft_wrap=True)


def _given(**settings: str) -> dict[str, str]:
    return {name: value for name, value in settings.items() if value}
