"""Every alert, by what it watches: the promise, our services, the bus, both systems, the accounts, the database."""

from contracts.topics import SERVICES
from tandem.monitoring.alerts import Alert, Condition, alert
from tandem.monitoring.promise import BURNS, FEWEST_BAD, OBJECTIVES, bad_count
from tandem.monitoring.promql import WINDOW, increase, largest, rate, share, total

_DAY = 24 * 3600

PROMISE = tuple(
    Alert(
        name={"late": "ChangesLate", "refused": "WritesRefused"}[objective.name],
        summary=f"{objective.words}: the budget is being spent {burn.times:g} times too fast",
        severity=burn.severity,
        conditions=(
            Condition(objective.burn(burn.long), f"> {burn.times:g}"),
            Condition(objective.burn(burn.short), f"> {burn.times:g}"),
            Condition(bad_count(objective, burn.long), f"> {FEWEST_BAD}"),
        ),
        labels={"window": burn.long},
    )
    for objective in OBJECTIVES
    for burn in BURNS
)

RUNNING = (
    *(
        alert(
            "ServiceDown",
            f'count(tandem_build_info{{service="{service}"}}) or vector(0)',
            "== 0",
            summary=f"No replica of {service} answers",
            severity="page",
            after="1m",
            service=service,
        )
        for service in (*SERVICES, "console")
    ),
    alert(
        "RestartLoops",
        "changes(process_start_time_seconds[30m])",
        "> 3",
        summary="A process keeps starting anew",
    ),
)

BUS = (
    alert(
        "LagGrowing",
        f"min_over_time({total('bus_lag_messages', ('group', 'topic'))}[10m:1m])",
        "> 500",
        summary="{{ $labels.group }} has been behind on {{ $labels.topic }} for ten minutes",
        severity="page",
    ),
    alert(
        "DeadLetters",
        increase('bus_outcomes_total{outcome="parked"}', ("topic",), "15m"),
        "> 0",
        summary="A message of {{ $labels.topic }} could not be handled and was parked",
    ),
    alert(
        "MessagesHeld",
        rate('bus_outcomes_total{outcome="held"}', ("topic",), WINDOW),
        "> 0",
        summary="Messages of {{ $labels.topic }} fail again and again, and hold up their partition",
        after="15m",
    ),
)

OUTSIDE = (
    alert(
        "EspoDown",
        share(
            rate('espo_request_seconds_count{status=~"0|5.."}', window=WINDOW),
            rate("espo_request_seconds_count", window=WINDOW),
        ),
        "> 0.5",
        summary="EspoCRM does not answer, or fails",
        severity="page",
        after="2m",
    ),
    alert(
        "GraphDown",
        share(
            rate('outlook_graph_request_seconds_count{ended=~"lost|5.."}', window=WINDOW),
            rate("outlook_graph_request_seconds_count", window=WINDOW),
        ),
        "> 0.5",
        summary="Microsoft Graph does not answer, or fails",
        severity="page",
        after="2m",
    ),
    alert(
        "GraphThrottled",
        share(
            rate('outlook_graph_request_seconds_count{ended="429"}', window=WINDOW),
            rate("outlook_graph_request_seconds_count", window=WINDOW),
        ),
        "> 0.05",
        summary="Microsoft Graph asks for fewer requests",
        after="15m",
    ),
    alert(
        "SubscriptionExpiring",
        f"{largest('reconciler_subscription_expiry_timestamp_seconds')} > 0 or vector(+Inf)",
        f"< time() + {_DAY // 2}",
        summary="A subscription that should have been renewed ends within twelve hours",
    ),
    alert(
        "CalendarsUnsubscribed",
        largest("reconciler_calendars_unsubscribed"),
        "> 0",
        summary="Graph does not notify us of some calendars; they are polled, and slower",
        after="1h",
    ),
    alert(
        "ClientSecretExpiring",
        f"{largest('outlook_client_secret_expiry_timestamp_seconds')} > 0 or vector(+Inf)",
        f"< time() + {21 * _DAY}",
        summary="The application's secret at Microsoft ends within three weeks",
    ),
)

ACCOUNTS = (
    alert(
        "AccountsNeedAttention",
        largest('reconciler_accounts{state="attention"}'),
        "> 0",
        summary="The sync of some accounts stands still until somebody does something",
        after="5m",
    ),
    alert(
        "HeldRemovals",
        largest('reconciler_links{state="held"}'),
        "> 0",
        summary="Removals are held until somebody approves or refuses them",
        after="5m",
    ),
    alert(
        "ChangesPending",
        largest("reconciler_oldest_pending_seconds"),
        "> 1800",
        summary="A change has been waiting to be written for half an hour",
        severity="page",
    ),
    alert(
        "FeedsFailing",
        largest('reconciler_feeds{state="failing"}', ("kind",)),
        "> 0",
        summary="Some feeds ({{ $labels.kind }}) cannot be read",
        after="15m",
    ),
    alert(
        "FeedsStalled",
        largest('reconciler_feeds{state="stalled"}', ("kind",)),
        "> 0",
        summary="Some feeds ({{ $labels.kind }}) have not been read for too long, and no error says why",
        severity="page",
        after="5m",
    ),
)

DATABASE = (
    alert(
        "PostgresDown",
        f"time() - {largest('reconciler_census_timestamp_seconds')}",
        "> 90",
        summary="The reconciler cannot count in its database",
        severity="page",
    ),
    alert(
        "PostgresPoolExhausted",
        f'min_over_time((reconciler_pool_connections{{state="used"}} / ignoring (state) reconciler_pool_limit)[{WINDOW}:])',
        ">= 1",
        summary="Every connection to PostgreSQL has been in use for five minutes",
    ),
    alert(
        "OutboxStuck",
        largest("reconciler_outbox_age_seconds"),
        "> 60",
        summary="Messages wait in the outbox: nothing is written to either side",
        severity="page",
        after="1m",
    ),
)

GROUPS = {
    "promise": PROMISE,
    "running": RUNNING,
    "bus": BUS,
    "outside": OUTSIDE,
    "accounts": ACCOUNTS,
    "database": DATABASE,
}
