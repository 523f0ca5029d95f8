"""Checks the database: whether it answers, and whether its schema is that of this release.

`python -m reconciler.check` does it with the settings of the environment, and ends with exit code 1 where a step failed.
"""

import asyncio

from bus.checks import Checklist, Failure, Step, tell
from bus.settings import load
from reconciler.settings import PostgresSettings
from reconciler.store import OUTAGE
from reconciler.store.migrate import steps, unapplied

ANSWERS = "PostgreSQL answers"


async def check(dsn: str) -> list[Step]:
    """Look at the database."""
    missing: list[str] = []

    async def answers() -> str:
        try:
            missing.extend(await unapplied(dsn))
        except OUTAGE as error:
            raise Failure(f"it is out of reach ({type(error).__name__}): look at TANDEM_POSTGRES") from None
        return "and lets us in"

    async def schema() -> str:
        if missing:
            raise Failure(f"not up to date, run `tandem migrate`: {', '.join(missing)}")
        return f"up to date with {steps()[-1][0]}"

    checklist = Checklist()
    await checklist.step(ANSWERS, answers)
    await checklist.step("Schema", schema, after=[ANSWERS])
    return checklist.steps


def main() -> None:
    """Check the database that the environment names."""
    tell(asyncio.run(check(load(PostgresSettings).postgres.get_secret_value())))


if __name__ == "__main__":
    main()
