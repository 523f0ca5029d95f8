"""The Teams invitation in a body: hidden when reading, kept when writing."""

import pytest

from outlook_connector.fields.teams_block import description_of_html, description_of_text, has_block, with_description

RULE = f'<div style="width:100%; height:20px"><span style="white-space:nowrap">{"_" * 80}</span>\r\n</div>'
BLOCK = f'{RULE}\r\n<div class="me-email-text"><a class="me-email-headline" href="https://teams.microsoft.com/l/1">Join</a></div>\r\n{RULE}'
PLAIN_RULE = "_" * 80


@pytest.mark.parametrize(
    "body",
    [
        f"<html><head></head><body>\r\n<div>Bring<br>cake</div>\r\n{BLOCK}\r\n</body></html>",
        f"<html><body><div><div>Bring<br>cake</div><div>{BLOCK}</div></div></body></html>",
        f"<body>Bring<br>cake<br>{BLOCK}<div>below</div></body>",
        '<body>Bring<br>cake<div class="me-email-text">________________<br>Microsoft Teams</div></body>',
    ],
)
def test_the_block_is_no_part_of_the_description(body: str) -> None:
    assert description_of_html(body) == "Bring\ncake"


@pytest.mark.parametrize(
    "body",
    [
        f"<html><body>\r\n<div>Old</div>\r\n{BLOCK}\r\n</body></html>",
        f"<html><body><div><div>Old</div><div>Older{BLOCK}</div></div></body></html>",
    ],
)
def test_a_new_description_stands_above_the_block(body: str) -> None:
    written = with_description(body, "New &amp; short")

    assert description_of_html(written) == "New & short"
    assert "Old" not in written
    assert written.count("https://teams.microsoft.com/l/1") == 1
    assert written.count("_" * 80) == 2


def test_a_new_description_twice_is_the_last_one() -> None:
    body = with_description(with_description(f"<body>{BLOCK}</body>", "First"), "Second")

    assert description_of_html(body) == "Second"


def test_a_body_without_a_block_is_replaced() -> None:
    assert with_description("<body>Old</body>", "New") == "New"


def test_in_plain_text_the_block_begins_at_its_rule() -> None:
    assert (
        description_of_text(f"Bring cake\r\n{PLAIN_RULE}\r\nJoin <https://teams.microsoft.com/l/1>\r\n") == "Bring cake"
    )


def test_a_rule_that_people_drew_themselves_is_text() -> None:
    assert description_of_text(f"One\r\n{PLAIN_RULE}\r\nTwo") == f"One\n{PLAIN_RULE}\nTwo"
    assert description_of_html(f"One<br>{PLAIN_RULE}<br>Two") == f"One\n{PLAIN_RULE}\nTwo"


def test_a_block_is_found_where_there_is_one() -> None:
    assert has_block(f"<body>Bring cake{BLOCK}</body>")
    assert not has_block("<body>Bring cake</body>")
