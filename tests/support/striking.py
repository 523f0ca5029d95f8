"""Faults of Microsoft and EspoCRM that strike the product in the running whole, and nobody else."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from support.whole import Whole

Fault = dict[str, Any]
"""A fault as the simulators' control surface takes it."""

MANY = 4
"""More often than a connector tries within one message, so that the schedule has to try, too."""

ALWAYS = 10_000


@asynccontextmanager
async def struck(
    whole: Whole, graph: Sequence[Fault] = (), espo: Sequence[Fault] = (), times: int = MANY
) -> AsyncIterator[None]:
    """Have faults strike the product so many times at most, until all is over."""
    at = whole.system.addresses
    of_graph, of_espo = {"caller": at.graph.client_id, "times": times}, {"caller": at.espo.api_key, "times": times}
    await whole.control_graph("POST", "faults", [fault | of_graph for fault in graph])
    await whole.control_espo("POST", "faults", [fault | of_espo for fault in espo])
    try:
        yield
    finally:
        await whole.control_graph("DELETE", "faults")
        await whole.control_espo("DELETE", "faults")
