from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from broker.wire import Wire
from bus.topics import TopicsError, ensure


@dataclass(frozen=True)
class Wanted:
    name: str
    partitions: int
    retention_hours: int = 1
    config: Mapping[str, str] = field(default_factory=dict)


async def test_topics_that_are_there_are_left_alone(wire: Wire) -> None:
    assert await ensure(wire.settings(), [Wanted("notes.v1", 1), Wanted("wide.v1", 4)]) == []


async def test_a_cluster_that_lets_no_client_create_topics_is_named_with_what_is_missing(wire: Wire) -> None:
    with pytest.raises(TopicsError, match=r"lets no client create topics.*: absent\.v1, lost\.v1"):
        await ensure(wire.settings(), [Wanted("absent.v1", 1), Wanted("notes.v1", 1), Wanted("lost.v1", 1)])


async def test_another_number_of_partitions_is_refused(wire: Wire) -> None:
    with pytest.raises(TopicsError, match=r"wide\.v1 has 4 partitions instead of 12"):
        await ensure(wire.settings(), [Wanted("wide.v1", 12)])
