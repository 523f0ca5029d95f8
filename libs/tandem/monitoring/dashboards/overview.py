"""The first look: is it fine, is the promise kept, and if not, where to look next."""

from tandem.monitoring.boards import Board, Row
from tandem.monitoring.panels import AGE, BYTES, CORES, PER_SECOND, SECONDS, SHARE, TIMES, Query, lines, number
from tandem.monitoring.promise import ACCEPTED, BURNS, LATE_AFTER_SECONDS, TIMELY
from tandem.monitoring.promql import increase, largest, quantile, rate, total

_LATENCY = "reconciler_latency_seconds"
_RANGE = "$__range"


def _of_service(measure: str) -> str:
    return f"max by (service) ({measure} * on (instance) group_left (service) tandem_build_info)"


def _timely(target: str) -> str:
    in_time = increase(f'{_LATENCY}_bucket{{target="{target}", le="{LATE_AFTER_SECONDS}"}}', window=_RANGE)
    written = increase(f'{_LATENCY}_count{{target="{target}"}}', window=_RANGE)
    return f"({in_time}) / ({written} > 0) or vector(1)"


_REFUSED = increase('reconciler_outcomes_total{outcome="refused"}', window=_RANGE)
_ENDED = increase('reconciler_outcomes_total{outcome=~"done|meeting_ready|refused"}', window=_RANGE)

_FINE = Row(
    "Is it fine?",
    4,
    (
        number(
            "Alerts that wake somebody",
            "Alerts of severity page that are firing now.",
            'count(ALERTS{alertstate="firing", severity="page"}) or vector(0)',
            limits=(1,),
        ),
        number(
            "Outlook → EspoCRM in time",
            f"Share of the changes within {LATE_AFTER_SECONDS:g} s, over the time shown. {TIMELY.words}.",
            _timely("espo"),
            SHARE,
            limits=(TIMELY.share,),
            worse_below=True,
            decimals=2,
        ),
        number(
            "EspoCRM → Outlook in time",
            f"Share of the changes within {LATE_AFTER_SECONDS:g} s, over the time shown. {TIMELY.words}.",
            _timely("outlook"),
            SHARE,
            limits=(TIMELY.share,),
            worse_below=True,
            decimals=2,
        ),
        number(
            "Writes accepted",
            f"Share of the writes that were carried out, over the time shown. {ACCEPTED.words}.",
            f"1 - ({_REFUSED}) / clamp_min({_ENDED}, 1e-9)",
            SHARE,
            limits=(ACCEPTED.share,),
            worse_below=True,
            decimals=2,
        ),
        number(
            "Oldest change not yet written",
            "How long the link that waits longest has been pending.",
            largest("reconciler_oldest_pending_seconds"),
            AGE,
            limits=(60, 1800),
        ),
        number(
            "Accounts that need attention",
            "The sync of these stands still until somebody does something.",
            largest('reconciler_accounts{state="attention"}'),
            limits=(1,),
        ),
    ),
)

_PROMISE = Row(
    "Is the promise kept?",
    8,
    (
        lines(
            "From the change to the confirmed write",
            "Half of all changes, and 99 of 100, are written within this time. The dashed line is the promise.",
            *(
                Query(quantile(share, _LATENCY, ("target",)), f"to {{{{target}}}}, {words}")
                for share, words in ((0.5, "half"), (0.99, "99 of 100"))
            ),
            unit=SECONDS,
            limits=(LATE_AFTER_SECONDS,),
        ),
        lines(
            "Spending of the budget for late changes",
            "How many times faster than the promise allows changes are late. Somebody is woken at the upper lines.",
            *(Query(TIMELY.burn(burn.long), f"to {{{{target}}}}, {burn.long}") for burn in BURNS),
            unit=TIMES,
            limits=(BURNS[2].times, BURNS[1].times),
        ),
        lines(
            "Spending of the budget for refused writes",
            "How many times faster than the promise allows writes are refused.",
            *(Query(ACCEPTED.burn(burn.long), f"{{{{side}}}}, {burn.long}") for burn in BURNS),
            unit=TIMES,
            limits=(BURNS[2].times, BURNS[1].times),
        ),
    ),
)

_WORK = Row(
    "What does it do?",
    8,
    (
        lines(
            "Changes written",
            "Writes that were carried out, by the side that was written to.",
            Query(rate('reconciler_outcomes_total{outcome=~"done|meeting_ready"}', ("side",)), "{{side}}"),
            unit=PER_SECOND,
            stacked=True,
        ),
        lines(
            "Decisions",
            "Decisions, by the state that they left a link in.",
            Query(rate("reconciler_decisions_total", ("state",)), "{{state}}"),
            unit=PER_SECOND,
            stacked=True,
        ),
        lines(
            "Conflicts",
            "Fields that both sides changed; the value that lost is kept in the journal.",
            Query(increase("reconciler_conflicts_total", ("field",)), "{{field}}"),
            stacked=True,
        ),
        lines(
            "Accounts",
            "Accounts, by state.",
            Query(largest("reconciler_accounts", ("state",)), "{{state}}"),
            stacked=True,
        ),
        lines(
            "Links that are not in sync",
            "Held ones wait for somebody's word; refused ones for a mended cause.",
            Query(largest('reconciler_links{state!="in sync"}', ("state",)), "{{state}}"),
        ),
        lines(
            "Dead letters",
            "Messages that nobody has decided on, and those that were parked meanwhile.",
            Query(largest("reconciler_dead_letters"), "undecided"),
            Query(increase('bus_outcomes_total{outcome="parked"}'), "parked"),
        ),
    ),
)

_PROCESSES = Row(
    "Are all parts there?",
    6,
    (
        lines(
            "Replicas",
            "Processes that answer, by service.",
            Query("count by (service) (tandem_build_info)", "{{service}}"),
        ),
        lines(
            "Messages behind",
            "Messages that wait to be handled, by consumer group.",
            Query(total("bus_lag_messages", ("group",)), "{{group}}"),
            stacked=True,
        ),
        lines(
            "Memory",
            "Resident memory of each process.",
            Query(_of_service("process_resident_memory_bytes"), "{{service}}"),
            unit=BYTES,
        ),
        lines(
            "Processor",
            "Cores that each process keeps busy.",
            Query(_of_service("rate(process_cpu_seconds_total[$__rate_interval])"), "{{service}}"),
            unit=CORES,
        ),
    ),
)

BOARD = Board(
    "overview",
    "overview",
    "Is it fine, is the promise kept, and where to look next.",
    (_FINE, _PROMISE, _WORK, _PROCESSES),
)
