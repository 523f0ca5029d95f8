"""The consent page: what a person sees between *Connect* and *Connected*.

A plain form without script, so that a browser can press its buttons and a test can post its fields.
"""

from collections.abc import Sequence
from html import escape

from sandbox.graph.calendars.people import Person

_CARRIED = ("client_id", "redirect_uri", "response_mode", "state", "nonce", "code_challenge", "code_challenge_method")
_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Permissions requested</title></head>
<body><main>
<h1>Permissions requested</h1>
<p><strong>{app}</strong> would like to use your calendar.</p>
<form method="post">{hidden}
<p><label>Account <select name="login">{people}</select></label></p>
<fieldset><legend>This app would like to</legend>{scopes}</fieldset>
<p><button name="decision" value="accept">Accept</button> <button name="decision" value="deny">Cancel</button></p>
</form>
</main></body>
</html>"""


def consent_page(app: str, fields: dict[str, str], scopes: frozenset[str], people: Sequence[Person]) -> str:
    """Write the page for an application's request; `login_hint` chooses the account beforehand."""
    hint = fields.get("login_hint", "").lower()
    return _PAGE.format(
        app=escape(app),
        hidden="".join(_hidden(name, fields[name]) for name in _CARRIED if name in fields),
        people="".join(_account(one, chosen=one.upn.lower() == hint) for one in people),
        scopes="".join(_tick(scope) for scope in sorted(scopes)),
    )


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{escape(value)}">'


def _account(person: Person, *, chosen: bool) -> str:
    return f'<option value="{escape(person.upn)}"{" selected" if chosen else ""}>{escape(person.name)}</option>'


def _tick(scope: str) -> str:
    name = escape(scope)
    return f'<p><label><input type="checkbox" name="scope" value="{name}" checked> {name}</label></p>'
