"""Who takes part in a record, read and written."""

from typing import Any

from contracts.events import Attendee, PersonKind, Reply
from contracts.writes import NewReply, PeopleChange
from espo_connector.fields.attendance import Person, attendees, changed, invited, people_in
from espo_connector.fields.schema import EntityType

USER, CONTACT, LEAD = PersonKind.USER, PersonKind.CONTACT, PersonKind.LEAD
MEETING = EntityType("Meeting", kinds=(USER, CONTACT, LEAD))
VISIT = EntityType("CVisit")

ANNA = Person(USER, "anna", "Anna Berg", ("anna@corp.example",))
BORIS = Person(USER, "boris", "Boris Novak", ("boris@corp.example", "boris@home.example"))
CARL = Person(CONTACT, "carl", "Carl Kunde", ("carl@client.example",))
LEE = Person(LEAD, "lee", "Lee Prospect", ("lee@prospect.example",))
EVERYONE = {person.key: person for person in (ANNA, BORIS, CARL, LEE)}


def record(**attributes: Any) -> dict[str, Any]:
    return {
        "assignedUserId": "anna",
        "usersIds": ["anna", "boris"],
        "usersColumns": {"anna": {"status": "Accepted"}, "boris": {"status": "Tentative"}},
        "contactsIds": ["carl"],
        "contactsColumns": {"carl": {"status": "Declined"}},
        "leadsIds": [],
        **attributes,
    }


def addresses(**attributes: Any) -> list[str]:
    return [attendee.address for attendee in attendees(record(**attributes), MEETING, EVERYONE, "api")]


def test_the_owner_is_not_one_of_the_people() -> None:
    assert addresses() == ["boris@corp.example", "carl@client.example"]


def test_an_attendee_has_his_reply_his_kind_and_his_other_addresses() -> None:
    boris, _ = attendees(record(), MEETING, EVERYONE, "api")
    assert boris == Attendee(
        address="boris@corp.example",
        name="Boris Novak",
        reply=Reply.TENTATIVE,
        kind=USER,
        aliases=("boris@home.example",),
        user="boris",
    )


def test_a_reply_that_espocrm_stored_without_understanding_it_counts_as_none() -> None:
    _, carl = attendees(record(contactsColumns={"carl": {"status": "Bogus"}}), MEETING, EVERYONE, "api")
    assert carl.reply is Reply.NONE


def test_our_own_api_user_is_not_one_of_the_people() -> None:
    robot = Person(USER, "api", "Connector", ("robot@corp.example",))
    found = attendees(record(usersIds=["anna", "api"]), MEETING, {**EVERYONE, robot.key: robot}, "api")
    assert [attendee.address for attendee in found] == ["carl@client.example"]


def test_a_person_without_an_address_is_left_out() -> None:
    nameless = Person(CONTACT, "carl")
    found = attendees(record(), MEETING, {**EVERYONE, nameless.key: nameless}, "api")
    assert [attendee.address for attendee in found] == ["boris@corp.example"]


def test_a_contact_with_the_owners_address_is_the_owner() -> None:
    anna_as_contact = Person(CONTACT, "carl", "Anna Berg", ("anna@corp.example",))
    found = attendees(record(), MEETING, {**EVERYONE, anna_as_contact.key: anna_as_contact}, "api")
    assert [attendee.address for attendee in found] == ["boris@corp.example"]


def test_one_address_on_two_records_is_one_attendee_and_the_user_counts() -> None:
    boris_as_contact = Person(CONTACT, "carl", "Boris", ("boris@home.example",))
    found = attendees(record(), MEETING, {**EVERYONE, boris_as_contact.key: boris_as_contact}, "api")
    assert [(attendee.kind, attendee.reply) for attendee in found] == [(USER, Reply.TENTATIVE)]


def test_a_record_of_its_owner_alone_asks_for_nobody() -> None:
    assert people_in(record(usersIds=["anna"], contactsIds=[]), MEETING) == []


def test_the_order_in_which_espocrm_lists_ids_does_not_matter() -> None:
    assert addresses(usersIds=["boris", "anna"]) == addresses()


def test_a_new_record_has_its_owner_accepted_and_every_guest_with_his_reply() -> None:
    assert invited("anna", [(BORIS, Reply.NONE), (CARL, Reply.ACCEPTED)], MEETING) == {
        "usersIds": ["anna", "boris"],
        "usersColumns": {"anna": {"status": "Accepted"}, "boris": {"status": "None"}},
        "contactsIds": ["carl"],
        "contactsColumns": {"carl": {"status": "Accepted"}},
    }


def test_a_guest_whom_two_addresses_mean_is_invited_once() -> None:
    assert invited("anna", [(BORIS, Reply.NONE), (BORIS, Reply.NONE)], MEETING)["usersIds"] == ["anna", "boris"]


def test_an_owner_among_the_guests_stays_accepted() -> None:
    assert invited("anna", [(ANNA, Reply.NONE)], MEETING)["usersColumns"] == {"anna": {"status": "Accepted"}}


def test_a_type_without_attendees_gets_none() -> None:
    assert invited("anna", [(BORIS, Reply.NONE)], VISIT) == {}


def test_somebody_added_comes_in_a_whole_list_with_a_column_of_his_own() -> None:
    change = PeopleChange(add=(Attendee(address="lee@prospect.example", reply=Reply.ACCEPTED),))
    assert changed(record(), MEETING, change, EVERYONE, {"lee@prospect.example": LEE}) == {
        "leadsIds": ["lee"],
        "leadsColumns": {"lee": {"status": "Accepted"}},
    }


def test_adding_somebody_who_is_there_changes_nothing() -> None:
    change = PeopleChange(add=(Attendee(address="boris@corp.example"),))
    assert changed(record(), MEETING, change, EVERYONE, {"boris@corp.example": BORIS}) == {}


def test_somebody_is_removed_under_any_of_his_addresses_and_the_others_stay() -> None:
    change = PeopleChange(remove=("boris@home.example",))
    assert changed(record(), MEETING, change, EVERYONE, {}) == {"usersIds": ["anna"]}


def test_the_owner_is_never_removed() -> None:
    assert changed(record(), MEETING, PeopleChange(remove=("anna@corp.example",)), EVERYONE, {}) == {}


def test_a_reply_is_written_for_him_who_gave_it_and_no_one_else() -> None:
    change = PeopleChange(replies=(NewReply(address="carl@client.example", reply=Reply.ACCEPTED),))
    assert changed(record(), MEETING, change, EVERYONE, {}) == {"contactsColumns": {"carl": {"status": "Accepted"}}}


def test_a_reply_that_stands_already_is_not_written() -> None:
    change = PeopleChange(replies=(NewReply(address="carl@client.example", reply=Reply.DECLINED),))
    assert changed(record(), MEETING, change, EVERYONE, {}) == {}


def test_ids_that_espocrm_lists_twice_are_sent_once_because_it_fails_on_them() -> None:
    change = PeopleChange(remove=("boris@corp.example",))
    doubled = record(usersIds=["anna", "anna", "boris"])
    assert changed(doubled, MEETING, change, EVERYONE, {}) == {"usersIds": ["anna"]}


def test_the_answer_of_somebody_who_was_listed_meanwhile_is_written() -> None:
    change = PeopleChange(add=(Attendee(address="boris@corp.example", reply=Reply.DECLINED),))
    assert changed(record(), MEETING, change, EVERYONE, {"boris@corp.example": BORIS}) == {
        "usersColumns": {"boris": {"status": "Declined"}}
    }
