"""The bus, as those who use it see it: how far behind they are, and what became of each message."""

from tandem.monitoring.boards import Board, Row
from tandem.monitoring.panels import BYTES, PER_SECOND, SECONDS, Query, lines, number
from tandem.monitoring.promql import increase, largest, quantile, rate, total

BOARD = Board(
    "kafka",
    "Kafka",
    "The bus as the services see it.",
    (
        Row(
            "Do messages get through?",
            6,
            (
                number(
                    "Messages behind",
                    "All messages that wait to be handled.",
                    total("bus_lag_messages"),
                    limits=(500, 5000),
                ),
                number(
                    "Messages held in the last quarter of an hour",
                    "They failed, and come again after a pause.",
                    increase('bus_outcomes_total{outcome="held"}', window="15m"),
                    limits=(1, 100),
                    decimals=0,
                ),
                number(
                    "Dead letters that nobody has decided on",
                    "`tandem replay` lists them.",
                    largest("reconciler_dead_letters"),
                    limits=(1,),
                ),
                number(
                    "Kafka confirms within",
                    "99 of 100 publishes.",
                    quantile(0.99, "bus_published_messages_duration_seconds"),
                    SECONDS,
                    limits=(0.5, 2),
                ),
            ),
        ),
        Row(
            "Who is behind?",
            12,
            (
                lines(
                    "Messages behind, by group and topic",
                    "Partitions together.",
                    Query(total("bus_lag_messages", ("group", "topic")), "{{group}}: {{topic}}"),
                ),
                lines(
                    "The partition furthest behind",
                    "One that stands out has a message that holds it up.",
                    Query("max by (group, topic) (bus_lag_messages)", "{{group}}: {{topic}}"),
                ),
            ),
        ),
        Row(
            "What becomes of messages?",
            8,
            (
                lines(
                    "Handled",
                    "By topic.",
                    Query(rate('bus_outcomes_total{outcome="handled"}', ("topic",)), "{{topic}}"),
                    unit=PER_SECOND,
                    stacked=True,
                ),
                lines(
                    "Held and parked",
                    "Held messages come again; parked ones are dead letters.",
                    Query(
                        increase('bus_outcomes_total{outcome!="handled"}', ("topic", "outcome")),
                        "{{topic}}: {{outcome}}",
                    ),
                    stacked=True,
                ),
                lines(
                    "Time that handlers take",
                    "95 of 100 calls; a call is one message or one batch.",
                    Query(quantile(0.95, "bus_handling_seconds", ("group",)), "{{group}}"),
                    unit=SECONDS,
                ),
            ),
        ),
        Row(
            "What is on the bus?",
            8,
            (
                lines(
                    "Published",
                    "By topic.",
                    Query(rate("bus_published_messages_total", ("destination",)), "{{destination}}"),
                    unit=PER_SECOND,
                    stacked=True,
                ),
                lines(
                    "Publishing takes",
                    "95 of 100 publishes, until the cluster has confirmed.",
                    Query(
                        quantile(0.95, "bus_published_messages_duration_seconds", ("destination",)), "{{destination}}"
                    ),
                    unit=SECONDS,
                ),
                lines(
                    "Bytes received",
                    "By service.",
                    Query(rate("bus_received_messages_size_bytes_sum", ("app_name",)), "{{app_name}}"),
                    unit=BYTES,
                    stacked=True,
                ),
            ),
        ),
    ),
)
