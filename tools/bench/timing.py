"""What several measures say in the same way."""

from collections.abc import Mapping, Sequence

from tools.bench.rows import Row, percentile
from tools.bench.tap import Heard

_OURS = ("reconciler", "outlook_connector", "espo_connector")


def per_event(what: str, seconds: Mapping[str, float], events: int) -> list[Row]:
    """Tell what each of our processes spent on one event, and in the note what everything else beside it spent."""
    others = sum(spent for name, spent in seconds.items() if name not in _OURS) / events
    return [
        Row(
            f"processor time an event, {what}: {name}",
            seconds[name] / events * 1e6,
            "µs",
            note=f"simulators and broker: {others * 1e6:,.0f} µs" if name == _OURS[0] else "",
        )
        for name in _OURS
    ]


def milliseconds(values: Sequence[float]) -> str:
    """Write p50, p95 and p99 of seconds."""
    return " / ".join(f"{percentile(values, share) * 1000:,.0f}" for share in (0.5, 0.95, 0.99)) + " ms"


def done(one: Heard) -> bool:
    """Tell whether a message is the outcome of a write that was carried out."""
    return bool(one.message["kind"] == "done")
