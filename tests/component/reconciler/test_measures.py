"""What the reconciler counts as it works: how late a write was, how many attempts it took, what was only an echo."""

from datetime import timedelta

from contracts.changes import EspoGone
from contracts.writes import CreateOutlookEvent
from support.links import event
from support.reconciling import Reconciling, deferred, done, in_espo, in_outlook, now


def told(reconciling: Reconciling, name: str, **labels: str) -> float | None:
    return reconciling.metrics.registry.get_sample_value(f"reconciler_{name}", labels)


async def test_a_change_counts_from_when_its_source_made_it(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_espo("m1", event(), at=now() + timedelta(seconds=2)))
    await reconciling.hear(done(create, in_outlook("o1", event(), transaction_id=create.transaction_id)))
    assert told(reconciling, "latency_seconds_count", target="outlook") == 1


async def test_what_changed_before_the_account_was_connected_does_not_count_as_late(reconciling: Reconciling) -> None:
    long_ago = now().replace(year=now().year - 1)
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_espo("m1", event(), at=long_ago))
    await reconciling.hear(done(create, in_outlook("o1", event(), transaction_id=create.transaction_id)))
    assert told(reconciling, "latency_seconds_count", target="outlook") == 0
    assert told(reconciling, "outcomes_total", side="outlook", outcome="done") == 1


async def test_a_write_is_counted_with_the_attempts_that_it_took(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_espo("m1", event()))
    await reconciling.hear(deferred(create, 0))
    await reconciling.database.pool.execute(
        "UPDATE links SET due_at = now(), body = jsonb_set(body, '{outlook,rest_until}', to_jsonb(now()))"
    )
    (again,) = [sent for sent in await reconciling.tick() if isinstance(sent, CreateOutlookEvent)]
    await reconciling.hear(done(again, in_outlook("o1", event(), transaction_id=again.transaction_id)))
    assert told(reconciling, "write_attempts_sum", side="outlook") == 2


async def test_our_own_write_seen_as_a_change_is_an_echo(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_espo("m1", event()))
    await reconciling.hear(done(create, in_outlook("o1", event(), transaction_id=create.transaction_id)))
    await reconciling.hear(in_outlook("o1", event(), transaction_id=create.transaction_id))
    assert told(reconciling, "echoes_total", side="outlook") == 1


async def test_a_removal_counts_from_when_it_was_confirmed_for_no_side_dates_it(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_espo("m1", event(), at=now() - timedelta(days=300)))
    await reconciling.hear(done(create, in_outlook("o1", event(), transaction_id=create.transaction_id)))
    (delete,) = await reconciling.hear(EspoGone(entity="Meeting", espo_id="m1", confirmed=True, read_at=now()))
    await reconciling.hear(done(delete, None))
    assert told(reconciling, "latency_seconds_count", target="outlook") == 1
    assert told(reconciling, "latency_seconds_bucket", target="outlook", le="30.0") == 1


async def test_a_record_that_is_years_old_is_written_and_its_story_names_no_time(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_espo("m1", event(), at=now() - timedelta(days=3000)))
    await reconciling.hear(done(create, in_outlook("o1", event(), transaction_id=create.transaction_id)))
    rows = await reconciling.database.pool.fetch("SELECT latency_ms FROM journal WHERE what = 'created'")
    assert [row["latency_ms"] for row in rows] == [None]


async def test_a_change_that_waited_for_longer_than_the_journal_can_say_is_written_all_the_same(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await reconciling.database.pool.execute("UPDATE accounts SET began_at = now() - interval '1 year'")
    (create,) = await reconciling.hear(in_espo("m1", event(), at=now() - timedelta(days=200)))
    await reconciling.hear(done(create, in_outlook("o1", event(), transaction_id=create.transaction_id)))
    rows = await reconciling.database.pool.fetch("SELECT latency_ms FROM journal WHERE what = 'created'")
    assert [row["latency_ms"] for row in rows] == [24 * 24 * 3600 * 1000]
