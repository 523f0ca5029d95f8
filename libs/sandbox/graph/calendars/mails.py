"""The mails that Exchange would have sent to the guests of a meeting, kept to be asserted on.

Graph has no switch that keeps these mails in; whoever writes to a calendar answers for every one of them.
"""

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["invite", "update", "cancel", "response"]


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person. `event` is the immutable id of the sender's event; `at` the time in Graph's spelling."""

    kind: Kind
    event: str
    ical_uid: str
    subject: str
    sender: str
    to: str
    at: str

    def shown(self) -> dict[str, Any]:
        """Write for the control surface."""
        return {
            "kind": self.kind,
            "event": self.event,
            "iCalUId": self.ical_uid,
            "subject": self.subject,
            "from": self.sender,
            "to": self.to,
            "at": self.at,
        }
