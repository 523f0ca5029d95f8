"""The real Prometheus over the running whole: every query of every panel and rule has an answer, and the right alert fires."""

from datetime import UTC, datetime, time

import pytest

from observability.prometheus import Prometheus
from observability.queries import QUERIES
from observability.watched import SECRET_ENDS
from support.whole import Whole
from tandem.polling import until

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(420)]

PATIENCE = 60.0
DOWN_AFTER = 150.0
"""Seconds; the alert waits for one minute, and a busy machine may scrape late."""


@pytest.mark.usefixtures("whole")
async def test_after_a_busy_day_every_query_of_every_panel_and_rule_returns_data(prometheus: Prometheus) -> None:
    unanswered = list(QUERIES)

    async def all_answered() -> bool | None:
        unanswered[:] = [query for query in unanswered if not await prometheus.ask(query)]
        return not unanswered or None

    await until(all_answered, PATIENCE)
    assert not unanswered, "\n".join(unanswered)


@pytest.mark.rule("M35")
@pytest.mark.scenario("O-11")
@pytest.mark.usefixtures("whole")
async def test_the_end_of_the_client_secret_is_told_as_the_administrator_wrote_it_down(prometheus: Prometheus) -> None:
    (told,) = await prometheus.ask("outlook_client_secret_expiry_timestamp_seconds")
    assert datetime.fromtimestamp(float(told["value"][1]), UTC) == datetime.combine(SECRET_ENDS, time.min, UTC)


async def test_a_connector_that_is_killed_raises_the_alert_that_names_it_and_back_it_falls_silent(
    whole: Whole, prometheus: Prometheus
) -> None:
    killed = ("ServiceDown", "outlook_connector")

    async def fires() -> bool | None:
        return killed in await prometheus.firing() or None

    async def is_silent() -> bool | None:
        return killed not in await prometheus.firing() or None

    assert await is_silent()
    program = await whole.system.supervisor.kill("outlook_connector")
    try:
        assert await until(fires, DOWN_AFTER)
        assert {alert for alert in await prometheus.firing() if alert[0] == "ServiceDown"} == {killed}
    finally:
        await whole.system.supervisor.start(program)
    assert await until(is_silent, PATIENCE)
