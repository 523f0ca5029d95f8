"""Why Microsoft's sign-in says no, in words that a person can act on."""

import pytest

from graph.permission.refusals import Cause, concerns_the_user, number_in, on_renewal, on_sign_in


@pytest.mark.scenario("O-10")
@pytest.mark.parametrize(
    ("error", "number", "cause"),
    [
        ("access_denied", 65004, Cause.CONSENT_REFUSED),
        ("access_denied", None, Cause.CONSENT_REFUSED),
        ("access_denied", 90094, Cause.ADMIN_APPROVAL_NEEDED),
        ("invalid_grant", 90093, Cause.ADMIN_APPROVAL_NEEDED),
        ("consent_required", None, Cause.ADMIN_APPROVAL_NEEDED),
        ("invalid_grant", 50105, Cause.ADMIN_APPROVAL_NEEDED),
        ("access_denied", 53003, Cause.CONDITIONAL_ACCESS),
        ("interaction_required", 50076, Cause.CONDITIONAL_ACCESS),
        ("interaction_required", 999999, Cause.CONDITIONAL_ACCESS),
        ("invalid_grant", 54005, Cause.CODE_INVALID),
        ("invalid_grant", 70008, Cause.CODE_INVALID),
        ("invalid_grant", 501481, Cause.CODE_INVALID),
        ("invalid_grant", 50020, Cause.WRONG_TENANT),
        ("invalid_request", 50194, Cause.WRONG_TENANT),
        ("server_error", None, Cause.MICROSOFT_UNREACHABLE),
        ("temporarily_unavailable", 90033, Cause.MICROSOFT_UNREACHABLE),
        ("invalid_client", 7000222, Cause.APPLICATION_REFUSED),
        ("invalid_grant", 50057, Cause.SIGN_IN_REFUSED),
        ("something_new", 123456, Cause.SIGN_IN_REFUSED),
    ],
)
def test_each_refusal_of_a_sign_in_has_its_cause(error: str, number: int | None, cause: Cause) -> None:
    assert on_sign_in(error, number).cause is cause


def test_every_cause_has_words_of_its_own() -> None:
    told = (
        on_sign_in("access_denied", None),
        on_sign_in("consent_required", None),
        on_sign_in("interaction_required", None),
        on_sign_in("invalid_grant", 54005),
        on_sign_in("invalid_grant", 50020),
        on_sign_in("server_error", None),
        on_sign_in("invalid_client", None),
        on_sign_in("something_new", None),
    )
    assert {refusal.cause for refusal in told} == set(Cause)
    assert len({refusal.words.partition(" (")[0] for refusal in told}) == len(Cause)


def test_microsofts_number_is_told_for_whoever_has_to_search_for_it() -> None:
    assert on_sign_in("access_denied", 53003).words.endswith("(AADSTS53003)")


def test_the_number_is_found_in_the_description() -> None:
    described = "AADSTS90094: An administrator of Contoso has set a policy\r\nTrace ID: 0000aaaa-11bb"
    assert (number_in(described), number_in("no number at all")) == (90094, None)


@pytest.mark.scenario("O-04")
@pytest.mark.parametrize(
    ("error", "number", "why"),
    [
        ("invalid_grant", 50173, "withdrawn"),
        ("invalid_grant", 700082, "90 days"),
        ("invalid_grant", 65001, "permission for Tandem"),
        ("invalid_grant", 50057, "disabled"),
        ("interaction_required", 50076, "security rule"),
        ("invalid_grant", 53003, "security rule"),
        ("invalid_grant", None, "refuses the old sign-in"),
    ],
)
def test_a_lost_grant_asks_its_user_to_connect_again_and_says_why(error: str, number: int | None, why: str) -> None:
    words = on_renewal(error, number).words
    assert words.startswith("Microsoft asks you to connect again")
    assert why in words


@pytest.mark.parametrize(
    ("error", "of_the_user"),
    [
        ("invalid_grant", True),
        ("interaction_required", True),
        ("invalid_client", False),
        ("unauthorized_client", False),
        ("temporarily_unavailable", False),
    ],
)
def test_only_a_refusal_of_the_user_ends_a_grant(error: str, of_the_user: bool) -> None:
    assert concerns_the_user(error) is of_the_user
