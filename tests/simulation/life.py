"""One life of a small company: what happens next is drawn from the seed, until all is quiet and can be judged."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from random import Random

import httpx
from starlette.applications import Starlette
from tools.chaos.ideas import Ideas
from tools.chaos.invariants import Violation
from tools.chaos.load import Load

from reconciler.handlers.connect import connect
from reconciler.store import Account
from sandbox.espo.app import create_app as espo_app
from sandbox.espo.config import EspoConfig
from sandbox.graph.app import create_app as graph_app
from sandbox.graph.config import Config
from simulation.bus import Bus
from simulation.clock import BEGINNING, Clock, from_seed
from simulation.company import Company
from simulation.diary import Diary
from simulation.doubles import made_by_us, told_apart
from simulation.ending import end
from simulation.moves import Moves
from simulation.network import BadRoads, NobodyHome, Roads, alive, hosts
from simulation.stage import addresses, people_on_stage
from simulation.system import start
from tandem.people.cast import COLLEAGUES, Colleague
from tandem.people.entries import CALL_LABEL
from tandem.people.stage import Stage

_SLEEPS = (0.5, 2.5, 2.5, 10.0, 40.0, 300.0)
"""Seconds that may pass at most between two moves, one of these each time."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Who and what a life is made of."""

    clock: Clock
    on: Stage
    roads: BadRoads
    company: Company
    moves: Moves
    espo: Starlette


async def live(seed: int, dsn: str, steps: int, *, keyed: bool) -> Diary:
    """Live a whole life on an empty database with the reconciler's schema; so much happens before it comes to rest.

    `keyed`: with our extension for EspoCRM, whose meetings and calls then bear the keys of the events that they were made of.
    """
    diary, rng = Diary(seed, keyed), Random(seed)
    with from_seed(rng) as clock:
        async with AsyncExitStack() as stack:
            setting = await _set(diary, rng, clock, dsn, stack)
            try:
                await _go_on(setting, rng, steps)
                setting.roads.bad = False
                found = await end(setting.moves, setting.company, setting.on)
                made = made_by_us(setting.espo, setting.company.bus)
                diary.violations, diary.known = told_apart(found, diary.histories, made, keyed=keyed)
            except Exception as error:  # noqa: BLE001 - whatever it is, this life broke on it, and the next one may not
                diary.violations.append(Violation("nothing unforeseen", "", f"{type(error).__name__}: {error}"))
    return diary


async def _set(diary: Diary, rng: Random, clock: Clock, dsn: str, stack: AsyncExitStack) -> Setting:
    """Start both systems and the product, and connect everybody."""
    graph = graph_app(Config(people=(), seed=diary.seed), transport=NobodyHome())
    places = dict.fromkeys(("Meeting", "Call"), "location")
    espo = espo_app(EspoConfig(seed=diary.seed, companion_extension=diary.keyed, location_fields=places))
    await stack.enter_async_context(alive(graph))
    to, bus = hosts(graph, espo), Bus()
    http = await stack.enter_async_context(httpx.AsyncClient(transport=Roads(to, clock)))
    on, users = await people_on_stage(http, addresses(dsn))
    load = Load(on, rng, Ideas(rng, BEGINNING.date() + timedelta(days=1)), diary.histories)
    company = Company(load, [*users.values()], bus, rng, diary)
    roads = BadRoads(to, clock, rng, company.deed)
    system = await start(dsn, bus, roads, stack)
    connection = await stack.enter_async_context(system.database.pool.acquire())
    await clock.show(connection)
    for colleague in COLLEAGUES:
        async with system.database.unit() as unit:
            await connect(unit, _account(users[colleague.address], colleague), system.settings)
    return Setting(clock, on, roads, company, Moves(system, bus, clock, rng, diary, connection), espo)


async def _go_on(setting: Setting, rng: Random, steps: int) -> None:
    async def sleep() -> None:
        setting.clock.between(0.01, rng.choice(_SLEEPS))

    moves, act = setting.moves, setting.company.act
    happens = {moves.deliver: 50, moves.relay: 14, moves.tick: 12, sleep: 12, act: 7, moves.again: 3}
    for _ in range(steps):
        (happening,) = rng.choices([*happens], [*happens.values()])
        await happening()


def _account(user: str, colleague: Colleague) -> Account:
    """Connected both ways, meetings and calls, contacts and leads invited in Outlook too, as in the sandbox."""
    return Account.model_validate(
        {
            "id": user,
            "name": colleague.name,
            "mailbox": colleague.address,
            "zone": colleague.zone,
            "addresses": (colleague.address,),
            "rules": {
                "direction": "both",
                "entities": {"Meeting": "", "Call": CALL_LABEL},
                "default_entity": "Meeting",
                "contacts_and_leads": True,
            },
        }
    )
