"""What the files of the deployment say, read as the tools that apply them would read them.

Kubernetes' objects are rendered by kustomize itself, or by kubectl, which carries it.
"""

import importlib
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic_settings import BaseSettings

from support.needed import program

ROOT = Path(__file__).parents[2]
OVERLAYS = ROOT / "k8s" / "overlays"
STAGES = tuple(f"{overlay}{stage}" for overlay in ("dev", "prod") for stage in ("/before", "", "/after", "/operator"))

SERVICES = ("outlook_connector", "espo_connector", "teams_meeting", "reconciler", "console")

Object = dict[str, Any]


def kubernetes_name(service: str) -> str:
    """A service's name where names are parts of host names."""
    return service.replace("_", "-")


@cache
def rendered(folder: str) -> tuple[Object, ...]:
    """Every object of an overlay, or of a folder beside the overlays."""
    done = subprocess.run(  # noqa: S603  # a tool from the PATH, on our own folders
        [*_renderer(), OVERLAYS / folder], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return tuple(found for found in yaml.safe_load_all(done.stdout) if found)


def _renderer() -> list[str]:
    found = program("kustomize", "kubectl")
    return [found, "build" if Path(found).name == "kustomize" else "kustomize"]


def of_kind(objects: tuple[Object, ...], *kinds: str) -> dict[str, Object]:
    """The objects of these kinds, by name."""
    return {found["metadata"]["name"]: found for found in objects if found["kind"] in kinds}


def pods(objects: tuple[Object, ...], *kinds: str) -> dict[str, Object]:
    """The pod templates of our own workloads of these kinds, by name."""
    return {name: found["spec"]["template"] for name, found in of_kind(objects, *kinds).items()}


def variables(pod: Object, objects: tuple[Object, ...]) -> dict[str, str]:
    """What a pod's only container finds in its environment; a secret's value is its name and key."""
    (container,) = pod["spec"]["containers"]
    maps = of_kind(objects, "ConfigMap")
    found: dict[str, str] = {}
    for source in container.get("envFrom", ()):
        found |= maps[source["configMapRef"]["name"]]["data"]
    for variable in container.get("env", ()):
        reference = variable.get("valueFrom", {}).get("secretKeyRef")
        found[variable["name"]] = f"{reference['name']}/{reference['key']}" if reference else variable["value"]
    return found


@cache
def compose() -> Object:
    """docker-compose.yml, its anchors resolved."""
    read: Object = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return read


def required(service: str) -> set[str]:
    """The variables without which a service does not start."""
    return {_variable(name) for name, field in _fields(service) if field.is_required()}


def known(service: str) -> set[str]:
    """Every variable that a service reads."""
    return {_variable(name) for name, _ in _fields(service)}


def _fields(service: str) -> Iterator[tuple[str, Any]]:
    """The fields of every settings class that the service's main module loads."""
    for loaded in vars(importlib.import_module(f"{service}.main")).values():
        if isinstance(loaded, type) and issubclass(loaded, BaseSettings):
            yield from loaded.model_fields.items()


def _variable(field: str) -> str:
    return f"TANDEM_{field.upper()}"
