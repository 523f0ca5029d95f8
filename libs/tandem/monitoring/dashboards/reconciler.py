"""The heart: what it decides, what it wishes for, what comes of it, and what waits."""

from tandem.monitoring.boards import Board, Row
from tandem.monitoring.panels import AGE, PER_SECOND, SECONDS, Query, lines, number
from tandem.monitoring.promise import LATE_AFTER_SECONDS
from tandem.monitoring.promql import increase, largest, quantile, rate

_FAILING = largest('reconciler_feeds{state="failing"}', ("kind",))

BOARD = Board(
    "reconciler",
    "Reconciler",
    "What is decided, wished for and written, and what waits.",
    (
        Row(
            "Does anything wait?",
            4,
            (
                number(
                    "Oldest message in the outbox",
                    "Messages leave within milliseconds; one that stays means that Kafka does not take it.",
                    largest("reconciler_outbox_age_seconds"),
                    AGE,
                    limits=(5, 60),
                ),
                number(
                    "Oldest pending link",
                    "How long the link that waits longest has been pending.",
                    largest("reconciler_oldest_pending_seconds"),
                    AGE,
                    limits=(60, 1800),
                ),
                number(
                    "Most overdue look",
                    "How long the feed that waits longest has been due for a look.",
                    largest("reconciler_look_overdue_seconds"),
                    AGE,
                    limits=(10, 60),
                ),
                number(
                    "Removals held",
                    "They wait until somebody approves or refuses them.",
                    largest('reconciler_links{state="held"}'),
                    limits=(1,),
                ),
                number(
                    "Writes refused",
                    "Links whose write will not succeed until somebody mends something.",
                    largest('reconciler_links{state="refused"}'),
                    limits=(1, 50),
                ),
                number(
                    "Feeds that fail",
                    "Feeds whose last look did not succeed.",
                    f"sum({_FAILING})",
                    limits=(1,),
                ),
            ),
        ),
        Row(
            "What is decided?",
            8,
            (
                lines(
                    "Decisions",
                    "By the state that they left a link in.",
                    Query(rate("reconciler_decisions_total", ("state",)), "{{state}}"),
                    unit=PER_SECOND,
                    stacked=True,
                ),
                lines(
                    "Wishes",
                    "Writes wished for, by side and verb.",
                    Query(rate("reconciler_wishes_total", ("side", "verb")), "{{side}}: {{verb}}"),
                    unit=PER_SECOND,
                    stacked=True,
                ),
                lines(
                    "Outcomes",
                    "What came of them.",
                    Query(rate("reconciler_outcomes_total", ("side", "outcome")), "{{side}}: {{outcome}}"),
                    unit=PER_SECOND,
                    stacked=True,
                ),
                lines(
                    "Conflicts",
                    "Fields that both sides changed.",
                    Query(increase("reconciler_conflicts_total", ("field",)), "{{field}}"),
                    stacked=True,
                ),
                lines(
                    "Echoes",
                    "Observations that told what was known: most are our own writes, seen as changes.",
                    Query(rate("reconciler_echoes_total", ("side",)), "{{side}}"),
                    unit=PER_SECOND,
                    stacked=True,
                ),
                lines(
                    "Ignored",
                    "Messages that concern nothing we know.",
                    Query(increase("reconciler_ignored_total", ("reason",)), "{{reason}}"),
                    stacked=True,
                ),
            ),
        ),
        Row(
            "How long does it take?",
            8,
            (
                lines(
                    "From the change to the confirmed write",
                    "95 of 100 changes, by the side that is written to.",
                    Query(quantile(0.95, "reconciler_latency_seconds", ("target",)), "to {{target}}"),
                    unit=SECONDS,
                    limits=(LATE_AFTER_SECONDS,),
                ),
                lines(
                    "Attempts that a write took",
                    "95 of 100 writes took no more.",
                    Query(quantile(0.95, "reconciler_write_attempts", ("side",)), "{{side}}"),
                ),
                lines(
                    "Transactions",
                    "Half of them, and 99 of 100, took no longer.",
                    *(Query(quantile(part, "reconciler_unit_seconds"), f"{part:.0%}") for part in (0.5, 0.99)),
                    unit=SECONDS,
                ),
            ),
        ),
        Row(
            "What is there?",
            8,
            (
                lines(
                    "Links",
                    "By state.",
                    Query(largest("reconciler_links", ("state",)), "{{state}}"),
                    stacked=True,
                ),
                lines(
                    "Accounts",
                    "By state.",
                    Query(largest("reconciler_accounts", ("state",)), "{{state}}"),
                    stacked=True,
                ),
                lines(
                    "Feeds",
                    "By kind and whether their last look succeeded.",
                    Query(largest("reconciler_feeds", ("kind", "state")), "{{kind}}: {{state}}"),
                    stacked=True,
                ),
            ),
        ),
    ),
)
