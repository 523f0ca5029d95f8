"""What `make bench` tells of the requests that the product made."""

from tools.bench.sides import Asked, Requests

REQUESTS = Requests(
    graph=[
        Asked("GET", "/v1.0/users/ann/calendarView/delta", 1.0, carried_out=True),
        Asked("POST", "/v1.0/users/ann/events", 2.0, carried_out=True),
        Asked("POST", "/v1.0/users/ann/events", 3.0, carried_out=False),
    ],
    espo=[Asked("POST", "/api/v1/Meeting", 4.0, carried_out=True)],
)


def test_every_request_of_a_side_counts_whatever_came_of_it() -> None:
    assert (REQUESTS.count("graph"), REQUESTS.count("graph", "POST"), REQUESTS.count("espo")) == (3, 2, 1)


def test_a_request_is_known_by_its_method_and_a_part_of_its_path() -> None:
    assert REQUESTS.count("graph", "GET", "delta") == 1
    assert REQUESTS.count("graph", "GET", "/events") == 0


def test_only_what_was_carried_out_has_its_moment_in_a_rate() -> None:
    assert REQUESTS.moments("graph", "POST", "/events") == [2.0]
