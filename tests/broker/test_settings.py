import pytest
from pydantic import SecretStr

from bus.broker import security
from bus.settings import KafkaSettings, load


def wrong(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], **environment: str) -> str:
    """Load settings from this environment, which is wrong; answer what was said."""
    for name, value in ({"TANDEM_KAFKA": "kafka:9092"} | environment).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match="2"):
        load(KafkaSettings)
    return capsys.readouterr().err


def test_an_address_that_is_none_is_named_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert wrong(monkeypatch, capsys, TANDEM_KAFKA="kafka").startswith("TANDEM_KAFKA: ")


def test_a_user_without_a_password_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = wrong(monkeypatch, capsys, TANDEM_KAFKA_USER="tandem")
    assert said == "TANDEM_KAFKA_USER and TANDEM_KAFKA_PASSWORD are set together\n"


def test_a_heartbeat_slower_than_the_session_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "TANDEM_KAFKA_HEARTBEAT_SECONDS" in wrong(monkeypatch, capsys, TANDEM_KAFKA_SESSION_SECONDS="2")


def test_a_wrong_value_is_not_repeated(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    said = wrong(monkeypatch, capsys, TANDEM_KAFKA_MECHANISM="hunter2")
    assert said.startswith("TANDEM_KAFKA_MECHANISM: ")
    assert "hunter2" not in said


def test_a_password_is_not_shown_with_the_settings() -> None:
    settings = KafkaSettings(kafka="kafka:9092", kafka_user="tandem", kafka_password=SecretStr("hunter2"))
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    ("mechanism", "kind"),
    [("PLAIN", "SASLPlaintext"), ("SCRAM-SHA-256", "SASLScram256"), ("SCRAM-SHA-512", "SASLScram512")],
)
def test_each_mechanism_is_spoken(mechanism: str, kind: str) -> None:
    settings = KafkaSettings.model_validate(
        {"kafka": "kafka:9092", "kafka_user": "tandem", "kafka_password": "x", "kafka_mechanism": mechanism}
    )
    assert type(security(settings)).__name__ == kind


def test_tls_without_a_user_is_possible() -> None:
    protection = security(KafkaSettings(kafka="kafka:9092", kafka_tls=True))
    assert protection is not None
    assert protection.use_ssl


def test_an_open_plain_cluster_needs_nothing() -> None:
    assert security(KafkaSettings(kafka="kafka:9092")) is None
