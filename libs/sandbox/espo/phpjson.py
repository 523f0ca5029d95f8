r"""JSON as PHP's `json_encode` writes it by default: compact, `/` escaped, everything beyond ASCII as `\uXXXX`.

Webhook signatures cover raw bytes, so a receiver that re-serialises a body must fail here as it fails in production.
"""

import json
from typing import Any


def encode(value: Any) -> bytes:
    """Encode `value` as PHP would. A `/` occurs in JSON only within strings, hence the plain replacement."""
    return json.dumps(value, separators=(",", ":")).replace("/", "\\/").encode("ascii")
