"""Descriptions as text and as HTML."""

import pytest

from outlook_connector.fields.text import canonical, from_html, to_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("one<br>two", "one\ntwo"),
        ("<div>one</div><div><br></div><div>two</div>", "one\n\ntwo"),
        ("<div>one<br></div><div>two</div>", "one\ntwo"),
        (
            '<p class="MsoNormal">one</p>\r\n<p class="MsoNormal">&nbsp;</p>\r\n<p class="MsoNormal">two</p>',
            "one\n\ntwo",
        ),
        ("<p>a <b>bold</b>\r\n word</p>", "a bold word"),
        ("<b>a</b> <i>b</i>", "a b"),
        ("a<b> b</b>", "a b"),
        ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
        ("<table><tr><td>a</td><td> b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<pre>a  b\n  c</pre>d", "a  b\n  c\nd"),
        (
            "<html><head><title>t</title><style>x{}</style></head><body><script>1</script>shown<!-- not --></body></html>",
            "shown",
        ),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("&nbsp; indented", "  indented"),
    ],
)
def test_html_is_read_as_it_is_shown(html: str, text: str) -> None:
    assert from_html(html) == text


def test_deeply_nested_html_is_read() -> None:
    assert from_html("<div>" * 3000 + "deep" + "</div>" * 3000) == "deep"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("  a  \n\n b \n\n", "  a\n\n b"),
        ("a\tb", "a   b"),
        ("a\xa0b\x00c", "a bc"),
    ],
)
def test_a_text_has_one_form(written: str, text: str) -> None:
    assert canonical(written) == text


def test_text_is_written_so_that_nothing_in_it_is_markup() -> None:
    assert to_html("<b> & \n  two  blanks") == "&lt;b&gt; &amp;<br>&nbsp;&nbsp;two &nbsp;blanks"
