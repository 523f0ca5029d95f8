"""Network policies, held against the table of who owns what: a pod reaches what its service owns, and nothing else."""

from itertools import product

import pytest

from support.deployed import SERVICES, Object, kubernetes_name, of_kind, rendered

NAMES = [kubernetes_name(service) for service in SERVICES]
JOBS = ["topics", "migrate-before", "migrate-after", "operator"]


@pytest.fixture
def policies() -> list[Object]:
    return [found["spec"] for found in of_kind(rendered("prod"), "NetworkPolicy").values()]


def selects(selector: Object, name: str) -> bool:
    """Whether a selector of pods means the pod of this name, by the one label that ours have to tell them apart."""
    labels = {"app.kubernetes.io/name": name}
    assert selector.keys() <= {"matchLabels", "matchExpressions"}
    plain = selector.get("matchLabels", {}).items() <= labels.items()
    listed = all(
        rule["operator"] == "In" and labels.get(rule["key"]) in rule["values"]
        for rule in selector.get("matchExpressions", ())
    )
    return plain and listed


def may(policies: list[Object], name: str, way: str) -> list[tuple[Object, int]]:
    """The peers of a pod on one way, "ingress" or "egress", each with its port."""
    return [
        (peer, port["port"])
        for policy in policies
        if selects(policy["podSelector"], name)
        for rule in policy.get(way, ())
        for peer, port in product(rule["from" if way == "ingress" else "to"], rule["ports"])
    ]


def reached(policies: list[Object], name: str) -> set[str]:
    """Where a pod gets to, in words: a namespace or the web with the port, or the names of our own pods."""
    found: set[str] = set()
    for peer, port in may(policies, name, "egress"):
        if "ipBlock" in peer:
            found.add(f"web:{port}")
        elif "namespaceSelector" in peer:
            found.add(f"{peer['namespaceSelector']['matchLabels']['kubernetes.io/metadata.name']}:{port}")
        else:
            found |= {other for other in (*NAMES, *JOBS) if selects(peer["podSelector"], other)}
    return found - {"kube-system:53", "monitoring:4317", "monitoring:4318"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("outlook-connector", {"kafka:9093", "web:443"}),
        ("espo-connector", {"kafka:9093", "web:443"}),
        ("teams-meeting", {"kafka:9093", "web:443"}),
        ("reconciler", {"kafka:9093", "postgres:5432"}),
        ("console", {"reconciler", "outlook-connector", "espo-connector"}),
        ("topics", {"kafka:9093"}),
        ("migrate-before", {"postgres:5432"}),
        ("migrate-after", {"postgres:5432"}),
        ("operator", {"kafka:9093", *NAMES}),
        ("some-pod-of-somebody-else", set()),
    ],
)
def test_a_pod_reaches_what_its_service_owns_and_nothing_else(
    policies: list[Object], name: str, expected: set[str]
) -> None:
    assert reached(policies, name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("outlook-connector", {"ingress-nginx", "monitoring", "console", "operator"}),
        ("espo-connector", {"ingress-nginx", "monitoring", "console", "operator"}),
        ("teams-meeting", {"monitoring", "operator"}),
        ("reconciler", {"monitoring", "console", "operator"}),
        ("console", {"ingress-nginx", "monitoring", "operator"}),
        ("topics", set()),
        ("migrate-before", set()),
    ],
)
def test_a_pod_lets_in_those_who_have_something_to_ask(policies: list[Object], name: str, expected: set[str]) -> None:
    who: set[str] = set()
    for peer, port in may(policies, name, "ingress"):
        assert port == 8080
        if "namespaceSelector" in peer:
            who.add(peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"])
        else:
            who |= {other for other in (*NAMES, *JOBS) if selects(peer["podSelector"], other)}
    assert who == expected


def test_what_no_policy_names_is_closed_both_ways(policies: list[Object]) -> None:
    assert {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]} in policies


def test_those_who_ask_microsoft_cannot_use_that_to_look_around_inside_the_company(policies: list[Object]) -> None:
    for name in ("outlook-connector", "teams-meeting"):
        blocks = [peer["ipBlock"] for peer, _ in may(policies, name, "egress") if "ipBlock" in peer]
        assert [block["cidr"] for block in blocks] == ["0.0.0.0/0"]
        assert {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"} <= set(blocks[0]["except"])


def test_nobody_reaches_the_address_where_a_cloud_hands_out_credentials(policies: list[Object]) -> None:
    for name in (*NAMES, *JOBS):
        for peer, _ in may(policies, name, "egress"):
            assert "169.254.0.0/16" in peer.get("ipBlock", {}).get("except", ["169.254.0.0/16"])


def test_on_one_machine_too_only_the_reconciler_and_the_migrations_reach_postgresql() -> None:
    objects = (*rendered("dev/before"), *rendered("dev"))
    policy = of_kind(objects, "NetworkPolicy")["postgres"]["spec"]
    ((peer,),) = [rule["from"] for rule in policy["ingress"]]
    allowed = {name for name in (*NAMES, *JOBS) if selects(peer["podSelector"], name)}
    assert allowed == {"reconciler", "migrate-before", "migrate-after"}
