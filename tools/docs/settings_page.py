"""docs/settings.md: every variable of every process, from the classes that read them.

Which classes a process reads is taken from its own `load(…)` calls, and what a variable means from the words below it in its
class, so the page knows no list of its own that could fall behind.
"""

import ast
import importlib
import inspect
import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from tools.docs.tables import table

PROCESSES = {
    "outlook_connector": "outlook_connector.main",
    "espo_connector": "espo_connector.main",
    "teams_meeting": "teams_meeting.main",
    "reconciler": "reconciler.main",
    "console": "console.main",
    "tandem migrate": "reconciler.migrate",
    "tandem topics": "tandem.operate",
    "tandem doctor": "tandem.doctor.plan",
}

_ON_KAFKA = frozenset(("outlook_connector", "espo_connector", "teams_meeting", "reconciler"))

_HEAD = """# Settings

Made from the code by `make docs`. Every setting is a variable of the environment; a wrong or missing one ends the start with exit
code 2 and one line that names it. Secrets are marked; give them by reference, never in a file that is kept with the code.
"""


@dataclass(slots=True)
class Setting:
    """One variable, and the processes that read it."""

    name: str
    kind: str
    default: str
    meaning: str
    processes: list[str] = field(default_factory=list)


def page() -> str:
    """Write the page."""
    found = settings()
    times = Counter(each.name for each in found)
    shared = [each for each in found if len(each.processes) > 1 or times[each.name] > 1]
    names = [each.name for each in shared]
    shared.sort(key=lambda each: names.index(each.name))
    parts = [_HEAD, "## Of several processes\n", _table(shared, with_processes=True)]
    for process in PROCESSES:
        own = [each for each in found if each.processes == [process] and each not in shared]
        if own:
            parts += [f"## Of {process} alone\n", _table(own, with_processes=False)]
    return "\n".join(parts)


def settings() -> list[Setting]:
    """Gather every variable, in the order in which the processes name them; twice where it means different things to two."""
    found: dict[tuple[str, ...], Setting] = {}
    for process, module in PROCESSES.items():
        for settings_class in _loaded(module):
            for setting in _variables(settings_class):
                known = found.setdefault((setting.name, setting.default, setting.meaning), setting)
                if process not in known.processes:
                    known.processes.append(process)
    return list(found.values())


def _table(rows: list[Setting], *, with_processes: bool) -> str:
    columns = ["variable", "type", "default", "meaning", *(["read by"] if with_processes else [])]
    return table(
        columns,
        [
            [
                f"`{row.name}`",
                row.kind,
                row.default,
                row.meaning,
                *([_said(row.processes)] if with_processes else []),
            ]
            for row in rows
        ],
    )


def _said(processes: list[str]) -> str:
    if not {*processes} >= _ON_KAFKA:
        return ", ".join(processes)
    rest = [process for process in processes if process not in _ON_KAFKA]
    return "every service" if rest == ["console"] else ", ".join(["every service on Kafka", *rest])


def _loaded(module_name: str) -> Iterator[type[BaseSettings]]:
    module = importlib.import_module(module_name)
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "load":
            (argument,) = node.args
            yield getattr(module, ast.unparse(argument))


def _variables(settings_class: type[BaseSettings]) -> Iterator[Setting]:
    prefix = settings_class.model_config.get("env_prefix", "")
    for name, info in settings_class.model_fields.items():
        yield Setting(
            name=f"{prefix}{name}".upper(),
            kind=_kind(info.annotation),
            default=_default(info),
            meaning=_meaning(settings_class, name),
        )


def _kind(annotation: Any) -> str:
    shown = [_shown(member) for member in _members(annotation) if member is not type(None)]
    return " or ".join(dict.fromkeys(shown))


def _members(annotation: Any) -> list[Any]:
    if get_origin(annotation) is Annotated:
        return _members(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [each for member in get_args(annotation) for each in _members(member)]
    return [annotation]


def _shown(member: Any) -> str:
    if get_origin(member) is Literal:
        return " or ".join(f"`{value}`" if value else "nothing" for value in get_args(member))
    names = {"str": "text", "int": "number", "float": "number", "bool": "yes or no", "SecretStr": "secret"}
    name = getattr(member, "__name__", str(member))
    return names.get(name, {"HttpUrl": "URL", "Path": "file", "date": "date"}.get(name, name))


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "**required**"
    value = info.get_default(call_default_factory=True)
    if value is None or value == "":
        return "none"
    if isinstance(value, SecretStr):
        return "none" if not value.get_secret_value() else "set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"`{value}`"


def _meaning(settings_class: type[BaseSettings], name: str) -> str:
    for owner in settings_class.__mro__:
        if name in inspect.get_annotations(owner):
            return _words_below(owner, name)
    raise LookupError(f"{settings_class.__name__} has no {name}")


def _words_below(owner: type, name: str) -> str:
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(owner))).body
    body = definition.body if isinstance(definition, ast.ClassDef) else []
    for statement, following in zip(body, [*body[1:], None], strict=True):
        declares = isinstance(statement, ast.AnnAssign) and ast.unparse(statement.target) == name
        if declares and isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            return " ".join(str(following.value.value).split())
    return ""
