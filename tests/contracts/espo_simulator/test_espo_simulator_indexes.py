"""Lists look records up by index: they must find exactly what a look at every record would."""

from hypothesis import given
from hypothesis import strategies as st

from sandbox.espo.records.store import Record, Table

STAMPS = st.sampled_from([f"2026-11-23 12:00:0{second}" for second in range(5)])
USERS = st.sampled_from(["anna", "boris", None])
ADDRESSES = st.sets(st.sampled_from(["a@x.example", "b@x.example", "c@x.example"]))
SAVES = st.lists(st.tuples(st.integers(0, 5), STAMPS, USERS, ADDRESSES, st.booleans()))


def table_after(saves: list[tuple[int, str, str | None, set[str], bool]]) -> Table:
    table = Table()
    for number, stamp, user, addresses, deleted in saves:
        record = table.get(str(number)) or Record("Contact", str(number))
        record.values = {"modifiedAt": stamp, "assignedUserId": user}
        record.emails = [{"emailAddress": each, "lower": each, "primary": False} for each in sorted(addresses)]
        record.deleted = deleted
        table.save(record)
    return table


@given(SAVES, STAMPS)
def test_changes_since_a_moment_come_oldest_first_and_complete(
    saves: list[tuple[int, str, str | None, set[str], bool]], moment: str
) -> None:
    table = table_after(saves)

    expected = sorted((each.values["modifiedAt"], each.id) for each in table.live())
    found = [(each.values["modifiedAt"], each.id) for each in table.modified_since(moment)]

    assert found == [key for key in expected if key[0] >= moment]


@given(SAVES)
def test_records_are_found_by_their_present_assignee(
    saves: list[tuple[int, str, str | None, set[str], bool]],
) -> None:
    table = table_after(saves)

    found = {each.id for each in table.assigned_to(["anna"])}

    assert found == {each.id for each in table.live() if each.values["assignedUserId"] == "anna"}


@given(SAVES)
def test_records_are_found_by_each_present_address_once(
    saves: list[tuple[int, str, str | None, set[str], bool]],
) -> None:
    table = table_after(saves)

    found = sorted(each.id for each in table.with_address(["a@x.example", "b@x.example"]))

    wanted = {"a@x.example", "b@x.example"}
    assert found == sorted(each.id for each in table.live() if wanted & {one["lower"] for one in each.emails})
