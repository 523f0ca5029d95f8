"""Settings from the environment: complete, or the start ends with the variable named."""

import pytest
from pydantic import ValidationError

from outlook_connector.settings import Settings

GOOD = {
    "TANDEM_KAFKA": "127.0.0.1:9092",
    "TANDEM_TENANT": "contoso.test",
    "TANDEM_CLIENT_ID": "tandem",
    "TANDEM_CLIENT_SECRET": "tandem-secret",
    "TANDEM_PUBLIC_URL": "https://tandem.contoso.test",
    "TANDEM_NOTIFICATION_SECRET": "sixteen characters and more",
    "TANDEM_SERVICE_SECRET": "of all services, in each of them",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.mark.usefixtures("environment")
def test_microsofts_own_addresses_need_not_be_named() -> None:
    settings = Settings()

    assert str(settings.graph_url) == "https://graph.microsoft.com/"
    assert str(settings.login_url) == "https://login.microsoftonline.com/"


@pytest.mark.usefixtures("environment")
def test_secrets_are_not_shown() -> None:
    shown = repr(Settings())

    assert "tandem-secret" not in shown
    assert "sixteen" not in shown
    assert "of all services" not in shown


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_missing_variable_is_named(environment: pytest.MonkeyPatch, name: str) -> None:
    environment.delenv(name)

    with pytest.raises(ValidationError) as refused:
        Settings()

    assert [problem["loc"] for problem in refused.value.errors()] == [(name.removeprefix("TANDEM_").lower(),)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TANDEM_TENANT", "  "),
        ("TANDEM_CLIENT_SECRET", ""),
        ("TANDEM_NOTIFICATION_SECRET", "short"),
        ("TANDEM_NOTIFICATION_SECRET", "sixteen characters and more,short"),
        ("TANDEM_NOTIFICATION_SECRET", "sixteen characters and more,"),
        ("TANDEM_SERVICE_SECRET", "short"),
        ("TANDEM_PUBLIC_URL", "tandem"),
        ("TANDEM_GRAPH_URL", "ftp://graph"),
        ("TANDEM_HTTP_PORT", "0"),
    ],
)
def test_a_wrong_variable_is_named(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    environment.setenv(name, value)

    with pytest.raises(ValidationError) as refused:
        Settings()

    assert refused.value.errors()[0]["loc"] == (name.removeprefix("TANDEM_").lower(),)


def test_several_secrets_of_notifications_are_known_the_first_for_new_subscriptions(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("TANDEM_NOTIFICATION_SECRET", "of tomorrow and of later, of today and of before")

    assert Settings().notification_secrets == (b"of tomorrow and of later", b"of today and of before")
