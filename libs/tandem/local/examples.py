"""The lines that let a newcomer act as one of the sandbox's people, on either side, by copy and paste."""

import json
import shlex
from datetime import date
from typing import Any

_SCOPE = "https://graph.microsoft.com/.default"
_TAKE_OUT = r"""sed 's/.*"access_token": *"\([^"]*\)".*/\1/'"""


def examples(running: dict[str, Any], day: date) -> list[str]:
    """Write shell lines for the first of the people, from what `describe.state` tells; events are on `day`."""
    person = running["people"][0]
    return [
        f"\nAs {person['name']} in EspoCRM:",
        _in_espo(running["addresses"], person, day),
        f"\nAs {person['name']} in Outlook:",
        _sign_in(running["addresses"], running["tenant"], running["outlook_app"]),
        _in_outlook(running["addresses"], person, day),
        "",
    ]


def _in_espo(at: dict[str, str], person: dict[str, str], day: date) -> str:
    meeting = {
        "name": "Kick-off",
        "dateStart": f"{day} 09:00:00",
        "dateEnd": f"{day} 10:00:00",
        "assignedUserId": person["espo_id"],
    }
    return f"curl -u {person['espo_login']}:{person['espo_password']} {at['espo']}/api/v1/Meeting {_json(meeting)}"


def _sign_in(at: dict[str, str], tenant: str, app: dict[str, str]) -> str:
    form = {
        "grant_type": "client_credentials",
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "scope": _SCOPE,
    }
    fields = " ".join(f"-d {name}={value}" for name, value in form.items())
    return f"TOKEN=$(curl -s {at['login']}/{tenant}/oauth2/v2.0/token {fields} | {_TAKE_OUT})"


def _in_outlook(at: dict[str, str], person: dict[str, str], day: date) -> str:
    event = {
        "subject": "Lunch",
        "start": {"dateTime": f"{day}T12:00:00", "timeZone": person["zone"]},
        "end": {"dateTime": f"{day}T13:00:00", "timeZone": person["zone"]},
    }
    url = f"{at['graph']}/v1.0/users/{person['mailbox']}/events"
    return f'curl -H "Authorization: Bearer $TOKEN" {url} {_json(event)}'


def _json(body: dict[str, Any]) -> str:
    return f"-H 'Content-Type: application/json' -d {shlex.quote(json.dumps(body))}"
