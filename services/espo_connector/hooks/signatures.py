"""Who sent a webhook, proven, pure.

EspoCRM signs the raw body with the secret of the webhook, and names the webhook in the same header: `Signature` since
version 9.0 with the digest in hexadecimal, `X-Signature` before that and until 11.0 with the raw digest. PHP escapes `/`
and everything beyond ASCII, so a body that was parsed and written again no longer fits. (EspoCRM documentation,
"Webhooks"; source, `Core/Webhook/Sender.php`.)
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

_HEX, _RAW = "signature", "x-signature"


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as it came. `webhook_id` is claimed until `proves` says so."""

    webhook_id: str
    digest: bytes

    def proves(self, body: bytes, secret: str) -> bool:
        """Tell whether the holder of the secret signed this body, in constant time."""
        return hmac.compare_digest(hmac.new(secret.encode(), body, hashlib.sha256).digest(), self.digest)


def signature_in(headers: Mapping[str, str]) -> Signature | None:
    """Read the signature of a request, None where it has none that can be read. Header names are in lower case."""
    if _HEX in headers:
        return _read(headers[_HEX], hexadecimal=True)
    return _read(headers.get(_RAW, ""), hexadecimal=False)


def _read(header: str, *, hexadecimal: bool) -> Signature | None:
    try:
        webhook_id, colon, digest = base64.b64decode(header, validate=True).partition(b":")
        signature = Signature(webhook_id.decode(), bytes.fromhex(digest.decode()) if hexadecimal else digest)
    except (binascii.Error, ValueError):
        return None
    return signature if colon else None
