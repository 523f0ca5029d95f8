"""A *grant*, as it is kept: sealed, so that the topic may be read by whoever runs the cluster and tells nothing."""

from typing import Literal

from contracts.model import Model


class SealedGrant(Model):
    """One account's grant. `sealed` is a Fernet token (cryptography.io, "Fernet"), which only the keys of grants open."""

    kind: Literal["sealed_grant"] = "sealed_grant"
    sealed: str
