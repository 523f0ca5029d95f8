"""What the operator decides, checked at the start."""

import pytest
from pydantic import ValidationError

from bus.settings import load
from espo_connector.settings import Settings

GOOD = {"TANDEM_KAFKA": "kafka:9092", "TANDEM_ESPO_URL": "https://crm.example/", "TANDEM_ESPO_API_KEY": "key"}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.mark.usefixtures("environment")
def test_the_address_and_the_key_of_espocrm_are_enough() -> None:
    settings = Settings()
    assert settings.espo_url == "https://crm.example"
    assert settings.public_url == ""


@pytest.mark.usefixtures("environment")
def test_the_key_is_never_shown() -> None:
    assert "key" not in repr(Settings().espo_api_key)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TANDEM_ESPO_URL", "crm.example"),
        ("TANDEM_ESPO_API_KEY", ""),
        ("TANDEM_PUBLIC_URL", "not a url"),
        ("TANDEM_HTTP_PORT", "70000"),
    ],
)
def test_a_wrong_variable_is_named_at_the_start(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    environment.setenv(name, value)
    with pytest.raises(SystemExit):
        load(Settings)
    assert capsys.readouterr().err.startswith(f"{name}: ")


def test_a_missing_variable_is_an_error(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("TANDEM_ESPO_URL")
    with pytest.raises(ValidationError, match="espo_url"):
        Settings()
