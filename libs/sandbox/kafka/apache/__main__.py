"""Apache Kafka as a process for a local run: `python -m sandbox.kafka.apache --dir .local/kafka/node --port 9092`.

Prints its bootstrap address on one line once it is ready, and ends on SIGTERM or SIGINT. Exit code 2 where Java or Maven
is missing, 1 where Kafka does not start.
"""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from sandbox.child import ChildFailed
from sandbox.kafka.apache import ApacheKafka, ToolMissing

_TOOL_MISSING = 2


async def _serve(directory: Path, port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with ApacheKafka(directory, port=port) as kafka:
        sys.stdout.write(f"{kafka.bootstrap}\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    """Run as a process."""
    parser = argparse.ArgumentParser(
        prog="sandbox.kafka.apache", description="One node of Apache Kafka, for a local run"
    )
    parser.add_argument("--dir", type=Path, required=True, help="where the node keeps its data")
    parser.add_argument("--port", type=int, default=0, help="0 lets the system choose")
    arguments = parser.parse_args()
    try:
        asyncio.run(_serve(arguments.dir, arguments.port))
    except ToolMissing as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(_TOOL_MISSING)
    except (ChildFailed, RuntimeError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
