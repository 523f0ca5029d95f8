"""One history after another, each from its own number: the same rules as the state machine, without its bookkeeping."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from reconciler.core.rules import Direction, Rules, Winner
from support.company import promises
from support.company.company import ACTS, Act, Company

Step = tuple[Act, int, int]
_BIGGEST = 60
_WITH_KEYS = 0.7
"""The share of companies whose EspoCRM has a field for the keys of its records."""


@dataclass(frozen=True, slots=True)
class History:
    """Settings, and what happens one after the other."""

    rules: Rules
    steps: tuple[Step, ...]
    keyed: bool

    @classmethod
    def drawn(cls, seed: str) -> "History":
        """The history of that name."""
        chance = Random(seed)
        acts, weights = tuple(ACTS), tuple(ACTS.values())
        length = chance.randint(5, 60)
        chosen = chance.choices(acts, weights, k=length)
        steps = tuple((act, chance.randrange(_BIGGEST), chance.randrange(_BIGGEST)) for act in chosen)
        begun = Company.somebody_plans, chance.randrange(_BIGGEST), chance.randrange(_BIGGEST)
        return cls(_settings(chance), (begun, *steps), keyed=chance.random() < _WITH_KEYS)

    def live(self) -> Company:
        """Live through it, and through two rests at its end. Raises what breaks a promise."""
        company = Company(self.rules, keyed=self.keyed)
        for act, a, b in self.steps:
            act(company, a, b)
            promises.hold_always(company)
        finish(company)
        return company

    def shortened(self) -> "History":
        """The same failure in as few steps as can be found by leaving some out."""
        steps: Sequence[Step] = self.steps
        size = len(steps) // 2
        while size:
            start = 0
            while start < len(steps):
                fewer = (*steps[:start], *steps[start + size :])
                if History(self.rules, fewer, self.keyed).failure() is not None:
                    steps = fewer
                else:
                    start += size
            size //= 2
        return History(self.rules, tuple(steps), self.keyed)

    def failure(self) -> BaseException | None:
        """What goes wrong in it, if anything does."""
        try:
            self.live()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what the history shows
            return error
        return None

    def told(self) -> str:
        """The story in words, up to where it goes wrong."""
        company = Company(self.rules, keyed=self.keyed)
        try:
            for act, a, b in self.steps:
                act(company, a, b)
                promises.hold_always(company)
            finish(company)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            company.told.append(f"then: {error!r}")
        changed = self.rules.model_dump(exclude_defaults=True, mode="json")
        keys = "with" if self.keyed else "without"
        return "\n".join((f"settings: {changed or 'as usual'}, {keys} a field for keys", *company.told))


def finish(company: Company) -> None:
    """Come to rest, and see that a quiet pass writes nothing."""
    company.everything_comes_to_rest()
    before = company.written
    company.everything_comes_to_rest()
    assert company.written == before, "a quiet pass wrote something"


def _settings(chance: Random) -> Rules:
    return Rules(
        direction=chance.choice((Direction.BOTH, Direction.BOTH, *Direction)),
        winner=chance.choice((Winner.LATEST, *Winner)),
        remove_in_outlook=chance.random() < 0.5,
        contacts_and_leads=chance.random() < 0.5,
        description_both_ways=chance.random() < 0.5,
    )
