"""Commands for an operator's hands: what the documents tell to type names what is really deployed, and is what the tools take."""

import re
import shlex
import subprocess
from functools import cache

import pytest

from support.deployed import ROOT, compose, of_kind, rendered
from support.needed import program

PAGES = (*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "k8s" / "monitoring" / "README.md")
KINDS = {"deployment": "Deployment", "job": "Job"}
_COMMAND = re.compile(r"(?:^|`)((?:kubectl|docker compose) [^`\n|#]+)", re.MULTILINE)
_NAMED = re.compile(r"\b(deployment|job)/([a-z-]+)")


@cache
def commands(tool: str) -> tuple[str, ...]:
    """Every command of a tool that a page tells, once."""
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    return tuple(sorted({told.strip() for told in _COMMAND.findall(text) if told.startswith(tool)}))


@cache
def deployed(kind: str) -> set[str]:
    """The names of all objects of a kind that a production cluster is given."""
    stages = ("prod/before", "prod", "prod/after", "prod/operator")
    return {name for stage in stages for name in of_kind(rendered(stage), kind)}


def test_the_pages_tell_commands_for_both_ways_to_run_it() -> None:
    assert len(commands("kubectl")) > 5
    assert len(commands("docker compose")) > 5


@pytest.mark.parametrize("command", commands("kubectl"))
def test_what_kubectl_is_told_is_there(command: str) -> None:
    words = shlex.split(command)
    for kind, name in _NAMED.findall(command):
        assert name in deployed(KINDS[kind])
    if "scale" in words:
        assert {word for word in words[words.index("deployment") + 1 :] if word[0] != "-"} <= deployed("Deployment")
    if "scaledobject" in words:
        assert deployed("ScaledObject")
    if "-n" in words:
        assert {words[words.index("-n") + 1]} == {
            found["metadata"]["namespace"] for found in rendered("prod") if found["kind"] == "Deployment"
        }
    for flag in ("-k", "--kustomize"):
        if flag in words:
            assert (ROOT / words[words.index(flag) + 1] / "kustomization.yaml").is_file()


@pytest.mark.parametrize("command", commands("kubectl"))
def test_kubectl_knows_every_flag(command: str) -> None:
    words = shlex.split(command.partition(" -- ")[0])
    # With --help it reads all flags, refuses those that it does not know, and asks no server.
    asked = [program("kubectl"), *words[1:], "--help"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603  # no more than our own pages tell
    assert done.returncode == 0, done.stderr


def test_the_secret_that_a_change_of_keys_makes_is_the_one_that_is_read() -> None:
    (command,) = [command for command in commands("kubectl") if "create secret" in command]
    name = command.split()[command.split().index("generic") + 1]
    (key,) = re.findall(r"--from-literal=([A-Z_]+)=", command)
    read = {
        (reference["name"], reference["key"])
        for found in of_kind(rendered("prod"), "Deployment").values()
        for variable in found["spec"]["template"]["spec"]["containers"][0]["env"]
        if (reference := variable.get("valueFrom", {}).get("secretKeyRef"))
    }
    assert (name, key) in read


@pytest.mark.parametrize("command", commands("docker compose"))
def test_what_docker_compose_is_told_is_there(command: str) -> None:
    verb, *words = shlex.split(command)[2:]
    names = [word for word in words if not word.startswith("-")]
    assert verb in {"up", "ps", "exec", "run", "start", "stop"}
    services = names if verb in {"up", "start", "stop"} else names[:1]
    assert set(services) <= set(compose()["services"])


def test_the_backup_reads_the_database_that_docker_compose_makes() -> None:
    (command,) = [command for command in commands("docker compose") if "pg_dump" in command]
    made = compose()["services"]["postgres"]["environment"]
    assert f"--username={made['POSTGRES_USER']} {made['POSTGRES_DB']} >" in command
