"""What a request asks for: its body and its query, read with limits, every wrong field named."""

from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, ValidationError
from starlette.requests import Request

from contracts.model import Model
from reconciler.api.answers import Refusal, no_sense
from times.iana import iana_names

_LARGEST_BODY = 64 * 1024
LARGEST_PAGE = 200
LARGEST_NUMBER = 2**63 - 1
"""PostgreSQL's bigint. As the place to begin before, it means: with the newest."""

_TOO_MANY_DIGITS = 20
"""The largest number has one less; Python refuses to read thousands."""

B = TypeVar("B", bound=BaseModel)


def _known_zone(zone: str) -> str:
    if zone not in iana_names():
        raise ValueError("is no IANA time zone")
    return zone


Zone = Annotated[str, AfterValidator(_known_zone)]

Words = Annotated[str, StringConstraints(min_length=1, max_length=320, pattern=r"^[^\x00]+$")]
"""A name or an address, as PostgreSQL can store it; 320 is the longest address (RFC 3696, erratum 1690)."""


class By(Model):
    """Who decides this, as the journal shall say."""

    by: Words = Field("the command line", validate_default=True)


async def body_of(request: Request, model: type[B]) -> B:
    """Read the body; an empty one leaves all to defaults. Raises Refusal: 413 if it is too large, 422 with every field named."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_BODY:
            raise Refusal(413, "the body is too large")
    try:
        said = model.model_validate_json(bytes(body) or b"{}")
    except ValidationError as error:
        raise no_sense(**{".".join(map(str, part["loc"])): part["msg"] for part in error.errors()}) from None
    if b"\\u0000" in body:
        raise Refusal(422, "a text holds a zero byte, which PostgreSQL cannot store")
    return said


def by_of(request: Request) -> str:
    """Who asks, where there is no body to say it. Raises Refusal, 422."""
    try:
        return By.model_validate(dict(request.query_params)).by
    except ValidationError as error:
        raise no_sense(by=error.errors()[0]["msg"]) from None


def number_of(request: Request, name: str, usual: int, *, most: int = LARGEST_NUMBER) -> int:
    """A number of the query, from 0 to `most`. Raises Refusal, 422."""
    try:
        number = int(request.query_params.get(name, usual))
    except ValueError:
        raise no_sense(**{name: "is no number"}) from None
    if not 0 <= number <= most:
        raise no_sense(**{name: f"is not between 0 and {most}"})
    return number


def place_of(request: Request, name: str) -> tuple[str, int]:
    """A place in the order in which changes were written, as an entry's `place` tells it; without one, the beginning.

    Raises Refusal, 422.
    """
    transaction, _, entry = request.query_params.get(name, "0.0").partition(".")
    if not (_is_number(transaction) and _is_number(entry)):
        raise no_sense(**{name: "is no place that an entry tells"})
    return transaction, int(entry)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < _TOO_MANY_DIGITS and int(text) <= LARGEST_NUMBER


def entry_of(request: Request, name: str) -> int:
    """The number of a row in the path. Raises Refusal, 404, where no row could have it."""
    entry: int = request.path_params[name]
    if entry > LARGEST_NUMBER:
        raise Refusal(404, "nothing has such a number")
    return entry


def limit_of(request: Request) -> int:
    """How many rows a page may have: 50, or as many as are asked for up to 200."""
    return max(1, number_of(request, "limit", 50, most=LARGEST_PAGE))
