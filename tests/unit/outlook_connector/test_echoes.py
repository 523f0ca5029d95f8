"""Which notifications tell only of our own writes."""

from typing import Any

import msgspec

from graph.asking.answers import GraphEvent, Notification
from outlook_connector.echoes import Echoes
from sandbox.graph.ids import Ids, long_change_key

KEYS = Ids()


def stored(change_key: str) -> GraphEvent:
    return GraphEvent(id="e1", etag=f'W/"{change_key}"')


def told(change_key: str, **other: Any) -> Notification:
    data = {"id": "e1", "@odata.etag": f'W/"{long_change_key(change_key)}"'}
    notification = {"subscriptionId": "s1", "changeType": "updated", "resourceData": data}
    return msgspec.convert(notification | other, Notification)


def test_the_version_that_we_wrote_is_an_echo_however_often_it_is_told() -> None:
    echoes, ours = Echoes(), KEYS.change_key()
    echoes.expect(stored(ours))

    assert [echoes.is_one(told(ours)) for _ in range(3)] == [True, True, True]
    assert echoes.is_one(told(ours, changeType="created"))


def test_a_version_that_somebody_else_made_of_the_same_event_is_none() -> None:
    echoes = Echoes()
    echoes.expect(stored(KEYS.change_key()))

    assert not echoes.is_one(told(KEYS.change_key()))


def test_a_removal_is_none_though_it_may_name_the_version_that_was_removed() -> None:
    echoes, ours = Echoes(), KEYS.change_key()
    echoes.expect(stored(ours))

    assert not echoes.is_one(told(ours, changeType="deleted"))


def test_what_names_no_version_is_none() -> None:
    echoes = Echoes()
    echoes.expect(GraphEvent(id="e1"))
    echoes.expect(stored("of no form that we know"))

    assert not echoes.is_one(told(KEYS.change_key(), resourceData=None))
    assert not echoes.is_one(told(KEYS.change_key(), resourceData={"id": "e1"}))


def test_the_oldest_is_forgotten_and_heard_as_news_again() -> None:
    echoes, keys = Echoes(most=2), [KEYS.change_key() for _ in range(3)]
    for key in keys:
        echoes.expect(stored(key))

    assert [echoes.is_one(told(key)) for key in keys] == [False, True, True]
