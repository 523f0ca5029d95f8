"""What the doctor looks at: whatever was named by an option, by the environment, or by the local run.

Who names a system by an option asks about that system alone, whether anything of ours runs or not. Else everything is looked
at whose address is known, and the rest is said to be left out: silence must never pass for health.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from bus.settings import load
from tandem.doctor.settings import DoctorSettings
from tandem.local.rundir import read_state
from tandem.local.wanted import RUN_DIRECTORY
from tandem.reach import KAFKA, POSTGRES, kafka_settings, postgres_settings

SERVICES = ("reconciler", "outlook_connector", "espo_connector", "teams_meeting", "console")

Settings = Mapping[str, str]
"""Settings by the names of their variables."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known. A part is None where nobody named it; its settings come on top of the environment.

    `whole` says whether everything was asked for, so that what is not known is worth a word.
    """

    whole: bool
    kafka: Settings | None = None
    postgres: Settings | None = field(default=None, repr=False)
    espo: Settings | None = field(default=None, repr=False)
    microsoft: Settings | None = field(default=None, repr=False)
    services: Mapping[str, str] = field(default_factory=dict)
    secret: str = field(default="", repr=False)
    mailbox: str = ""


def plan(espo: Settings, microsoft: Settings, mailbox: str = "") -> Plan:
    """Gather what is known; the arguments are what the options named."""
    if espo or microsoft:
        return Plan(whole=False, espo=espo or None, microsoft=microsoft or None, mailbox=mailbox)
    run = read_state(RUN_DIRECTORY) or {}
    addresses = run.get("addresses", {})
    known = load(DoctorSettings)
    services = {name: known.url_of(name) or addresses.get(name, "") for name in SERVICES}
    return Plan(
        whole=True,
        kafka=_named(KAFKA, kafka_settings()),
        postgres=_named(POSTGRES, postgres_settings()),
        espo=_named("TANDEM_ESPO_URL", {}),
        microsoft=_named("TANDEM_TENANT", {}),
        services={name: url for name, url in services.items() if url},
        secret=known.service_secret.get_secret_value() or run.get("service_secret", ""),
        mailbox=mailbox,
    )


def _named(variable: str, of_local_run: Settings) -> Settings | None:
    return {} if os.environ.get(variable) else of_local_run or None
