"""`python -m reconciler.migrate`: brings the schema up to date, before or after a deployment. Exits 1 when it cannot."""

import asyncio
import sys

from pydantic import ValidationError

from reconciler.settings import PostgresSettings
from reconciler.store.migrate import migrate


def main() -> int:
    """Apply what is missing and say so."""
    try:
        settings = PostgresSettings()
        applied = asyncio.run(migrate(settings.postgres.get_secret_value()))
    except ValidationError as error:
        missing = ", ".join(f"TANDEM_{str(part['loc'][0]).upper()}: {part['msg']}" for part in error.errors())
        sys.stderr.write(f"migrate: {missing}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"migrate: PostgreSQL is out of reach: {error}\n")
        return 1
    sys.stdout.write(f"migrate: {', '.join(applied) if applied else 'nothing to do'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
