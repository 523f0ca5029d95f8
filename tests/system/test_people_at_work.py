"""What people do on one side appears on the other, once: the smoke run's stories on the real thing."""

from datetime import UTC, datetime, timedelta

import pytest

from tandem.people.stage import Stage
from tandem.smoke.play import play
from tandem.smoke.stories import Story, stories

pytestmark = [pytest.mark.system, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(900)]

STORIES = stories((datetime.now(UTC) + timedelta(days=7)).date())


@pytest.mark.rule("M07", "M08", "M09", "M12", "M14")
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.subject)
async def test_both_sides_show_what_people_did(on: Stage, story: Story) -> None:
    played = [step async for step in play(on, story, patience=30)]
    assert [unmet for step in played for unmet in step.unmet] == []
    assert len(played) == len(story.steps)
