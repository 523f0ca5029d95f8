"""The callers of the recordings, with the simulator's own keys: the record redacts what it was made with."""

import base64
import hashlib
import hmac
from typing import Any

from sandbox.espo.replay.transcripts import Transcript
from sandbox.espo.simulator import Simulator

_PASSWORD = "Us3r-throwaway"
_UNKNOWN_KEY = "f" * 32
_WITHHELD = ("x-hmac-authorization", "authorization", "content-length")
_SIGNED = {"auth.hmac.withquery": "GET /Meeting?maxSize=1", "auth.hmac.wrongmethod": "POST /Meeting"}


class Callers:
    """Gives the headers of requests; `token` is what the last sign-in gave."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self.token = ""

    def headers(self, transcript: Transcript) -> dict[str, str]:
        """Give the headers of a recorded request, its credentials replaced."""
        kept = {
            name: value
            for name, value in transcript.headers.items()
            if value != "<redacted>" and name.lower() not in _WITHHELD
        }
        special = transcript.caller == "custom"
        return kept | (self._special(transcript) if special else self.credentials(transcript.caller))

    def credentials(self, caller: str) -> dict[str, str]:
        """Give a caller's credentials; `stranger` has a key that nobody issued."""
        if caller in ("none", ""):
            return {}
        if caller == "stranger":
            return {"X-Api-Key": _UNKNOWN_KEY}
        name = "connector" if caller == "api" else caller
        user = self._user(name)
        if user.get("type") == "api":
            return {"X-Api-Key": str(user["apiKey"])}
        password = "admin" if name == "admin" else _PASSWORD
        return {"Authorization": f"Basic {_base64(f'{name}:{password}'.encode())}"}

    def _special(self, transcript: Transcript) -> dict[str, str]:
        if transcript.name.startswith("auth.hmac."):
            return {"X-Hmac-Authorization": self._proof(transcript.name)}
        if transcript.name == "auth.bad_espo_authorization":
            return {"Espo-Authorization": _base64(b"nocolon")}
        if "Espo-Authorization" in transcript.headers:
            return {"Espo-Authorization": _base64(f"anna:{self.token or _PASSWORD}".encode())}
        return {"X-Api-Key": _UNKNOWN_KEY}

    def _proof(self, name: str) -> str:
        user = self._user("hmacuser")
        signed = _SIGNED.get(name, "GET /Meeting").encode()
        digest = hmac.new(str(user["secretKey"]).encode(), signed, hashlib.sha256)
        proof = digest.digest() if name == "auth.hmac.rawlegacy" else digest.hexdigest().encode()
        return _base64(str(user["apiKey"]).encode() + b":" + proof)

    def _user(self, name: str) -> dict[str, Any]:
        users = self._simulator.store.table("User").live()
        return next(user.values for user in users if user.values["userName"] == name)


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
