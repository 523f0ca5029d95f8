"""Everything between us and Microsoft Graph: requests, looks, writes, notifications, subscriptions."""

from tandem.monitoring.boards import Board, Row
from tandem.monitoring.panels import AGE, PER_SECOND, SECONDS, SHARE, Query, lines, number
from tandem.monitoring.promql import increase, largest, quantile, rate, share

_REQUESTS = "outlook_graph_request_seconds"
_COUNT = f"{_REQUESTS}_count"
_SUBSCRIPTION_END = "reconciler_subscription_expiry_timestamp_seconds"
_SECRET_END = "outlook_client_secret_expiry_timestamp_seconds"  # noqa: S105  # a metric's name

BOARD = Board(
    "outlook",
    "Outlook connector",
    "What passes between us and Microsoft Graph.",
    (
        Row(
            "Is Graph well, and are we welcome?",
            4,
            (
                number(
                    "Requests that failed",
                    "Share of the requests that were not answered, or with a failure of Graph's own.",
                    share(rate(f'{_COUNT}{{ended=~"lost|5.."}}'), rate(_COUNT)),
                    SHARE,
                    limits=(0.01, 0.5),
                    decimals=2,
                ),
                number(
                    "Requests throttled",
                    "Share of the requests that Graph asked us to make later (429).",
                    share(rate(f'{_COUNT}{{ended="429"}}'), rate(_COUNT)),
                    SHARE,
                    limits=(0.01, 0.05),
                    decimals=2,
                ),
                number(
                    "Graph answers within",
                    "99 of 100 requests.",
                    quantile(0.99, _REQUESTS),
                    SECONDS,
                    limits=(1, 5),
                ),
                number(
                    "Calendars without notifications",
                    "They are polled, and their changes come later.",
                    largest("reconciler_calendars_unsubscribed"),
                    limits=(1,),
                ),
                number(
                    "First subscription ends in",
                    "Subscriptions are renewed when two fifths of their three days are left.",
                    f"({largest(_SUBSCRIPTION_END)} > 0) - time()",
                    AGE,
                    limits=(0, 12 * 3600),
                    worse_below=True,
                    unknown="none",
                ),
                number(
                    "Application's secret ends in",
                    "As TANDEM_CLIENT_SECRET_EXPIRES says; without it, nobody knows.",
                    f"({largest(_SECRET_END)} > 0) - time()",
                    AGE,
                    limits=(7 * 86400, 21 * 86400),
                    worse_below=True,
                    unknown="not known",
                ),
            ),
        ),
        Row(
            "What do we ask Graph?",
            8,
            (
                lines(
                    "Requests",
                    "By what they are for.",
                    Query(rate(_COUNT, ("operation",)), "{{operation}}"),
                    unit=PER_SECOND,
                    stacked=True,
                ),
                lines(
                    "How they ended",
                    "By status; lost where no answer came.",
                    Query(rate(_COUNT, ("ended",)), "{{ended}}"),
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
            6,
            (
                lines(
                    "Changes read",
                    "By kind; what is not synced is named with its reason.",
                    Query(rate("outlook_changes_total", ("kind",)), "{{kind}}"),
                    unit=PER_SECOND,
                    stacked=True,
                ),
                lines(
                    "Looks",
                    "95 of 100 looks took no longer.",
                    Query(quantile(0.95, "outlook_look_seconds", ("kind",)), "{{kind}}"),
                    unit=SECONDS,
                ),
                lines(
                    "Writes",
                    "By outcome.",
                    Query(rate("outlook_writes_total", ("outcome",)), "{{outcome}}"),
                    unit=PER_SECOND,
                    stacked=True,
                ),
                lines(
                    "Put off",
                    "Looks and writes that will be tried again, by what stood in the way.",
                    Query(increase("outlook_deferrals_total", ("cause",)), "{{cause}}"),
                    stacked=True,
                ),
            ),
        ),
        Row(
            "Are we told, and let in?",
            8,
            (
                lines(
                    "Grants",
                    "What came of using them, and how many there are. A lost one asks its user to connect again.",
                    Query(increase("outlook_grant_uses_total", ("result",)), "{{result}}"),
                    Query(largest("outlook_grants"), "given"),
                    Query(largest("outlook_grants_of_older_keys"), "sealed by an older key"),
                ),
                lines(
                    "Notices",
                    "What Graph's notifications told us, and how many told only of what we had written ourselves.",
                    Query(rate("outlook_notices_total", ("kind",)), "{{kind}}"),
                    Query(rate("outlook_notifications_echoed_total"), "echoes"),
                    unit=PER_SECOND,
                    stacked=True,
                ),
                lines(
                    "Notifications refused",
                    "Not believed or not understood; many of them are somebody knocking.",
                    Query(increase("outlook_notifications_refused_total", ("reason",)), "{{reason}}"),
                    stacked=True,
                ),
            ),
        ),
    ),
)
