"""The smoke run's stories are whole, and what they expect is compared with every calendar, not only with the right one."""

from dataclasses import replace
from datetime import date

import pytest

from tandem.people.cast import ANN, BEN, CLEO, COLLEAGUES
from tandem.people.entries import Entry, Side
from tandem.people.stage import Place
from tandem.smoke.play import differences
from tandem.smoke.stories import Story, at, both, stories
from tandem.smoke.verdicts import everywhere

DAY = date(2026, 3, 3)
STORIES = stories(DAY)
LUNCH = Entry("Lunch", at(DAY, 12))
STORY = Story("Lunch", ANN, (both("plans it", Side.OUTLOOK, None, LUNCH),))


def calendars(**holding: list[Entry]) -> dict[Place, list[Entry]]:
    """Every calendar, empty but for those that are named, as in `ann_outlook=[...]`."""
    return {
        (side, colleague): holding.get(f"{colleague.login}_{side.name.lower()}", [])
        for side in Side
        for colleague in COLLEAGUES
    }


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.subject)
def test_every_title_of_a_story_tells_its_subject(story: Story) -> None:
    titles = {entry.title for step in story.steps for entry in (step.before, step.after) if entry}
    assert all(story.subject in title for title in titles)


def test_no_subject_is_part_of_another_story_s_titles() -> None:
    for story in STORIES:
        others = [step.after.title for other in STORIES if other is not story for step in other.steps if step.after]
        assert not any(story.subject in title for title in others)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.subject)
def test_every_step_begins_where_the_one_before_ended(story: Story) -> None:
    for earlier, later in zip(story.steps, story.steps[1:], strict=False):
        assert later.before == (earlier.outlook if later.side is Side.OUTLOOK else earlier.espo)


def test_both_sides_are_acted_on() -> None:
    assert {step.side for story in STORIES for step in story.steps} == set(Side)


def test_everything_in_its_place_leaves_no_difference() -> None:
    seen = calendars(ann_outlook=[LUNCH], ann_espo=[LUNCH])
    assert differences(STORY, STORY.steps[0], seen) == ()


def test_an_entry_that_is_missing_is_told() -> None:
    (difference,) = differences(STORY, STORY.steps[0], calendars(ann_outlook=[LUNCH]))
    assert difference.startswith("Ann Lee's EspoCRM: expected “Lunch”")
    assert difference.endswith("seen nothing")


def test_an_entry_that_differs_is_told_with_what_is_seen() -> None:
    other = replace(LUNCH, location="Pier 4")
    (difference,) = differences(STORY, STORY.steps[0], calendars(ann_outlook=[LUNCH], ann_espo=[other]))
    assert difference.endswith("at Pier 4")


def test_a_second_copy_is_a_difference() -> None:
    assert differences(STORY, STORY.steps[0], calendars(ann_outlook=[LUNCH, LUNCH], ann_espo=[LUNCH]))


def test_a_copy_at_a_colleague_is_a_difference() -> None:
    seen = calendars(ann_outlook=[LUNCH], ann_espo=[LUNCH], ben_espo=[LUNCH])
    (difference,) = differences(STORY, STORY.steps[0], seen)
    assert difference.startswith("Ben Okafor's EspoCRM: expected nothing")


def test_an_invited_colleague_has_to_have_the_copy() -> None:
    step = replace(STORY.steps[0], copies={BEN: LUNCH})
    (difference,) = differences(STORY, step, calendars(ann_outlook=[LUNCH], ann_espo=[LUNCH]))
    assert difference.startswith("Ben Okafor's Outlook: expected “Lunch”")


def test_an_entry_that_belongs_to_no_story_is_a_stray() -> None:
    stray = Entry("Dinner", at(DAY, 19))
    seen = calendars(ann_outlook=[LUNCH], ann_espo=[LUNCH], cleo_outlook=[stray])
    assert everywhere([STORY], seen) == (f"{CLEO.name}'s Outlook: expected nothing else; seen {stray}",)
