"""Forgets a user's consent where the Outlook connector keeps it: the reconciler, which knows the account, has no part in it."""

from http import HTTPStatus
from urllib.parse import quote

import httpx

from tandem.errors import UnreachableError
from tandem.reach import outlook_connector_url, service_secret

_ANSWER_SECONDS = 15.0


def forget_consent(account: str) -> bool:
    """Forget it, if there is one; answer whether that is certain, which it is not where nobody says who keeps consents.

    Raises UnreachableError if the connector does not answer, or not as it should.
    """
    url = outlook_connector_url()
    if url is None:
        return False
    headers = {"Authorization": f"Bearer {service_secret()}"}
    try:
        answer = httpx.delete(f"{url}/oauth/grants/{quote(account, safe='')}", headers=headers, timeout=_ANSWER_SECONDS)
    except httpx.HTTPError as error:
        raise UnreachableError(f"the Outlook connector at {url} does not answer ({type(error).__name__})") from error
    if answer.status_code not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_FOUND):
        raise UnreachableError(f"the Outlook connector at {url} answers {answer.status_code}")
    return True
