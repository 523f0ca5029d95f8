"""A service as small as one can be, to be started as a process: it copies notes from one topic to another.

Its one argument says what goes wrong: `nothing`, or `background`, whose task dies once a note has been copied.
"""

import asyncio
import sys

from prometheus_client import CollectorRegistry
from pydantic import BaseModel

from bus.app import make_app
from bus.broker import make_broker
from bus.consume import consume
from bus.publish import Publisher
from bus.serving.serve import run
from bus.settings import KafkaSettings, load
from bus.telling import logs


class Note(BaseModel):
    text: str


def main() -> None:
    [_, trouble, port] = sys.argv
    logs.configure("small")
    broker = make_broker(load(KafkaSettings), "small", CollectorRegistry())
    publisher, copied = Publisher(broker), asyncio.Event()

    async def copy(note: Note) -> None:
        await publisher.publish("copies.v1", "k", note)
        copied.set()

    async def die_after_the_first_copy() -> None:
        await copied.wait()
        raise RuntimeError("secret words of a library")

    consume(broker, "notes.v1", group="small.copy", handler=copy, message=Note)
    background = [die_after_the_first_copy] if trouble == "background" else []
    run(make_app(broker, background=background), broker, host="127.0.0.1", port=int(port))


if __name__ == "__main__":
    main()
