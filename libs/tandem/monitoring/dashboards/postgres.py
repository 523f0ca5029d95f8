"""The database, as the reconciler sees it: whether it answers, how long it takes, how much is in it."""

from tandem.monitoring.boards import Board, Row
from tandem.monitoring.panels import AGE, BYTES, PER_SECOND, SECONDS, SHARE, Query, lines, number
from tandem.monitoring.promql import largest, quantile, rate

_USED = 'reconciler_pool_connections{state="used"} / ignoring (state) reconciler_pool_limit'

BOARD = Board(
    "postgres",
    "PostgreSQL",
    "The database as the reconciler sees it.",
    (
        Row(
            "Is the database well?",
            6,
            (
                number(
                    "Last counted",
                    "The reconciler counts its rows every quarter of a minute; long ago means that it cannot.",
                    f"time() - {largest('reconciler_census_timestamp_seconds')}",
                    AGE,
                    limits=(45, 90),
                ),
                number(
                    "Connections in use",
                    "Share of the connections that a replica may open; the fullest replica.",
                    f"max({_USED})",
                    SHARE,
                    limits=(0.8, 1),
                ),
                number(
                    "Transactions take",
                    "99 of 100.",
                    quantile(0.99, "reconciler_unit_seconds"),
                    SECONDS,
                    limits=(0.5, 2),
                ),
                number("Size", "Of the whole database.", largest("reconciler_database_bytes"), BYTES),
            ),
        ),
        Row(
            "How busy is it?",
            8,
            (
                lines(
                    "Transactions",
                    "All replicas together.",
                    Query(rate("reconciler_unit_seconds_count"), "transactions"),
                    unit=PER_SECOND,
                ),
                lines(
                    "How long they take",
                    "Half of them, and 99 of 100.",
                    *(Query(quantile(part, "reconciler_unit_seconds"), f"{part:.0%}") for part in (0.5, 0.99)),
                    unit=SECONDS,
                ),
                lines(
                    "How long they wait for a connection",
                    "Half of them, and 99 of 100.",
                    *(Query(quantile(part, "reconciler_pool_wait_seconds"), f"{part:.0%}") for part in (0.5, 0.99)),
                    unit=SECONDS,
                ),
                lines(
                    "Connections",
                    "Of each replica.",
                    Query("reconciler_pool_connections", "{{instance}} {{state}}"),
                    Query("reconciler_pool_limit", "{{instance}} most"),
                ),
                lines(
                    "Outbox", "Messages that wait for Kafka.", Query(largest("reconciler_outbox_messages"), "messages")
                ),
                lines(
                    "Size",
                    "Of the whole database.",
                    Query(largest("reconciler_database_bytes"), "database"),
                    unit=BYTES,
                ),
            ),
        ),
    ),
)
