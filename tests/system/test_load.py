"""`make load` in its short form: nobody waits for an import or a throttled mailbox of somebody else, and memory stays flat."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from tools.load.form import SHORT
from tools.load.report import Load
from tools.load.run import load

pytestmark = pytest.mark.timeout(900)

GROWTH = 64 * 2**20
"""Far more than caches take for so little work, far less than what keeping every event would."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def loaded(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Load]:
    yield await load(SHORT, Path(tmp_path_factory.mktemp("load")))


def test_everybody_elses_changes_land_before_an_import_that_began_earlier_is_over(loaded: Load) -> None:
    assert len(loaded.fairness.normal) == loaded.fairness.overtaken == SHORT.normal


def test_what_a_throttled_mailbox_holds_up_is_its_own_and_lands_when_it_is_let_in(loaded: Load) -> None:
    assert loaded.fairness.throttled_waiting == SHORT.throttled
    assert loaded.fairness.samples[-1].behind == 0


@pytest.mark.scenario("Q-08")
def test_a_mailbox_full_of_events_is_in_espocrm_within_the_bound(loaded: Load) -> None:
    assert loaded.fairness.import_seconds < SHORT.patience
    assert loaded.fairness.samples[-1].behind == 0


def test_lag_comes_back_to_nothing(loaded: Load) -> None:
    assert loaded.sustained.samples[-1].behind == 0


def test_memory_does_not_grow_with_the_work(loaded: Load) -> None:
    before, after = loaded.sustained.samples[0].memory, loaded.fairness.samples[-1].memory
    assert {name: after[name] - memory for name, memory in before.items() if after[name] - memory > GROWTH} == {}


def test_all_of_it_is_told(loaded: Load) -> None:
    told = {row.measure.partition(":")[0] for row in loaded.rows() if row.value is not None}
    assert {"accounts", "changes kept up", "memory during the import"} <= told
