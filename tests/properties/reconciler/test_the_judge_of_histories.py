"""What judges the histories of a company is told ends that break a promise, and names each."""

from copy import copy

import pytest

from contracts.events import EventField
from reconciler.core.rules import Direction, Rules, Winner
from support.company import promises
from support.company.company import Company
from support.company.driver import finish
from support.company.systems import Entry

IN_OUTLOOK, BY_ANN_WITH_DORA, TO_BOB = 1, 4, 1


@pytest.fixture(params=[Rules()])
def company(request: pytest.FixtureRequest) -> Company:
    """Ann has planned an event in Outlook with a guest, and it has crossed."""
    company = Company(request.param, keyed=True)
    company.somebody_plans(IN_OUTLOOK, BY_ANN_WITH_DORA)
    company.everything_comes_to_rest()
    return company


def event(company: Company) -> Entry:
    (entry,) = company.outlook.entries.values()
    return entry


def record(company: Company) -> Entry:
    (entry,) = company.espo.entries.values()
    return entry


def edited(company: Company, entry: Entry, field: EventField, value: object) -> None:
    """Somebody edits it, and nobody looks."""
    side = "outlook" if entry is event(company) else "espo"
    company._edit(entry, side, field, value)  # type: ignore[arg-type]  # a test's own value


def test_an_end_without_fault_is_found_good(company: Company) -> None:
    promises.hold(company)


def test_an_edit_that_did_not_cross_is_told(company: Company) -> None:
    edited(company, event(company), "title", "Renamed")

    with pytest.raises(AssertionError, match=r"title of o0 and e0: 'Renamed' in Outlook"):
        promises.hold(company)


def test_an_edit_that_was_written_over_is_told_as_lost(company: Company) -> None:
    before = event(company).event
    edited(company, event(company), "title", "Renamed")
    company.outlook.store(event(company), before, company.now)

    with pytest.raises(AssertionError, match="lost in Outlook: 'Renamed'"):
        promises.hold(company)


def test_a_second_event_in_one_mailbox_is_told(company: Company) -> None:
    company.outlook.entries["o1"] = copy(event(company))

    with pytest.raises(AssertionError, match="twice in one mailbox"):
        promises.hold_always(company)


def test_a_second_record_is_told(company: Company) -> None:
    company.espo.entries["e1"] = copy(record(company))

    with pytest.raises(AssertionError, match="twice in EspoCRM"):
        promises.hold_always(company)


def test_a_removal_that_nobody_asked_for_is_told(company: Company) -> None:
    record(company).removed = True
    company.to_espo.removed.append(record(company))

    with pytest.raises(AssertionError, match="e0 was removed without a reason"):
        promises.hold_always(company)


def test_one_mail_too_many_is_told(company: Company) -> None:
    event(company).mailed["dora@contoso.test"] = company.changes[event(company).story] + 1

    with pytest.raises(AssertionError, match=r"dora@contoso\.test got 2 mails"):
        promises.hold_always(company)


def test_a_quiet_pass_that_writes_is_told(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    def restless(self: Company) -> None:
        self.to_espo.written += 1

    monkeypatch.setattr(Company, "everything_comes_to_rest", restless)

    with pytest.raises(AssertionError, match="a quiet pass wrote something"):
        finish(company)


@pytest.mark.parametrize("company", [Rules(direction=Direction.OUTLOOK_TO_ESPO)], indirect=True)
def test_on_a_way_of_one_direction_what_was_changed_and_changed_back_unseen_need_not_cross(company: Company) -> None:
    before = event(company).event.title
    edited(company, record(company), "title", "Hers")
    promises.hold(company)

    edited(company, event(company), "title", "His")
    edited(company, event(company), "title", before)

    promises.hold(company)


@pytest.mark.parametrize("company", [Rules(direction=Direction.OUTLOOK_TO_ESPO)], indirect=True)
def test_on_a_way_of_one_direction_what_was_changed_and_stayed_must_cross(company: Company) -> None:
    edited(company, record(company), "title", "Hers")
    promises.hold(company)

    edited(company, event(company), "title", "His")

    with pytest.raises(AssertionError, match="'His' in Outlook, 'Hers' in EspoCRM"):
        promises.hold(company)


@pytest.mark.parametrize("company", [Rules(winner=Winner.ESPO)], indirect=True)
def test_the_later_edit_must_stand_on_the_side_that_wins(company: Company) -> None:
    edited(company, event(company), "title", "His")
    edited(company, record(company), "title", "Hers")
    company.espo.store(record(company), event(company).event, company.now)

    with pytest.raises(AssertionError, match="'Hers' came later, on the side that wins"):
        promises.hold(company)


@pytest.mark.parametrize("company", [Rules(winner=Winner.ESPO)], indirect=True)
def test_of_two_edits_either_may_stand_where_the_later_one_is_not_on_the_side_that_wins(company: Company) -> None:
    edited(company, record(company), "title", "Hers")
    edited(company, event(company), "title", "His")
    company.espo.store(record(company), event(company).event, company.now)

    promises.hold(company)


def test_an_edit_that_left_with_the_old_owners_event_is_told_unless_it_was_kept(company: Company) -> None:
    old = event(company)
    company.the_record_changes_hands(0, TO_BOB)
    company.everything_comes_to_rest()
    assert old.removed

    company.last_edits[old.id, "title"] = (company.now, "Unheard")
    with pytest.raises(AssertionError, match="title of o0: 'Unheard' went without a trace"):
        promises.hold(company)

    company.office.kept.append((old.id, "title", "Unheard"))
    promises.hold(company)


def test_of_an_edit_whose_author_removed_the_event_himself_nothing_is_told(company: Company) -> None:
    old = event(company)
    company.the_record_changes_hands(0, TO_BOB)
    company.everything_comes_to_rest()
    old.by_hand = True

    company.last_edits[old.id, "title"] = (company.now, "Unheard")

    promises.hold(company)
