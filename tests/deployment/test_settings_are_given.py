"""Every service is given what it needs to start, and nothing that it does not read."""

import re

import pytest
from pydantic_settings import BaseSettings

from bus.settings import KafkaSettings
from reconciler.settings import PostgresSettings
from support.deployed import (
    ROOT,
    SERVICES,
    compose,
    known,
    kubernetes_name,
    of_kind,
    pods,
    rendered,
    required,
    variables,
)
from tandem.doctor.settings import DoctorSettings

OVERLAYS = ("dev", "prod")


def names_of(*settings: type[BaseSettings]) -> set[str]:
    return {f"TANDEM_{field.upper()}" for one in settings for field in one.model_fields}


JOBS = {
    "topics": names_of(KafkaSettings),
    "migrate-before": names_of(PostgresSettings),
    "migrate-after": names_of(PostgresSettings),
    "operator": names_of(KafkaSettings, DoctorSettings),
}
EVERYTHING = set().union(*JOBS.values(), *(known(service) for service in SERVICES))


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_in_kubernetes_a_service_is_given_what_it_needs_and_nothing_unknown(overlay: str, service: str) -> None:
    objects = rendered(overlay)
    given = variables(pods(objects, "Deployment")[kubernetes_name(service)], objects).keys()
    assert required(service) <= given
    assert given <= known(service)


@pytest.mark.parametrize("stage", ["before", "after", "operator"])
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_in_kubernetes_a_job_is_given_nothing_unknown(overlay: str, stage: str) -> None:
    objects = rendered(f"{overlay}/{stage}")
    for name, pod in pods(objects, "Job").items():
        given = variables(pod, objects).keys()
        assert given, name
        assert given <= JOBS[name], name


@pytest.mark.parametrize("service", SERVICES)
def test_compose_hands_a_service_every_variable_that_it_reads_and_no_other(service: str) -> None:
    assert compose()["services"][kubernetes_name(service)]["environment"].keys() == known(service)


def test_compose_hands_a_job_nothing_unknown() -> None:
    for name, names in JOBS.items():
        assert compose()["services"][name]["environment"].keys() <= names, name


@pytest.mark.parametrize("service", SERVICES)
def test_compose_leaves_no_required_variable_to_chance(service: str) -> None:
    given = compose()["services"][kubernetes_name(service)]["environment"]
    assert not [name for name in required(service) if given[name] in (None, "")]


def test_the_example_of_compose_explains_every_variable_once() -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    explained = [found.group(1) for line in lines if (found := re.match(r"#?([A-Z][A-Z_]+)=", line))]
    assert len(explained) == len(set(explained))
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    asked_of_a_person = set(re.findall(r"\$\{([A-Z_]+)", text))
    asked_of_a_person |= {name for name in EVERYTHING if re.search(rf"^ +{name}:$", text, re.MULTILINE)}
    assert set(explained) == asked_of_a_person


def test_what_a_person_has_to_fill_in_stands_uncommented_in_the_example() -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    empty = {line.rstrip("=") for line in lines if re.fullmatch(r"[A-Z_]+=", line)}
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    assert empty | {"TANDEM_PUBLIC_URL"} == set(re.findall(r"\$\{([A-Z_]+):\?", text))


def test_secrets_are_read_from_secrets_in_production() -> None:
    secret = {
        "TANDEM_CLIENT_SECRET",
        "TANDEM_ESPO_API_KEY",
        "TANDEM_GRANT_KEYS",
        "TANDEM_KAFKA_PASSWORD",
        "TANDEM_NOTIFICATION_SECRET",
        "TANDEM_POSTGRES",
        "TANDEM_SERVICE_SECRET",
        "TANDEM_SESSION_KEYS",
    }
    for stage in ("", "/before", "/after", "/operator"):
        objects = rendered(f"prod{stage}")
        for found in of_kind(objects, "ConfigMap").values():
            assert not found["data"].keys() & secret
        for pod in pods(objects, "Deployment", "Job").values():
            (container,) = pod["spec"]["containers"]
            assert not [entry for entry in container.get("env", ()) if entry["name"] in secret and "value" in entry]


def test_keys_that_open_grants_go_only_to_the_services_that_own_them() -> None:
    objects = rendered("prod")
    holders = {
        name for name, pod in pods(objects, "Deployment").items() if "TANDEM_GRANT_KEYS" in variables(pod, objects)
    }
    assert holders == {"outlook-connector", "teams-meeting"}
