"""Plain text and HTML, because an event's description is plain text and Outlook keeps bodies as HTML. Pure.

One conversion serves every answer of Graph. Were some read as Graph's own plain text and others as ours, the same
body would look like two contents, and each would pass for an edit. What we wrote must read back as the same text:
`from_html(to_html(t)) == canonical(t)`.
"""

import re
import unicodedata
from html import escape

from selectolax.lexbor import LexborNode

from outlook_connector.fields.page import page_of

_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
_COLLAPSIBLE = re.compile(r"[ \t\r\n\f]+")
_SPACE_THAT_HTML_EATS = re.compile(r"^ |(?<= ) ", re.MULTILINE)
_NBSP = "\xa0"
_TAB_WIDTH = 4

_BLOCK = re.compile(
    "address|article|aside|blockquote|body|center|dd|div|dl|dt|fieldset|footer|form|h[1-6]|header|hr|li|main|nav|ol|p|pre|"
    "section|table|tbody|tfoot|thead|tr|ul"
)
_UNSEEN = frozenset(("head", "script", "style", "title", "template", "-comment"))


def canonical(text: str) -> str:
    r"""Give the one form of a text.

    `\n` between lines, no control characters, no blanks at line ends, no blank lines around it, four blanks' steps
    for tabs.
    """
    text = _LINE_ENDS.sub("\n", text).expandtabs(_TAB_WIDTH).replace(_NBSP, " ")
    seen = "".join(c for c in text if c == "\n" or unicodedata.category(c) != "Cc")
    return "\n".join(line.rstrip() for line in seen.split("\n")).strip("\n")


def to_html(text: str) -> str:
    """Write a text as HTML that shows it as it is, blanks included."""
    lines = escape(canonical(text), quote=False)
    return _SPACE_THAT_HTML_EATS.sub("&nbsp;", lines).replace("\n", "<br>")


def from_html(html: str) -> str:
    """Read the text that an HTML body shows, in canonical form: blocks and `<br>` make lines, other mark-up is dropped.

    Raises UnreadableError as `page_of` does.
    """
    body = page_of(html).body
    return text_of(body) if body is not None else ""


def text_of(node: LexborNode) -> str:
    """Read the text inside one element, in canonical form. However deep it is nested, each node is visited once."""
    page = _Page()
    todo: list[tuple[LexborNode | None, bool]] = [(node, False)]
    while todo:
        current, exactly = todo.pop()
        if current is None:
            page.end_line()
        elif current.tag == "-text":
            page.write(current.text_content or "", exactly=exactly)
        elif current.tag == "br":
            page.break_line()
        elif current.tag not in _UNSEEN:
            is_block = _BLOCK.fullmatch(current.tag or "") is not None
            if is_block:
                page.end_line()
                todo.append((None, exactly))
            exactly = exactly or current.tag == "pre"
            children = list(current.iter(include_text=True))
            todo.extend((child, exactly) for child in reversed(children))
    return canonical(page.text)


class _Page:
    """Lays text out in lines, the way a browser collapses blanks."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line = ""
        self._blank = False

    @property
    def text(self) -> str:
        return "\n".join((*self._lines, self._line))

    def write(self, text: str, *, exactly: bool) -> None:
        if exactly:
            self._line += text
            return
        for index, word in enumerate(_COLLAPSIBLE.split(text)):
            self._blank = self._blank or index > 0
            if word:
                self._line += f" {word}" if self._blank and self._line else word
                self._blank = False

    def break_line(self) -> None:
        self._lines.append(self._line)
        self._line, self._blank = "", False

    def end_line(self) -> None:
        if self._line:
            self.break_line()
        self._blank = False
