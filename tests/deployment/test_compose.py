"""docker-compose.yml: what it starts, in which order, and who reaches whom."""

import pytest
import yaml
from compose_spec import PyCompose

from support.deployed import ROOT, SERVICES, Object, compose, kubernetes_name

NAMES = [kubernetes_name(service) for service in SERVICES]
JOBS = ("topics", "migrate-before", "migrate-after", "operator")


@pytest.fixture
def services() -> dict[str, Object]:
    found: dict[str, Object] = compose()["services"]
    return found


def test_the_file_is_what_the_compose_specification_allows() -> None:
    # The parser knows no lists of anchors to merge, so it gets the file with its anchors resolved.
    PyCompose.from_yaml(yaml.safe_dump(compose()))


def test_every_file_that_is_mounted_is_there(services: dict[str, Object]) -> None:
    for name, service in services.items():
        for volume in service.get("volumes", ()):
            source, *_ = volume.split(":")
            assert not source.startswith(".") or (ROOT / source).exists(), (name, source)
            assert source.startswith(".") or source in compose()["volumes"], (name, source)


def test_only_the_reconciler_and_its_migrations_are_on_the_network_of_postgresql(services: dict[str, Object]) -> None:
    on_it = {name for name, service in services.items() if "postgres" in service["networks"]}
    assert on_it == {"postgres", "reconciler", "migrate-before", "migrate-after"}


def test_only_those_who_own_an_outside_system_reach_the_outside(services: dict[str, Object]) -> None:
    closed = {name for name, network in compose()["networks"].items() if network.get("internal")}
    ours = {name for name in (*NAMES, *JOBS) if set(services[name]["networks"]) - closed}
    assert ours == {"outlook-connector", "espo-connector", "teams-meeting"}


def test_our_own_containers_write_nowhere_and_have_no_privileges(services: dict[str, Object]) -> None:
    for name in (*NAMES, *JOBS):
        assert services[name]["read_only"] is True, name
        assert services[name]["cap_drop"] == ["ALL"], name
        assert services[name]["security_opt"] == ["no-new-privileges:true"], name


def test_topics_and_schema_come_before_the_services_and_the_rest_of_the_schema_after(
    services: dict[str, Object],
) -> None:
    done, well = {"condition": "service_completed_successfully"}, {"condition": "service_healthy"}
    for name in ("outlook-connector", "espo-connector", "teams-meeting", "reconciler"):
        assert services[name]["depends_on"]["topics"] == done, name
    assert services["reconciler"]["depends_on"]["migrate-before"] == done
    assert services["migrate-after"]["depends_on"]["reconciler"] == well
    assert services["topics"]["depends_on"]["kafka"] == well
    assert services["migrate-before"]["depends_on"]["postgres"] == well


def test_whatever_somebody_waits_for_says_how_it_is(services: dict[str, Object]) -> None:
    for name, service in services.items():
        for awaited, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                asked = "healthcheck" in services[awaited] or awaited in NAMES  # ours bring it in the image
                assert asked, (name, awaited)


def test_a_stop_waits_for_the_messages_in_hand(services: dict[str, Object]) -> None:
    assert {services[name]["stop_grace_period"] for name in NAMES} == {"60s"}


def test_every_image_from_elsewhere_says_which_version(services: dict[str, Object]) -> None:
    for name, service in services.items():
        if not service["image"].startswith("tandem/"):
            assert service["image"].partition(":")[2] not in ("", "latest"), name


def test_nothing_but_the_public_entrance_listens_beyond_this_machine(services: dict[str, Object]) -> None:
    for name, service in services.items():
        wide = [port for port in service.get("ports", ()) if not port.startswith("127.0.0.1:")]
        assert not wide or name == "entrance", name


def test_prometheus_asks_every_service() -> None:
    read = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text("utf-8"))
    (job,) = read["scrape_configs"]
    assert job["dns_sd_configs"][0]["names"] == NAMES
