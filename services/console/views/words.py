"""What users read, in one place: the kinds that services name, in the words of the people who meet them."""

import re

_NUMBER = re.compile(r"AADSTS\d+")

SIGN_IN = {
    "empty": "Type your user name and your password.",
    "wrong": "The user name or the password is not right.",
    "second_factor": "EspoCRM asks for a second factor. Type the code that you were sent, or that your app shows.",
    "second_factor_wrong": "This code is not right, or it is too old. Type the next one.",
    "too_many": "EspoCRM refuses sign-ins for the moment, because too many failed. Wait a minute and try again.",
    "held_back": "Too many sign-ins failed. Try again in {minutes} minute{s}.",
    "not_allowed": "This account may not sign in here: it is a portal's or an API's, or it is not active.",
    "unavailable": "EspoCRM cannot be asked at the moment. Try again in a minute.",
}
"""Why somebody is not in, by the EspoCRM connector's kinds and our own."""

CONSENT = {
    "consent_refused": (
        "You did not give consent",
        "Nothing was connected. Without your consent Tandem cannot read your calendar. Press Connect to be asked again.",
    ),
    "admin_approval_needed": (
        "Your administrator has to approve first",
        (
            "Your company lets nobody give this consent alone. Ask a Microsoft 365 administrator to approve Tandem for the "
            "company, then press Connect again."
        ),
    ),
    "conditional_access": (
        "Your company's sign-in rules stop this",
        (
            "Microsoft wants another device, another network or a second factor before it lets you in (Conditional Access). "
            "Do what Microsoft asked for, or show this to your administrator, then press Connect again."
        ),
    ),
    "state_expired": (
        "This window was open for too long",
        "Microsoft's answer counts for ten minutes. Close this window and press Connect again.",
    ),
    "state_invalid": (
        "This answer does not belong to your session",
        (
            "It was used already, or it began in another browser or before you signed in. Close this window and press "
            "Connect again."
        ),
    ),
    "code_invalid": (
        "Microsoft's answer is used up",
        "It works once, and only for some minutes. Close this window and press Connect again.",
    ),
    "wrong_tenant": (
        "This account belongs to another company",
        "Sign in at Microsoft with the account of the company that Tandem is set up for.",
    ),
    "mailbox_missing": (
        "This account has no mailbox in Microsoft 365",
        (
            "It has no Exchange Online licence, or its mailbox is kept on the company's own server. Choose another account, "
            "or ask your administrator."
        ),
    ),
    "other_mailbox": (
        "Another mailbox is connected here",
        (
            "Events that were synced belong to that mailbox. To sync with this one, disconnect first, connect again and save "
            "the parameters anew. What was synced before stays as it is."
        ),
    ),
    "application_refused": (
        "Microsoft does not accept Tandem itself",
        "Nothing is wrong with your account. Show this to your administrator: Tandem's registration has to be looked at.",
    ),
    "not_set_up": (
        "Connecting is not set up here",
        "Show this to your administrator: Tandem has no key to keep consents with (TANDEM_GRANT_KEYS).",
    ),
    "microsoft_unreachable": (
        "Microsoft does not answer",
        "Nothing was connected. Close this window and try again in some minutes.",
    ),
    "signed_out": (
        "You are not signed in here any more",
        "Close this window, sign in again and press Connect.",
    ),
}
"""Why a consent came to nothing, by the Outlook connector's kinds and our own: a heading, and what to do."""

NO_CONSENT = "Nothing was connected"

DIRECTIONS = {
    "both": "Both ways",
    "outlook_to_espo": "Outlook to EspoCRM",
    "espo_to_outlook": "EspoCRM to Outlook",
    "none": "None: Teams meetings only",
}
WINNERS = {
    "latest": "The later change",
    "espo": "EspoCRM's value",
    "outlook": "Outlook's value",
}
CONTESTED = {
    "title": "Subject",
    "span": "Time",
    "location": "Location",
    "description": "Description",
}
"""The fields that both sides can change to different values, and for which one can say whose value stands (M29)."""

PRIVATE = {
    "skip": "Not synced",
    "busy": "As busy time only",
    "full": "In full, like any other",
}

STATES = {
    "in sync": "in sync",
    "pending": "pending",
    "held": "held",
    "refused": "failed",
    "skipped": "skipped",
    "detached": "detached",
    "ended": "ended",
}
"""Where an event stands, in the words of the manual (M34)."""

TONES = {"in sync": "good", "pending": "busy", "held": "warn", "refused": "bad", "detached": "quiet", "ended": "quiet"}

SIDES = {"outlook": "Outlook", "espo": "EspoCRM"}

FIELDS = {
    "title": "subject",
    "span": "time",
    "people": "attendees",
    "cancelled": "status",
    "online": "Teams",
    "join_url": "join link",
}
"""Fields whose names in the product would tell a user little."""

RULES = {
    "direction": "Direction",
    "since": "Sync since",
    "entities": "Sync entities and identification labels",
    "default_entity": "Default entity",
    "main_calendar": "Main calendar",
    "other_calendars": "Other calendars",
    "remove_in_outlook": "Remove Outlook event upon removal in EspoCRM",
    "contacts_and_leads": "Sync contact and lead attendees to Outlook",
    "description_both_ways": "Sync the description both ways",
    "winner": "If both sides change the same field",
    "field_winners": "Other rules for single fields",
    "private": "Private Outlook events",
    "categories": "Only Outlook events of these categories",
    "blocked_domains": "Leave out attendees of these domains",
    "send_responses": "Mail my answers to the organizer",
}
"""The parameters as the page names them (M03)."""

SERVICES = {
    "reconciler": "The sync",
    "outlook_connector": "The connection to Outlook",
    "espo_connector": "The connection to EspoCRM",
}


def field(name: str) -> str:
    """Name a field of an event for people."""
    return FIELDS.get(name, name.replace("_", " "))


def consent(kind: str, message: str) -> tuple[str, str]:
    """Say why a consent came to nothing; a kind that is not known is told in the service's own words.

    Microsoft's number, where the message has it, is kept: it is what an administrator looks up.
    """
    heading, words = CONSENT.get(kind, (NO_CONSENT, message))
    number = _NUMBER.search(message)
    return heading, words if number is None or number[0] in words else f"{words} ({number[0]})"
