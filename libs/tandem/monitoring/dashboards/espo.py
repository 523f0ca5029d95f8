"""Everything between us and EspoCRM: requests, sweeps, writes, webhooks."""

from tandem.monitoring.boards import Board, Row
from tandem.monitoring.panels import PER_SECOND, SECONDS, SHARE, Query, lines, number
from tandem.monitoring.promql import increase, largest, quantile, rate, share

_REQUESTS = "espo_request_seconds"
_COUNT = f"{_REQUESTS}_count"
_FAILING = largest('reconciler_feeds{kind!="calendar", state="failing"}', ("kind",))

BOARD = Board(
    "espo",
    "EspoCRM connector",
    "What passes between us and EspoCRM.",
    (
        Row(
            "Is EspoCRM well, and are we welcome?",
            6,
            (
                number(
                    "Requests that failed",
                    "Share of the requests that were not answered, or with a failure of EspoCRM's own.",
                    share(rate(f'{_COUNT}{{status=~"0|5.."}}'), rate(_COUNT)),
                    SHARE,
                    limits=(0.01, 0.5),
                    decimals=2,
                ),
                number(
                    "Requests refused",
                    "Share of the requests that EspoCRM turned down: rights, values, the API key.",
                    share(rate(f'{_COUNT}{{status=~"4.."}}'), rate(_COUNT)),
                    SHARE,
                    limits=(0.05, 0.5),
                    decimals=2,
                ),
                number(
                    "EspoCRM answers within",
                    "99 of 100 requests. Its own users wait as long.",
                    quantile(0.99, _REQUESTS),
                    SECONDS,
                    limits=(1, 5),
                ),
                number(
                    "Feeds that fail",
                    "Entity types or owners that could not be read the last time.",
                    f"sum({_FAILING})",
                    limits=(1,),
                ),
            ),
        ),
        Row(
            "What do we ask EspoCRM?",
            8,
            (
                lines(
                    "Requests",
                    "By route.",
                    Query(rate(_COUNT, ("method", "route")), "{{method}} {{route}}"),
                    unit=PER_SECOND,
                    stacked=True,
                ),
                lines(
                    "How they ended",
                    "By status; 0 where no answer came.",
                    Query(rate(_COUNT, ("status",)), "{{status}}"),
                    unit=PER_SECOND,
                    stacked=True,
                ),
                lines(
                    "How long they took",
                    "95 of 100 requests, by route.",
                    Query(quantile(0.95, _REQUESTS, ("method", "route")), "{{method}} {{route}}"),
                    unit=SECONDS,
                ),
            ),
        ),
        Row(
            "What comes of it?",
            8,
            (
                lines(
                    "Records read",
                    "By what came of them.",
                    Query(rate("espo_records_total", ("result",)), "{{result}}"),
                    unit=PER_SECOND,
                    stacked=True,
                ),
                lines(
                    "Looks",
                    "95 of 100 looks took no longer.",
                    Query(quantile(0.95, "espo_look_seconds", ("kind",)), "{{kind}}"),
                    unit=SECONDS,
                ),
                lines(
                    "Answers to looks",
                    "By kind of look.",
                    Query(rate("espo_looks_total", ("kind", "result")), "{{kind}}: {{result}}"),
                    unit=PER_SECOND,
                    stacked=True,
                ),
                lines(
                    "Writes",
                    "By outcome.",
                    Query(rate("espo_writes_total", ("outcome",)), "{{outcome}}"),
                    unit=PER_SECOND,
                    stacked=True,
                ),
                lines(
                    "Put off",
                    "Looks and writes that will be tried again, by what stood in the way.",
                    Query(increase("espo_deferrals_total", ("cause",)), "{{cause}}"),
                    stacked=True,
                ),
                lines(
                    "Webhooks",
                    "By result; what is refused is unsigned, unknown or unreadable.",
                    Query(increase("espo_webhook_requests_total", ("result",)), "{{result}}"),
                    Query(increase("espo_people_without_address_total"), "people without an address"),
                    stacked=True,
                ),
            ),
        ),
    ),
)
