"""Lets a person sign in to our pages with the EspoCRM account: EspoCRM itself is asked, with that person's credentials.

The question is `GET App/user` with HTTP's Basic scheme. EspoCRM's own header, `Espo-Authorization`, would make an access token
that stays valid after us, and where *Prevent concurrent tokens* is on it would sign the person out everywhere else.
(EspoCRM source, `Core/Authentication/Authentication.php`.) A password is never kept, and never part of a log or an error.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

import httpx
import msgspec
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from espo_connector.fields.schema import ACCESS_SCOPE
from espo_connector.instance.site import SiteGuide
from espo_connector.instance.users import user_of
from espo_connector.signing_in.attempts import AttemptFailed, Attempts
from network.not_json import NOT_JSON

_REASON = "X-Status-Reason"
_SECOND_STEP = "second-step-required"
_PEOPLE = ("regular", "admin", "super-admin")
_TIMEOUT = httpx.Timeout(20.0, connect=5.0)


class Credentials(BaseModel):
    """What a person typed. `code` answers EspoCRM's second step; blanks in it are for reading only."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    user: Annotated[str, Field(min_length=1, max_length=100)]
    password: Annotated[SecretStr, Field(min_length=1, max_length=1000)]
    code: Annotated[SecretStr, Field(max_length=100)] = SecretStr("")


class NotSignedIn(Exception):  # noqa: N818  # a statement about the person
    """The person is not let in. `kind` is for programs, the text for the person."""

    def __init__(self, kind: str, words: str) -> None:
        super().__init__(words)
        self.kind = kind


class Wrong(NotSignedIn, AttemptFailed):
    """The password or the code is wrong, which EspoCRM counts."""


class OutOfReach(Exception):  # noqa: N818  # a statement about EspoCRM
    """EspoCRM cannot say now who this is. The text is fit for the person."""


class SignIn:
    """Asks EspoCRM about people."""

    def __init__(self, url: str, guide: SiteGuide, attempts: Attempts) -> None:
        self._question = f"{url.rstrip('/')}/api/v1/App/user"
        self._guide = guide
        self._attempts = attempts

    async def admit(self, who: Credentials) -> dict[str, Any]:
        """Tell who this is and what EspoCRM's administrator allows: `{"user": …, "access": …}`.

        Raises NotSignedIn, OutOfReach, and EspoError where our own key does not work.
        """
        if self._attempts.exhausted:
            raise NotSignedIn("too_many", "Too many sign-ins have failed. Try again in a minute.")
        with self._attempts.one():
            session = _read(await self._ask(who), code_given=bool(_code(who)))
        user = session["user"]
        if user.get("type") not in _PEOPLE:
            raise NotSignedIn("not_allowed", "Only EspoCRM's own users can sign in here, not portal or API users.")
        granted = session.get("acl", {}).get("table", {}).get(ACCESS_SCOPE) is True
        return {
            "user": _described(user, session),
            "access": {
                "extension": granted or (await self._guide.site()).extension,
                "outlook_calendar": granted,
            },
        }

    async def _ask(self, who: Credentials) -> httpx.Response:
        code = _code(who)
        if ":" in who.user or not code.isascii() or not code.isprintable():
            # A colon would end the user's name early, and a header carries no such code: neither can be right.
            raise _wrong(code_given=bool(code))
        auth = httpx.BasicAuth(who.user, who.password.get_secret_value())
        headers = {"Accept": "application/json"} | ({"Espo-Authorization-Code": code} if code else {})
        try:
            # A client for one question: no cookie or connection of a person may serve another one.
            async with httpx.AsyncClient(timeout=_TIMEOUT) as http:
                return await http.get(self._question, auth=auth, headers=headers)
        except httpx.HTTPError:
            raise OutOfReach("EspoCRM cannot be reached. Try again later.") from None


def _read(answer: httpx.Response, *, code_given: bool) -> Mapping[str, Any]:
    match answer.status_code:
        case HTTPStatus.OK:
            return _session(answer)
        case HTTPStatus.UNAUTHORIZED if answer.headers.get(_REASON) == _SECOND_STEP:
            raise NotSignedIn("second_factor", "EspoCRM asks for the code of your second factor.")
        case HTTPStatus.UNAUTHORIZED:
            raise _wrong(code_given=code_given)
        case HTTPStatus.FORBIDDEN:
            raise NotSignedIn(
                "too_many",
                "EspoCRM turns sign-ins away for now, most likely because too many have failed. Try again in a minute.",
            )
        case HTTPStatus.SERVICE_UNAVAILABLE if "maintenance" in answer.headers.get(_REASON, ""):
            raise OutOfReach("EspoCRM is in maintenance mode. Try again later.")
        case status:
            raise OutOfReach(f"EspoCRM failed with status {status}. Try again later.")


def _wrong(*, code_given: bool) -> Wrong:
    if code_given:
        return Wrong("second_factor_wrong", "EspoCRM does not accept this code.")
    return Wrong("wrong", "EspoCRM does not know this user name with this password.")


def _session(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        session = msgspec.json.decode(answer.content)
    except NOT_JSON:
        session = None
    if not isinstance(session, dict) or not isinstance(session.get("user"), dict):
        raise OutOfReach("EspoCRM's answer makes no sense. Try again later.")
    return session


def _described(user: Mapping[str, Any], session: Mapping[str, Any]) -> dict[str, Any]:
    own, system = session.get("preferences") or {}, session.get("settings") or {}
    addresses = (user.get("emailAddress"), *(user.get("userEmailAddressList") or ()))
    return user_of(user, addresses) | {"zone": own.get("timeZone") or system.get("timeZone") or "UTC"}


def _code(who: Credentials) -> str:
    return "".join(who.code.get_secret_value().split())
