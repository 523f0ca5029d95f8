"""Every topic gets messages that are wrong somewhere: each is understood or parked, and none holds its partition for ever."""

import json
from collections import Counter
from types import SimpleNamespace
from typing import Any, get_args
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bus.consuming.delivery import Reader
from bus.errors import permanent_reason
from contracts import changes, looks, meetings, notices, outcomes, writes
from contracts.notices import RecordTouched
from reconciler.handlers.dispatch import Dispatcher, Message
from support.reconciling import Reconciling
from support.rubbish import bodies, golden, nearly_right

READ_BY_OTHERS: dict[str, Any] = {
    "outlook looks": looks.OutlookLook,
    "outlook writes": writes.OutlookWrite,
    "espo looks": looks.EspoLook,
    "espo writes": writes.EspoWrite,
    "espo notices": RecordTouched,
    "teams requests": meetings.TeamsRequest,
}
HEARD = [
    member.model_fields["kind"].default
    for union in (changes.OutlookChange, changes.EspoChange, notices.OutlookNotice, outcomes.AnyOutcome)
    for member in get_args(get_args(union)[0])
]
HEADERS = st.lists(
    st.tuples(st.sampled_from(["message_id", "correlation_id", "traceparent"]), st.none() | st.binary(max_size=60))
)


def record(value: bytes | None, headers: list[tuple[str, bytes | None]]) -> Any:
    return SimpleNamespace(topic="t", partition=0, offset=1, key=b"ann", value=value, headers=headers)


@pytest.mark.parametrize("topic", READ_BY_OTHERS)
@given(value=bodies | nearly_right(golden()).map(lambda message: json.dumps(message).encode()), headers=HEADERS)
def test_whatever_a_topic_holds_is_understood_or_parked(
    counted: Counter[str], topic: str, value: bytes, headers: list[tuple[str, bytes | None]]
) -> None:
    counted[topic] += 1
    failure: Exception | None = None
    try:
        Reader[Any](READ_BY_OTHERS[topic]).read(record(value, headers))
    except Exception as error:  # noqa: BLE001 - whatever it is, the bus would judge it so
        failure = error
    assert failure is None or permanent_reason(failure) is not None, repr(failure)


@pytest.mark.timeout(600)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(message=nearly_right(golden(*HEARD)))
async def test_whatever_the_reconciler_hears_is_handled_or_parked(
    counted: Counter[str], reconciling: Reconciling, message: dict[str, Any]
) -> None:
    counted["reconciler's topics"] += 1
    await reconciling.connect(str(message.get("account") or "ann")[:100].replace("\0", ""))
    failure: Exception | None = None
    try:
        delivery = Reader[Any](Message).read(
            record(json.dumps(message).encode(), [("message_id", str(uuid4()).encode())])
        )
        await Dispatcher(reconciling.database, 900, 30).handle([delivery])
    except Exception as error:  # noqa: BLE001 - whatever it is, the bus would judge it so
        failure = error
    assert failure is None or permanent_reason(failure) is not None, repr(failure)
