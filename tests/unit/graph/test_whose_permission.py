"""Which permissions a deployment uses follows from its settings, and what cannot work is said at the start."""

from typing import Any

import pytest
from pydantic import ValidationError

from graph.settings import GrantSettings
from support.grants import KEY, OLDER_KEY

USUAL = {"tenant": "contoso.test", "client_id": "tandem", "client_secret": "tandem-secret"}


def settings(**given: Any) -> GrantSettings:
    return GrantSettings.model_validate(USUAL | given)


@pytest.mark.parametrize(
    ("given", "people_consent", "acts_alone"),
    [
        ({}, False, True),
        ({"grant_keys": KEY}, True, False),
        ({"grant_keys": f"{KEY}, {OLDER_KEY},"}, True, False),
        ({"grant_keys": KEY, "application_permissions": True}, True, True),
        ({"application_permissions": True}, False, True),
        ({"grant_keys": KEY, "tenant": "organizations"}, True, False),
    ],
)
def test_with_keys_people_consent_and_without_the_application_acts_alone(
    given: dict[str, Any], people_consent: bool, acts_alone: bool
) -> None:
    made = settings(**given)
    assert (made.seal.usable, made.acts_alone) == (people_consent, acts_alone)


@pytest.mark.parametrize(
    ("given", "variable"),
    [
        ({"application_permissions": False}, "TANDEM_GRANT_KEYS"),
        ({"tenant": "organizations"}, "TANDEM_TENANT"),
        ({"grant_keys": KEY, "application_permissions": True, "tenant": "Common"}, "TANDEM_TENANT"),
        ({"grant_keys": "no key"}, "keys of 32 bytes"),
        ({"grant_keys": f"{KEY},{KEY[:-2]}"}, "keys of 32 bytes"),
    ],
)
def test_what_cannot_work_is_refused_with_the_variable_named(given: dict[str, Any], variable: str) -> None:
    with pytest.raises(ValidationError, match=variable):
        settings(**given)


def test_keys_are_not_shown() -> None:
    assert KEY not in repr(settings(grant_keys=KEY))
