"""Versions of items, as Exchange writes them: one change key, in a short form and in a long one.

An event's own etag holds the change key; the etag in a notification holds the same bytes behind eight more, which tell
what kind of item it is and how long the key is (Graph documentation, the samples of "Get event" and of "Receive change
notifications through webhooks").
"""

import base64
import binascii

_LENGTH = 22
"""Bytes of a change key: sixteen that name a store, six that count its changes."""


def change_key(etag: str | None) -> bytes | None:
    """Give the change key that an etag of either form holds, or None where none can be read from it."""
    if etag is None or not (etag.startswith('W/"') and etag.endswith('"')):
        return None
    try:
        held = base64.b64decode(etag[3:-1], validate=True)
    except (binascii.Error, ValueError):
        return None
    return held[-_LENGTH:] if len(held) >= _LENGTH else None
