import json
import logging

import pytest
import structlog

from bus.telling import correlation, logs


@pytest.fixture(autouse=True)
def _restored() -> object:
    """Leave logging as other tests expect it."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    root.handlers = before
    root.setLevel(level)
    structlog.reset_defaults()


def test_every_line_is_one_json_object_with_the_service_and_the_story(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("demo")
    with correlation.carrying("story"):
        structlog.get_logger("x").info("seen", number=1)
    line = json.loads(capsys.readouterr().err)
    assert (line["service"], line["event"], line["number"], line["correlation_id"]) == ("demo", "seen", 1, "story")


def test_a_library_that_logs_by_the_standard_library_is_brought_into_the_same_form(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("demo")
    logging.getLogger("some.library").warning("look at %s", "this")
    line = json.loads(capsys.readouterr().err)
    assert (line["service"], line["event"], line["level"]) == ("demo", "look at this", "warning")


def test_lines_below_the_level_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("demo", "WARNING")
    structlog.get_logger("x").info("chatter")
    logging.getLogger("aiokafka").info("chatter")
    assert capsys.readouterr().err == ""


def test_a_traceback_shows_no_values_of_variables(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("demo")

    def sign_in(password: str) -> None:
        raise PermissionError(len(password))

    try:
        sign_in("hunter" + str(2))
    except PermissionError:
        structlog.get_logger("x").exception("failed")
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert "hunter2" not in said
