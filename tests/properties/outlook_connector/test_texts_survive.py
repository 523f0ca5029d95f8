"""Whatever is written into a description reads back the same."""

from hypothesis import given
from hypothesis import strategies as st

from outlook_connector.fields.teams_block import description_of_html, with_description
from outlook_connector.fields.text import canonical, from_html, to_html

texts = st.text(st.characters(codec="utf-8") | st.sampled_from(" \n\t\r\xa0<>&;_#"), max_size=60)
BLOCK = '<div class="me-email-text"><a href="https://teams.microsoft.com/l/1">Join</a></div>'
WRAPPER = '<html>\r\n<head>\r\n<meta charset="utf-8">\r\n</head>\r\n<body>\r\n{}\r\n</body>\r\n</html>\r\n'


@given(texts)
def test_a_text_written_as_html_reads_back(text: str) -> None:
    assert from_html(to_html(text)) == canonical(text)


@given(texts)
def test_exchanges_wrapper_changes_nothing(text: str) -> None:
    assert from_html(WRAPPER.format(to_html(text))) == canonical(text)


@given(texts)
def test_the_one_form_of_a_text_is_its_own(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


@given(texts, texts)
def test_a_description_above_a_teams_meeting_reads_back(old: str, new: str) -> None:
    body = with_description(WRAPPER.format(to_html(old) + BLOCK), to_html(new))

    assert description_of_html(body) == canonical(new)
    assert "https://teams.microsoft.com/l/1" in body
