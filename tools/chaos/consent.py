"""One of the people is connected by consent, so that there is a grant to lose: gives it as the console has it given."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import httpx

from tandem.addresses import Addresses
from tandem.people.cast import Colleague
from tandem.polling import until

_SESSION = "a session with the console"
_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Consent:
    """Somebody's consent. `account` is the user's id in EspoCRM."""

    http: httpx.AsyncClient
    at: Addresses
    who: Colleague
    account: str

    async def give(self) -> None:
        """Press *Connect*, accept at Microsoft and come back; again and again while services are down.

        Raises TimeoutError if that does not work out in the end.
        """
        if await until(self._given, _PATIENCE_SECONDS, 0.5) is None:
            raise TimeoutError(f"{self.who.name} cannot connect")

    async def revoke(self) -> None:
        """Withdraw it at Microsoft: what was given is refused from now on."""
        revoked = {"user": self.who.address, "error": "invalid_grant", "code": 50173, "access": True}
        (await self.http.post(f"{self.at.graph.url}/_control/tokens/revoke", json=revoked)).raise_for_status()

    async def _given(self) -> bool | None:
        try:
            url = (await self._ask("attempts", {"account": self.account, "session": _SESSION}))["authorize_url"]
            decided = await self.http.post(url, data={"login": self.who.address, "decision": "accept"})
            back = dict(parse_qsl(urlsplit(decided.headers["location"]).query))
            await self._ask("grants", {"state": back["state"], "code": back["code"], "session": _SESSION})
        except (httpx.HTTPError, KeyError):
            return None
        return True

    async def _ask(self, what: str, body: dict[str, str]) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self.at.service_secret}"}
        answer = await self.http.post(f"{self.at.outlook_connector}/oauth/{what}", json=body, headers=headers)
        given: dict[str, str] = answer.raise_for_status().json()
        return given
