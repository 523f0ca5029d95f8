"""What happened between the recorded exchanges: steps that the record does not keep but that its answers show.

A record is thinned: the answer of a create may be missing while reads of the record remain. Each step says before which
exchange it happened and why it must have. Names in braces stand for the record that an exchange is about, so that one
script serves every version.
"""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.espo.webhooks.addresses import Addresses


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a call of the API, or a turn of an instance's other knobs (`cron`, `allow`, `dns`, ...)."""

    before: str
    why: str
    caller: str = "api"
    call: str = ""
    body: Any = None
    binds: str = ""
    at: str = ""
    repeat: int = 1
    cron: bool = False
    make_due: bool = False
    advance_seconds: float = 0
    allow: list[str] = field(default_factory=list)
    disallow: list[str] = field(default_factory=list)
    dns: dict[str, str] = field(default_factory=dict)
    custom_prefix_disabled: bool = False
    empties_queue: bool = False
    clears: str = ""
    fails: bool = False
    versions: list[str] = field(default_factory=list)

    def reconfigure(self, addresses: Addresses) -> None:
        """Make the step's changes to what webhooks may reach; a name without an address leaves DNS."""
        addresses.allowed |= set(self.allow)
        addresses.allowed -= set(self.disallow)
        addresses.dns |= {name: address for name, address in self.dns.items() if address}
        for name in [name for name, address in self.dns.items() if not address]:
            addresses.dns.pop(name, None)


def load(file: Path, version: str) -> dict[str, list[Step]]:
    """Read the steps of a version, by the exchange that they precede."""
    steps: dict[str, list[Step]] = {}
    for given in tomllib.loads(file.read_text(encoding="utf-8"))["step"]:
        step = Step(**given)
        if not step.versions or version in step.versions:
            steps.setdefault(step.before, []).append(step)
    return steps


def resolved(value: Any, identity: Callable[[str], str], number: int) -> Any:
    """Give a value with the ids for the names in braces; `{#}` is the number of the repetition."""
    if isinstance(value, str):
        parts = value.replace("{#}", str(number)).split("{")
        return parts[0] + "".join(
            identity(name) + rest for name, _, rest in (part.partition("}") for part in parts[1:])
        )
    if isinstance(value, list):
        return [resolved(each, identity, number) for each in value]
    if isinstance(value, dict):
        return {resolved(key, identity, number): resolved(each, identity, number) for key, each in value.items()}
    return value
