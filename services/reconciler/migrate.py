"""`python -m reconciler.migrate`: brings the schema up to date, before or after a deployment. Exits 1 when it cannot."""

import asyncio
import sys

from bus.settings import load
from reconciler.settings import PostgresSettings
from reconciler.store import OUTAGE
from reconciler.store.migrate import migrate


def main() -> int:
    """Apply what is missing and say so."""
    settings = load(PostgresSettings)
    try:
        applied = asyncio.run(migrate(settings.postgres.get_secret_value()))
    except OUTAGE as error:
        sys.stderr.write(f"migrate: PostgreSQL is out of reach: {type(error).__name__}\n")
        return 1
    sys.stdout.write(f"migrate: {', '.join(applied) if applied else 'nothing to do'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
