"""The page about the HTTP interface shows every path, and no other."""

import re
from pathlib import Path

from prometheus_client import CollectorRegistry

from reconciler.api import Api
from reconciler.core.brake import Brake
from reconciler.core.link import State
from reconciler.metrics import Metrics
from reconciler.settings import ReconcilerSettings
from reconciler.store import Database

PAGE = (Path(__file__).parents[3] / "docs/api.md").read_text("utf-8")


def paths() -> set[str]:
    """What the interface answers to, without the types of what a path names."""
    settings = ReconcilerSettings.model_validate({"postgres": "postgresql://nowhere"})
    routes = Api(Database("postgresql://nowhere", Metrics(CollectorRegistry()), Brake()), settings).routes()
    shown = {(method, re.sub(r":\w+}", "}", route.path)) for route in routes for method in route.methods or ()}
    return {f"{method} {path}" for method, path in shown if method != "HEAD"}


def test_every_path_is_on_the_page_and_nothing_else() -> None:
    assert set(re.findall(r"^\| `(\w+ [^`]+)`", PAGE, re.MULTILINE)) == paths()


def test_every_state_is_explained() -> None:
    assert [state.value for state in State if f"*{state.value}*" not in PAGE] == []
