"""What holds for every object that the overlays make, whoever changes them."""

import os
import re
from pathlib import Path

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml

from contracts.topics import PARTITIONS, TOPICS
from support.deployed import ROOT, SERVICES, STAGES, Object, kubernetes_name, of_kind, pods, rendered

OUR_KINDS = ("Deployment", "Job")
ALL_KINDS = (*OUR_KINDS, "StatefulSet")
OF_OTHERS = re.compile(r"keda\.sh/")
"""Kinds that Kubernetes does not know by itself, so that its schemas do not hold them."""

NAMES = [kubernetes_name(service) for service in SERVICES]
READERS = {topic.name: topic.readers for topic in TOPICS}


@pytest.fixture(params=STAGES)
def objects(request: pytest.FixtureRequest) -> tuple[Object, ...]:
    return rendered(request.param)


@pytest.fixture(params=["dev", "prod"])
def services(request: pytest.FixtureRequest) -> tuple[Object, ...]:
    return rendered(request.param)


def test_every_object_is_what_kubernetes_takes_in_strict_mode(objects: tuple[Object, ...]) -> None:
    for found in objects:
        if not OF_OTHERS.match(found["apiVersion"]):
            kubernetes_validate.validate(found, "1.37", strict=True)


def test_everything_is_in_the_one_namespace_which_lets_in_only_restricted_pods() -> None:
    for overlay in ("dev", "prod"):
        objects = (*rendered(f"{overlay}/before"), *rendered(overlay), *rendered(f"{overlay}/after"))
        (namespace,) = {found["metadata"]["name"]: found for found in objects if found["kind"] == "Namespace"}.values()
        assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
        others = {found["metadata"].get("namespace") for found in objects if found["kind"] != "Namespace"}
        assert others == {namespace["metadata"]["name"]}


def test_every_pod_meets_the_restricted_standard(objects: tuple[Object, ...]) -> None:
    # Kubernetes' documentation, "Pod Security Standards", restricted.
    for name, pod in pods(objects, *ALL_KINDS).items():
        spec = pod["spec"]
        assert spec["securityContext"]["runAsNonRoot"] is True, name
        assert spec["securityContext"]["runAsUser"] > 0, name
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys(), name
        assert all("hostPath" not in volume for volume in spec.get("volumes", ())), name
        for container in spec["containers"]:
            assert container["securityContext"]["allowPrivilegeEscalation"] is False, name
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}, name


def test_our_pods_write_nowhere_but_into_a_small_folder_in_memory(objects: tuple[Object, ...]) -> None:
    for name, pod in pods(objects, *OUR_KINDS).items():
        (container,) = pod["spec"]["containers"]
        assert container["securityContext"]["readOnlyRootFilesystem"] is True, name
        volumes = {volume["name"]: volume for volume in pod["spec"]["volumes"]}
        writable = [mount for mount in container["volumeMounts"] if not mount.get("readOnly")]
        assert [mount["mountPath"] for mount in writable] == ["/tmp"], name  # noqa: S108 - in the container
        assert volumes[writable[0]["name"]]["emptyDir"] == {"medium": "Memory", "sizeLimit": "16Mi"}, name


def test_no_pod_can_ask_kubernetes_anything(objects: tuple[Object, ...]) -> None:
    for name, pod in pods(objects, *ALL_KINDS).items():
        assert pod["spec"]["automountServiceAccountToken"] is False, name
    for name, account in of_kind(objects, "ServiceAccount").items():
        assert account["automountServiceAccountToken"] is False, name


def test_each_service_acts_under_a_name_of_its_own(services: tuple[Object, ...]) -> None:
    accounts = {name: pod["spec"]["serviceAccountName"] for name, pod in pods(services, "Deployment").items()}
    assert accounts == {name: name for name in NAMES}


def test_every_container_asks_for_what_it_needs_and_has_a_limit_of_memory(objects: tuple[Object, ...]) -> None:
    for name, pod in pods(objects, *ALL_KINDS).items():
        for container in pod["spec"]["containers"]:
            assert container["resources"]["requests"].keys() == {"cpu", "memory"}, name
            assert "memory" in container["resources"]["limits"], name


def test_every_image_says_which_version(objects: tuple[Object, ...]) -> None:
    for name, pod in pods(objects, *ALL_KINDS).items():
        for container in pod["spec"]["containers"]:
            _, _, tag = container["image"].partition(":")
            assert tag, name
            assert tag != "latest", name


def test_the_three_stages_of_a_release_use_the_same_images() -> None:
    for overlay in ("dev", "prod"):
        tags = {
            container["image"].rpartition(":")[2]
            for stage in ("/before", "", "/after")
            for pod in pods(rendered(f"{overlay}{stage}"), *OUR_KINDS).values()
            for container in pod["spec"]["containers"]
        }
        assert len(tags) == 1, overlay


def test_the_probes_ask_what_they_decide_on(services: tuple[Object, ...]) -> None:
    for name, pod in pods(services, "Deployment").items():
        (container,) = pod["spec"]["containers"]
        paths = {kind: container[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "liveness", "readiness")}
        assert paths == {"startup": "/ready", "liveness": "/live", "readiness": "/ready"}, name


def test_a_pod_that_stops_has_time_to_finish_what_is_in_hand(services: tuple[Object, ...]) -> None:
    open_requests, drain, close = 5, 30, 5
    for name, pod in pods(services, "Deployment").items():
        (container,) = pod["spec"]["containers"]
        leaving = container["lifecycle"]["preStop"]["sleep"]["seconds"]
        assert pod["spec"]["terminationGracePeriodSeconds"] > leaving + open_requests + drain + close, name


def test_a_rollout_takes_no_replica_away_before_its_successor_is_ready(services: tuple[Object, ...]) -> None:
    for name, deployment in of_kind(services, "Deployment").items():
        assert deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0, name


def test_replicas_are_spread_over_hosts_and_zones_each_service_by_itself(services: tuple[Object, ...]) -> None:
    for name, pod in pods(services, "Deployment").items():
        spread = pod["spec"]["topologySpreadConstraints"]
        assert {rule["topologyKey"] for rule in spread} == {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}
        assert all("app.kubernetes.io/name" in rule["matchLabelKeys"] for rule in spread), name


def test_every_service_has_a_disruption_budget_that_fits_its_pods(services: tuple[Object, ...]) -> None:
    budgets = of_kind(services, "PodDisruptionBudget")
    for name, pod in pods(services, "Deployment").items():
        assert budgets[name]["spec"]["maxUnavailable"] == 1
        assert budgets[name]["spec"]["selector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()


def test_every_service_is_reached_by_its_name(services: tuple[Object, ...]) -> None:
    addresses = of_kind(services, "Service")
    for name, pod in pods(services, "Deployment").items():
        (port,) = addresses[name]["spec"]["ports"]
        (container,) = pod["spec"]["containers"]
        assert addresses[name]["spec"]["selector"] == {"app.kubernetes.io/name": name}
        assert port["port"] == 8080
        assert port["targetPort"] in {listening["name"] for listening in container["ports"]}


def test_in_production_every_service_has_two_replicas_at_least() -> None:
    objects = rendered("prod")
    scaled = {name: found["spec"]["minReplicaCount"] for name, found in of_kind(objects, "ScaledObject").items()}
    fixed = {name: found["spec"].get("replicas") for name, found in of_kind(objects, "Deployment").items()}
    assert {name: scaled.get(name) or fixed[name] for name in NAMES} == dict.fromkeys(NAMES, 2)
    assert not [name for name in scaled if fixed[name] is not None], "a rollout would undo what was scaled"


def test_no_secret_is_written_down_for_production() -> None:
    for stage in ("/before", "", "/after"):
        assert not of_kind(rendered(f"prod{stage}"), "Secret")


def test_the_ingress_leads_only_to_what_is_public(services: tuple[Object, ...]) -> None:
    (ingress,) = of_kind(services, "Ingress").values()
    (rule,) = ingress["spec"]["rules"]
    leads = {path["path"]: path["backend"]["service"]["name"] for path in rule["http"]["paths"]}
    assert leads == {
        "/graph/notifications": "outlook-connector",
        "/graph/lifecycle": "outlook-connector",
        "/espo/webhooks": "espo-connector",
        "/live": "closed",
        "/ready": "closed",
        "/metrics": "closed",
        "/": "console",
    }
    assert "selector" not in of_kind(services, "Service")["closed"]["spec"]
    assert ingress["spec"]["tls"][0]["hosts"] == [rule["host"]]


def test_no_more_replicas_than_partitions_are_made() -> None:
    for name, found in of_kind(rendered("prod"), "ScaledObject").items():
        assert found["spec"]["maxReplicaCount"] <= PARTITIONS, name


@pytest.fixture
def scaled_by_the_processor(tmp_path: Path) -> tuple[Object, ...]:
    """Production with the plain autoscalers in the place of KEDA's."""
    k8s = os.path.relpath(ROOT / "k8s", tmp_path)
    parts = ["overlays/prod/settings", "overlays/prod/images", "components/kafka-tls", "components/hpa"]
    wanted = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": [f"{k8s}/base"],
        "components": [f"{k8s}/{part}" for part in parts],
        "namespace": "tandem",
    }
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(wanted))
    return rendered(str(tmp_path))


def test_the_plain_autoscalers_are_a_whole_alternative_to_keda(scaled_by_the_processor: tuple[Object, ...]) -> None:
    for found in scaled_by_the_processor:
        kubernetes_validate.validate(found, "1.37", strict=True)
    scalers = of_kind(scaled_by_the_processor, "HorizontalPodAutoscaler")
    deployments = of_kind(scaled_by_the_processor, "Deployment")
    assert scalers.keys() == of_kind(rendered("prod"), "ScaledObject").keys()
    for name, scaler in scalers.items():
        assert scaler["spec"]["scaleTargetRef"]["name"] == name
        assert 2 <= scaler["spec"]["minReplicas"] <= scaler["spec"]["maxReplicas"] <= PARTITIONS, name
        assert "replicas" not in deployments[name]["spec"], "a rollout would undo what was scaled"


def test_keda_looks_at_what_waits_for_the_service_that_it_scales() -> None:
    for name, found in of_kind(rendered("prod"), "ScaledObject").items():
        assert found["spec"]["scaleTargetRef"]["name"] == name
        for trigger in found["spec"]["triggers"]:
            group, topic = trigger["metadata"]["consumerGroup"], trigger["metadata"].get("topic")
            assert kubernetes_name(group.partition(".")[0]) == name
            assert topic is None or name in {kubernetes_name(reader) for reader in READERS[topic]}, name
