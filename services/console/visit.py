"""One request of somebody who is signed in, as the pages see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.datastructures import ImmutableMultiDict
from starlette.exceptions import HTTPException
from starlette.requests import Request

from console.security.sessions import Session

_LARGEST_BODY = 64 * 1024
_MOST_FIELDS = 500

Form = ImmutableMultiDict[str, str]


async def read_form(request: Request) -> Form:
    """Read a posted form. Raises HTTPException 413 where it is larger than any of ours can be, 400 where it is none."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_BODY:
            raise HTTPException(413, "What was sent is too large.")
    try:
        return Form(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError as error:
        raise HTTPException(400, "What was sent is no form of ours.") from error


def by_script(request: Request) -> bool:
    """Whether htmx asks, which wants a part of a page rather than a page."""
    return "HX-Request" in request.headers


@dataclass(frozen=True, slots=True)
class Visit:
    """A request, who makes it, and what was posted."""

    request: Request
    session: Session
    form: Form

    @property
    def of_user(self) -> bool:
        """Whether the address names a user at all."""
        return "user" in self.request.path_params

    @property
    def user(self) -> str:
        """Whose page it is: the user that the address names."""
        return str(self.request.path_params["user"])

    @property
    def own(self) -> bool:
        """Whether somebody looks at a page of their own."""
        return self.user == self.session.user

    @property
    def by_script(self) -> bool:
        """Whether htmx asks, which wants a part of a page rather than a page."""
        return by_script(self.request)

    def query(self, name: str) -> str:
        """Give a parameter of the address, "" without it."""
        return str(self.request.query_params.get(name, "")).strip()

    def posted(self, name: str) -> str:
        """Give a field of the form, "" without it."""
        return self.form.get(name, "").strip()

    def all_posted(self, name: str) -> Sequence[str]:
        """Give every value of a field that may come several times."""
        return [value.strip() for value in self.form.getlist(name)]
