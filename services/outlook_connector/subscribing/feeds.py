"""How a notification finds its feed, and how we know that Graph sent it.

The feed is named in the address that we give Graph, and `clientState` is a keyed hash of that feed, so nothing has to
be remembered: any replica can judge any notification.
"""

import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import urlencode

NOTIFICATIONS = "/graph/notifications"
LIFECYCLE = "/graph/lifecycle"


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed, by its name, and the account that it belongs to."""

    name: str
    account: str

    def address(self, public_url: str, door: str) -> str:
        """Give the address that Graph shall post to."""
        return f"{public_url.rstrip('/')}{door}?{urlencode({'account': self.account, 'feed': self.name})}"

    def client_state(self, secret: bytes) -> str:
        """Give the word that Graph repeats in every notification: 64 hexadecimal digits of Graph's 128 characters."""
        return hmac.new(secret, f"{self.account}\n{self.name}".encode(), hashlib.sha256).hexdigest()

    def knows(self, secret: bytes, client_state: str | None) -> bool:
        """Say whether this is that word, in a time that tells nothing."""
        return hmac.compare_digest(self.client_state(secret).encode(), (client_state or "").encode())
