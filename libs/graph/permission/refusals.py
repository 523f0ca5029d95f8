"""Reads why Microsoft's sign-in says no, and says it in words that the person in front of the page can act on. Pure.

What happens next depends on OAuth's own `error`; Microsoft's numbers may change at any time and only choose the words
(Microsoft Entra documentation, "Authentication and authorization error codes" and "Unexpected error when performing
consent to an application").
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """Why a sign-in did not succeed. The words are those of the connector's HTTP interface."""

    CONSENT_REFUSED = "consent_refused"
    ADMIN_APPROVAL_NEEDED = "admin_approval_needed"
    CONDITIONAL_ACCESS = "conditional_access"
    CODE_INVALID = "code_invalid"
    WRONG_TENANT = "wrong_tenant"
    MICROSOFT_UNREACHABLE = "microsoft_unreachable"
    APPLICATION_REFUSED = "application_refused"
    SIGN_IN_REFUSED = "sign_in_refused"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A cause, and what a person may be told."""

    cause: Cause
    words: str


_WORDS = {
    Cause.CONSENT_REFUSED: "You did not agree to what Tandem asks for, so nothing was connected.",
    Cause.ADMIN_APPROVAL_NEEDED: "Your organization lets only an administrator agree to this. Ask yours to approve Tandem.",
    Cause.CONDITIONAL_ACCESS: "A security rule of your organization stands in the way (device, place or second factor).",
    Cause.CODE_INVALID: "This sign-in has been used already or is too old. Press Connect again.",
    Cause.WRONG_TENANT: "This Microsoft account belongs to another organization than the one Tandem is set up for.",
    Cause.MICROSOFT_UNREACHABLE: "Microsoft's sign-in is not available at the moment. Try again in a few minutes.",
    Cause.APPLICATION_REFUSED: "Microsoft does not accept Tandem's own registration. An administrator has to look at it.",
    Cause.SIGN_IN_REFUSED: "Microsoft refused the sign-in.",
}
_BY_NUMBER = {
    **dict.fromkeys((65001, 65004), Cause.CONSENT_REFUSED),
    **dict.fromkeys((50105, 90093, 90094, 90095), Cause.ADMIN_APPROVAL_NEEDED),
    **dict.fromkeys((50005, 50072, 50074, 50076, 50078, 50079, 50097, 50158), Cause.CONDITIONAL_ACCESS),
    **dict.fromkeys((53000, 53001, 53002, 53003, 53004, 530032, 530034), Cause.CONDITIONAL_ACCESS),
    **dict.fromkeys((54005, 70000, 70008, 500112, 501481, 9002313), Cause.CODE_INVALID),
    **dict.fromkeys((50020, 50034, 50059, 50194, 90002, 90072), Cause.WRONG_TENANT),
}
_BY_ERROR = {
    "access_denied": Cause.CONSENT_REFUSED,
    "consent_required": Cause.ADMIN_APPROVAL_NEEDED,
    "interaction_required": Cause.CONDITIONAL_ACCESS,
    "server_error": Cause.MICROSOFT_UNREACHABLE,
    "temporarily_unavailable": Cause.MICROSOFT_UNREACHABLE,
    **dict.fromkeys(
        ("invalid_client", "unauthorized_client", "invalid_request", "invalid_scope", "unsupported_response_type"),
        Cause.APPLICATION_REFUSED,
    ),
}
_OF_THE_USER = {"invalid_grant", "interaction_required", "login_required", "consent_required", "access_denied"}
_WHY_LOST = {
    50057: "your Microsoft account is disabled",
    50173: "your sign-in was withdrawn, or your password was reset",
    65001: "the permission for Tandem was withdrawn",
    70008: "the permission was not used for 90 days",
    700082: "the permission was not used for 90 days",
}
_NUMBER = re.compile(r"AADSTS(\d+)")


def number_in(description: str) -> int | None:
    """Find Microsoft's number in an `error_description`."""
    found = _NUMBER.search(description)
    return int(found[1]) if found else None


def concerns_the_user(error: str) -> bool:
    """Tell whether this OAuth error ends with the user's consent; any other is about our application, or about now."""
    return error in _OF_THE_USER


def on_sign_in(error: str, number: int | None) -> Refusal:
    """Say why a sign-in came to nothing, from the redirect or from redeeming the code."""
    cause = _BY_NUMBER.get(number or 0) or _BY_ERROR.get(error) or Cause.SIGN_IN_REFUSED
    return Refusal(cause, _numbered(_WORDS[cause], number))


def on_renewal(error: str, number: int | None) -> Refusal:
    """Say why a grant that was good is good no more."""
    why = _WHY_LOST.get(number or 0)
    if why is None:
        secured = on_sign_in(error, number).cause is Cause.CONDITIONAL_ACCESS
        why = "a security rule of your organization wants you to sign in" if secured else "it refuses the old sign-in"
    return Refusal(Cause.SIGN_IN_REFUSED, _numbered(f"Microsoft asks you to connect again: {why}.", number))


def _numbered(words: str, number: int | None) -> str:
    return f"{words} (AADSTS{number})" if number else words
