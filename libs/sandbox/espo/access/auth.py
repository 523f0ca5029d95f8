"""Who calls: API key, HMAC, Basic, or a token, and EspoCRM's throttle of failed sign-ins.

Source: EspoCRM's `Core/Authentication`, as recorded: eleven failures in a minute are answered 401, from then on every
request of that address is answered 403 without a reason, good keys included, but not requests with a valid token. The
second step is from its source (`TwoFactor/Totp`): a good password without a code is no failure, a wrong code is one.
"""

import base64
import binascii
import hashlib
import hmac
from collections import deque
from collections.abc import Mapping

from sandbox.espo import errors
from sandbox.espo.clock import Clock
from sandbox.espo.ids import IdSource
from sandbox.espo.records.store import Record, Store

_MAX_FAILURES = 10
_PERIOD_SECONDS = 60
_WITHOUT_PASSWORD = ("api", "portal", "system")


class Authenticator:
    """Finds the user behind a request; remembers failures per address and tokens until they are forgotten."""

    def __init__(self, store: Store, clock: Clock, ids: IdSource) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._failures: dict[str, deque[float]] = {}
        self._tokens: dict[str, str] = {}
        self._people: dict[str, Record] = {}
        self._people_as_of = -1

    def identify(self, method: str, path: str, headers: Mapping[str, str], address: str) -> Record:
        """Give the calling user. `path` is relative to the API's base, with its leading slash, without the query.

        Raises EspoError 400 (unreadable header), 401 (nobody), 403 (throttled).
        """
        user = self._by_token(headers)
        by_token = user is not None
        if user is None:
            self._check_throttle(address)
            user = self._by_credentials(method, path, headers)
        if user is None or not user.values.get("isActive") or not (by_token or _proves_twice(user, headers)):
            self._failures.setdefault(address, deque()).append(self._clock.seconds())
            raise errors.EspoError(401, content_type=errors.HTML_TYPE)
        return self._impersonated(user, headers)

    def issue_token(self, user: Record) -> str:
        """Give a token that stands for the user from now on."""
        token = self._ids.secret()
        self._tokens[token] = user.id
        return token

    @property
    def tokens(self) -> int:
        """How many tokens are out."""
        return len(self._tokens)

    def _by_token(self, headers: Mapping[str, str]) -> Record | None:
        if headers.get("espo-authorization-by-token", "").lower() != "true" or "espo-authorization" not in headers:
            return None
        name, token = _pair(headers["espo-authorization"])
        user = self._store.find("User", self._tokens.get(token))
        return user if user is not None and user.values.get("userName") == name else None

    def _check_throttle(self, address: str) -> None:
        failures = self._failures.get(address)
        if not failures:
            return
        while failures and failures[0] <= self._clock.seconds() - _PERIOD_SECONDS:
            failures.popleft()
        if len(failures) > _MAX_FAILURES:
            raise errors.EspoError(403, content_type=errors.HTML_TYPE)

    def _by_credentials(self, method: str, path: str, headers: Mapping[str, str]) -> Record | None:
        if "espo-authorization" in headers:
            return self._by_password(*_pair(headers["espo-authorization"]))
        if "x-hmac-authorization" in headers:
            return self._by_hmac(method, path, headers["x-hmac-authorization"])
        if "x-api-key" in headers:
            return self._by_key(headers["x-api-key"], "ApiKey")
        scheme, _, value = headers.get("authorization", "").partition(" ")
        return self._by_password(*_pair(value)) if scheme.lower() == "basic" else None

    def _by_password(self, name: str, password: str) -> Record | None:
        user = self._known(name)
        if user is None or user.values.get("type") in _WITHOUT_PASSWORD:
            return None
        matches = hmac.compare_digest(str(user.values.get("password")).encode(), password.encode())
        return user if matches else None

    def _by_key(self, key: str, method: str) -> Record | None:
        user = self._known(key)
        return user if user is not None and user.values.get("authMethod") == method else None

    def _by_hmac(self, method: str, path: str, header: str) -> Record | None:
        try:
            key, _, given = base64.b64decode(header).partition(b":")
            user = self._by_key(key.decode(), "Hmac")
        except (binascii.Error, UnicodeDecodeError):
            return None
        if user is None:
            return None
        secret = str(user.values["secretKey"]).encode()
        digest = hmac.new(secret, f"{method} {path}".encode(), hashlib.sha256)
        expected = (digest.hexdigest().encode(), digest.digest())
        return user if any(hmac.compare_digest(given, each) for each in expected) else None

    def _impersonated(self, user: Record, headers: Mapping[str, str]) -> Record:
        name = headers.get("x-another-user")
        if name is None:
            return user
        other = self._known(name)
        if user.values.get("type") != "admin" or other is None or other.values.get("type") != "regular":
            raise errors.EspoError(401, content_type=errors.HTML_TYPE)
        return other

    def _known(self, name_or_key: str) -> Record | None:
        table = self._store.table("User")
        if table.saves != self._people_as_of:
            self._people_as_of = table.saves
            self._people = {
                str(user.values[each]): user
                for user in table.live()
                for each in ("userName", "apiKey")
                if user.values.get(each)
            }
        return self._people.get(name_or_key)


def _proves_twice(user: Record, headers: Mapping[str, str]) -> bool:
    """Check the code of a user who has a second step. Raises EspoError 401 with the question where no code came."""
    wanted = user.values.get("secondStepCode")
    given = headers.get("espo-authorization-code")
    if wanted and not given:
        raise errors.second_step()
    return not wanted or hmac.compare_digest(str(given).encode(), str(wanted).encode())


def _pair(value: str) -> tuple[str, str]:
    try:
        name, colon, secret = base64.b64decode(value).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        colon = ""
    if not colon:
        raise errors.EspoError(400, "Auth: Bad authorization string provided.", content_type=errors.HTML_TYPE)
    return name, secret
