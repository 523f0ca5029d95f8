"""The module's one PHP class: who may choose Microsoft as online location. Run by PHP, found as EspoCRM finds it."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

ASK = Path(__file__).parent / "ask_checker.php"

Run = Callable[..., Awaitable[str]]
Answer = Callable[..., Awaitable[dict[str, bool]]]


@pytest.fixture
def ask(php: str, run: Run, espocrm_folder: Path, declared: dict[str, dict[str, Any]]) -> Answer:
    """Asks the declared checker about a user who has the given scopes."""
    checker = declared["app"]["meetingServices"]["Microsoft"]["availabilityCheckerClassName"]

    async def asking(*scopes: str) -> dict[str, bool]:
        answer: dict[str, bool] = json.loads(await run(php, ASK, espocrm_folder, checker, *scopes))
        return answer

    return asking


@pytest.fixture
def classes(espocrm_folder: Path) -> list[Path]:
    """Every PHP file of the module; there is at least one."""
    found = sorted(espocrm_folder.rglob("*.php"))
    assert found
    return found


async def test_php_understands_every_class(php: str, run: Run, classes: list[Path]) -> None:
    for each in classes:
        assert "No syntax errors" in await run(php, "-l", each)


async def test_the_declared_class_lies_where_its_namespace_says_and_is_a_checker(ask: Answer) -> None:
    assert (await ask())["isChecker"]


async def test_a_user_with_the_scope_may_choose_microsoft(ask: Answer) -> None:
    assert (await ask("Calendar", "OutlookCalendar"))["available"]


async def test_a_user_without_the_scope_may_not(ask: Answer) -> None:
    assert not (await ask("Calendar"))["available"]


async def test_the_checker_asks_for_the_scope_that_the_module_declares(
    ask: Answer, declared: dict[str, dict[str, Any]]
) -> None:
    (scope,) = declared["scopes"]

    assert (await ask(scope))["available"]
