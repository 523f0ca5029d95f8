"""Teams meetings: requests to Graph and what came of them."""

from tandem.monitoring.boards import Board, Row
from tandem.monitoring.panels import PER_SECOND, SECONDS, Query, lines
from tandem.monitoring.promql import increase, quantile, rate

_REQUESTS = "teams_graph_request_seconds"

BOARD = Board(
    "teams",
    "Teams meetings",
    "Meetings made, moved and removed in Teams.",
    (
        Row(
            "What do we ask Teams?",
            8,
            (
                lines(
                    "Requests",
                    "By what they are for.",
                    Query(rate(f"{_REQUESTS}_count", ("operation",)), "{{operation}}"),
                    unit=PER_SECOND,
                    stacked=True,
                ),
                lines(
                    "How they ended",
                    "By status; lost where no answer came.",
                    Query(rate(f"{_REQUESTS}_count", ("ended",)), "{{ended}}"),
                    unit=PER_SECOND,
                    stacked=True,
                ),
                lines(
                    "How long they took",
                    "95 of 100 requests, by what they are for.",
                    Query(quantile(0.95, _REQUESTS, ("operation",)), "{{operation}}"),
                    unit=SECONDS,
                ),
            ),
        ),
        Row(
            "What comes of it?",
            12,
            (
                lines(
                    "Requests carried out",
                    "By kind and outcome.",
                    Query(rate("teams_writes_total", ("kind", "outcome")), "{{kind}}: {{outcome}}"),
                    unit=PER_SECOND,
                    stacked=True,
                ),
                lines(
                    "Put off",
                    "Requests that will be tried again, by what stood in the way.",
                    Query(increase("teams_deferrals_total", ("cause",)), "{{cause}}"),
                    stacked=True,
                ),
            ),
        ),
    ),
)
