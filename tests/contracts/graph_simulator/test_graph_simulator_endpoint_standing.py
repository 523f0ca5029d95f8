"""How slow endpoints are judged."""

from sandbox.graph.notices.endpoint import Endpoint, Standing


def judged(*took: float, judged_from: int = 10) -> Endpoint:
    endpoint = Endpoint(slow_after=3.0, drop_after=10.0, judged_from=judged_from)
    for seconds in took:
        endpoint.answered(now=100.0, took=seconds)
    return endpoint


def test_an_endpoint_that_answers_in_time_is_served() -> None:
    assert judged(*[0.1] * 100).standing(100.0) is Standing.FINE


def test_a_tenth_of_slow_answers_is_forgiven_and_more_is_not() -> None:
    assert judged(*[0.1] * 18, 4.0, 4.0).standing(100.0) is Standing.FINE
    assert judged(*[0.1] * 17, 4.0, 4.0, 4.0).standing(100.0) is Standing.SLOW


def test_far_too_slow_answers_have_notifications_dropped() -> None:
    assert judged(*[0.1] * 16, *[11.0] * 4).standing(100.0) is Standing.DROPPED


def test_after_ten_minutes_an_endpoint_is_served_again() -> None:
    endpoint = judged(*[11.0] * 10)
    assert endpoint.clears_in(100.0) == 600.0
    assert endpoint.standing(699.0) is Standing.DROPPED
    assert endpoint.standing(700.0) is Standing.FINE


def test_answers_older_than_ten_minutes_no_longer_count() -> None:
    endpoint = judged(*[4.0] * 9)
    endpoint.answered(now=701.0, took=0.1)
    assert endpoint.standing(701.0) is Standing.FINE


def test_a_few_answers_are_no_ground_for_judgement() -> None:
    assert judged(4.0, 4.0).standing(100.0) is Standing.FINE
    assert judged(4.0, 4.0, judged_from=1).standing(100.0) is Standing.SLOW
