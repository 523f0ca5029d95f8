"""What a load showed, as rows of the same kind as those of the bench."""

from dataclasses import dataclass

from tools.bench.measures.idle import Idleness, told
from tools.bench.measures.latency import Trip
from tools.bench.rows import Row, Target, percentile
from tools.load.fairness import Fairness
from tools.load.rates import Sustained
from tools.load.watch import Sample, most_grown

_MEGABYTE = 2**20
_WANTED_ACCOUNTS, _WANTED_RATE = 5000, 200


@dataclass(frozen=True, slots=True)
class Load:
    """One run. `connecting` is how many seconds it took to connect everybody; `empty` is before, `idle` after that."""

    accounts: int
    connecting: float
    empty: Idleness
    idle: Idleness
    sustained: Sustained
    fairness: Fairness

    def rows(self) -> list[Row]:
        """Tell all of it."""
        kept = self.sustained
        beyond = f"{kept.not_borne} were not borne" if kept.not_borne else "no more were tried"
        return [
            Row("accounts", self.accounts, "", Target(_WANTED_ACCOUNTS), note=f"connected in {self.connecting:,.0f} s"),
            *told(self.idle, self.empty),
            Row("changes kept up", kept.made, "/s", Target(_WANTED_RATE), note=f"for {kept.seconds:.0f} s; {beyond}"),
            Row("until all had crossed after the last change", kept.caught_up_after, "s"),
            *_waiting("while that was kept up", kept.samples),
            *_memory("while that was kept up", kept.samples),
            *self._fair(),
            *_waiting("during the import", self.fairness.samples),
            *_memory("during the import", self.fairness.samples),
        ]

    def _fair(self) -> list[Row]:
        fair = self.fairness
        import_ = f"while one mailbox imported for {fair.import_seconds:,.0f} s and another was throttled"
        return [
            *_trips(f"a change {import_}", fair.normal),
            Row(
                "changes that were visible before the import was over",
                fair.overtaken,
                "",
                note=f"of {fair.normal_made}",
            ),
            Row("changes of the throttled mailbox that waited until it was let in", fair.throttled_waiting, ""),
        ]


def _trips(what: str, trips: list[Trip]) -> list[Row]:
    seconds = [trip.whole for trip in trips]
    return [Row(f"{what}: {name}", percentile(seconds, share), "s") for name, share in (("p50", 0.5), ("p99", 0.99))]


def _waiting(when: str, samples: list[Sample]) -> list[Row]:
    over_time = ", ".join(f"{sample.behind}" for sample in _some(samples))
    return [
        Row(f"changes under way {when}, at most", max(sample.behind for sample in samples), "", note=over_time),
        Row(f"messages waiting {when}, at most", max(sample.waiting for sample in samples), ""),
    ]


def _memory(when: str, samples: list[Sample]) -> list[Row]:
    grown = most_grown(samples)
    return [
        Row(
            f"memory {when}: {name}",
            samples[-1].memory[name] / _MEGABYTE,
            "MiB",
            note=f"{', '.join(f'{sample.memory[name] / _MEGABYTE:.0f}' for sample in _some(samples))}; "
            f"{grown[name] / _MEGABYTE:+.1f} from the first quarter to the last",
        )
        for name in sorted(grown)
    ]


def _some(samples: list[Sample], count: int = 10) -> list[Sample]:
    """A few of them, evenly spread over the time."""
    return samples[:: max(1, len(samples) // count)]
