"""How a notification finds its feed, and how we know that Graph sent it.

The feed is named in the address that we give Graph, and `clientState` is a keyed hash of that feed, so nothing has to
be remembered: any replica can judge any notification. The address bears a mark of the secret as well, by which a subscription
that was made with an older one is seen to be another than the one that is wanted now.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

NOTIFICATIONS = "/graph/notifications"
LIFECYCLE = "/graph/lifecycle"
_MARK = 8
"""Hexadecimal digits: enough to tell a handful of secrets apart, too few to tell anything of one."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed, by its name, and the account that it belongs to."""

    name: str
    account: str

    def address(self, public_url: str, door: str, secret: bytes) -> str:
        """Give the address that Graph shall post to."""
        mark = hmac.new(secret, b"mark", hashlib.sha256).hexdigest()[:_MARK]
        named = urlencode({"account": self.account, "feed": self.name, "mark": mark})
        return f"{public_url.rstrip('/')}{door}?{named}"

    def client_state(self, secret: bytes) -> str:
        """Give the word that Graph repeats in every notification: 64 hexadecimal digits of Graph's 128 characters."""
        return hmac.new(secret, f"{self.account}\n{self.name}".encode(), hashlib.sha256).hexdigest()

    def knows(self, secrets: Sequence[bytes], client_state: str | None) -> bool:
        """Say whether this is that word, of any of these secrets, in a time that tells nothing."""
        said = (client_state or "").encode()
        return any(hmac.compare_digest(self.client_state(secret).encode(), said) for secret in secrets)
