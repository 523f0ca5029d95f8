"""Which of the webhooks in EspoCRM stay."""

from typing import Any

from espo_connector.hooks.registration import sorted_out

OURS = "https://tandem.example/espo/webhooks/Meeting/create"
WANTED = {"Meeting.create": OURS}


def webhook(webhook_id: str, **attributes: Any) -> dict[str, Any]:
    return {
        "id": webhook_id,
        "event": "Meeting.create",
        "url": OURS,
        "isActive": True,
        "skipOwn": True,
        **attributes,
    }


def ids(webhooks: list[dict[str, Any]]) -> list[str]:
    return [webhook["id"] for webhook in webhooks]


def test_a_webhook_as_it_should_be_stays() -> None:
    kept, surplus = sorted_out([webhook("w1")], WANTED)
    assert (ids(kept), ids(surplus)) == (["w1"], [])


def test_of_two_that_replicas_made_at_once_every_replica_keeps_the_same() -> None:
    one, two = webhook("w1"), webhook("w2")
    for order in ([one, two], [two, one]):
        kept, surplus = sorted_out(order, WANTED)
        assert (ids(kept), ids(surplus)) == (["w1"], ["w2"])


def test_one_to_the_host_we_had_before_goes() -> None:
    kept, surplus = sorted_out([webhook("w1", url=OURS.replace("tandem", "former"))], WANTED)
    assert (ids(kept), ids(surplus)) == ([], ["w1"])


def test_one_of_an_entity_type_that_is_gone_goes() -> None:
    gone = webhook("w1", event="CVisit.create", url=OURS.replace("Meeting", "CVisit"))
    assert ids(sorted_out([gone], WANTED)[1]) == ["w1"]


def test_one_that_is_inactive_or_tells_us_of_our_own_writes_goes() -> None:
    wrong = [webhook("w1", isActive=False), webhook("w2", skipOwn=False)]
    assert ids(sorted_out(wrong, WANTED)[1]) == ["w1", "w2"]


def test_one_of_another_tool_is_not_touched() -> None:
    assert sorted_out([webhook("w1", url="https://other.example/hook")], WANTED) == ([], [])
