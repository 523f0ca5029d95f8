"""Webhook signatures: the current one and the legacy one, both over the raw body.

Source: EspoCRM's `Core/Webhook/Sender.php`; both were verified on every recorded delivery.
"""

import base64
import hashlib
import hmac


def headers(webhook_id: str, secret: str, body: bytes) -> dict[str, str]:
    """Give `Signature` (hex digest) and `X-Signature` (binary digest, until 11.0), each base64 of `id:digest`."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256)
    current = base64.b64encode(f"{webhook_id}:{digest.hexdigest()}".encode())
    legacy = base64.b64encode(webhook_id.encode() + b":" + digest.digest())
    return {"Signature": current.decode(), "X-Signature": legacy.decode()}
