"""Brings the schema up to date: `python -m reconciler.migrate [before|after]`. Exits 3 where PostgreSQL does not answer.

`before` the code of a release is deployed, it leaves out what the code that still runs could not live with; `after` it, or
without a word where nothing runs, it applies everything.
"""

import asyncio
import sys

from bus.settings import load
from reconciler.settings import PostgresSettings
from reconciler.store import OUTAGE
from reconciler.store.migrate import before_the_code, migrate, steps

_WRONG_USAGE = 2
_UNREACHABLE = 3


def main() -> int:
    """Apply what is missing and say so."""
    when = sys.argv[1:] or ["after"]
    if when not in (["before"], ["after"]):
        sys.stderr.write("migrate: says `before` or `after` the code is deployed, or nothing\n")
        return _WRONG_USAGE
    wanted = before_the_code(steps()) if when == ["before"] else steps()
    settings = load(PostgresSettings)
    try:
        applied = asyncio.run(migrate(settings.postgres.get_secret_value(), wanted))
    except OUTAGE as error:
        sys.stderr.write(f"migrate: PostgreSQL is out of reach: {type(error).__name__}\n")
        return _UNREACHABLE
    sys.stdout.write(f"migrate: {', '.join(applied) or 'nothing to do'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
