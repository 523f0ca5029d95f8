"""An embedded PostgreSQL for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.postgres import EmbeddedPostgres


@pytest.fixture
async def postgres(tmp_path: Path) -> AsyncIterator[EmbeddedPostgres]:
    async with EmbeddedPostgres(tmp_path / "data") as server:
        yield server
