"""What is sent belongs to the story of what led to it, also where time has to pass first."""

from datetime import timedelta

from bus.consuming.delivery import Delivery
from contracts.model import Model
from contracts.writes import CreateOutlookEvent
from reconciler.handlers.dispatch import Dispatcher
from reconciler.schedule import Schedule
from support.links import event
from support.reconciling import Reconciling, deferred, in_espo


async def hear(reconciling: Reconciling, message: Model, story: str, number: int) -> None:
    """Handle a message of a story."""
    delivery = Delivery(
        message=message,
        topic="t",
        partition=0,
        offset=number,
        key="ann",
        message_id=f"00000000-0000-0000-0000-00000000000{number}",
        correlation_id=story,
    )
    await Dispatcher(reconciling.database, 900, 30).handle([delivery])


async def creations(reconciling: Reconciling) -> list[tuple[str, CreateOutlookEvent]]:
    """Take the creations out of the outbox, each with its story."""
    rows = await reconciling.database.pool.fetch("DELETE FROM outbox RETURNING correlation_id, body")
    return [
        (row["correlation_id"], CreateOutlookEvent.model_validate_json(row["body"]))
        for row in rows
        if "create_outlook_event" in row["body"]
    ]


async def test_a_write_belongs_to_the_story_of_the_change_that_it_follows(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await hear(reconciling, in_espo("m1", event()), "one edit", 1)
    ((story, _),) = await creations(reconciling)
    assert story == "one edit"


async def test_a_write_that_was_put_off_is_tried_again_within_its_story(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await hear(reconciling, in_espo("m1", event()), "one edit", 1)
    ((story, create),) = await creations(reconciling)
    await hear(reconciling, deferred(create, 0), story, 2)
    await reconciling.database.pool.execute(
        "UPDATE links SET due_at = now(), body = jsonb_set(body, '{outlook,rest_until}', to_jsonb(now()))"
    )
    await Schedule(reconciling.database, 1).tick()
    ((again, _),) = await creations(reconciling)
    assert again == "one edit"


async def test_a_link_of_before_stories_were_kept_begins_one(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await hear(reconciling, in_espo("m1", event()), "one edit", 1)
    ((_, create),) = await creations(reconciling)
    await hear(reconciling, deferred(create, 0), "one edit", 2)
    await reconciling.database.pool.execute(
        "UPDATE links SET due_at = now(), correlation_id = '',"
        " body = jsonb_set(body, '{outlook,rest_until}', to_jsonb(now() - $1::interval))",
        timedelta(seconds=1),
    )
    await Schedule(reconciling.database, 1).tick()
    ((story, _),) = await creations(reconciling)
    assert story not in {"", "one edit"}
