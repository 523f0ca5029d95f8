r"""What Exchange does to an event's text: every body is kept as HTML, re-wrapped and cleaned, with `\r\n` line ends.

A client that compares the body it wrote with the body it reads back sees a difference every time; this module makes that
happen. It also holds the Teams join block, whose presence in the body keeps an online meeting online
(Microsoft Graph v1.0 documentation, "Update event": body of online meetings).
"""

import html
import re
from html.parser import HTMLParser

_HEAD = (
    '<html>\r\n<head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n</head>\r\n<body>\r\n'
)
_TAIL = "\r\n</body>\r\n</html>\r\n"
_INSIDE = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL | re.IGNORECASE)
_UNSAFE = re.compile(r"<(script|style|head|iframe|object)\b.*?</\1\s*>|</?html[^>]*>", re.DOTALL | re.IGNORECASE)
_LINE_END = re.compile(r"\r\n|\r|\n")
_SPACE = re.compile(r"\s+")
_BLOCKS = frozenset({"p", "div", "li", "tr", "h1", "h2", "h3", "h4", "ul", "ol", "table", "blockquote"})
_PREVIEW = 255
_RULE = "_" * 80


def kept(content: str, content_type: str) -> str:
    """Rewrite a body as Exchange keeps it. `content_type` is `text` or `html`; an empty body stays empty."""
    if not content:
        return ""
    if content_type == "text":
        inside = _LINE_END.sub("<br>\r\n", html.escape(content, quote=False))
    else:
        found = _INSIDE.search(content)
        inside = _LINE_END.sub("\r\n", _UNSAFE.sub("", found.group(1) if found else content))
    return _HEAD + inside.strip("\r\n") + _TAIL


def plain(kept_html: str) -> str:
    r"""Render a kept body as text: blocks and `<br>` end lines with `\r\n`, entities resolved."""
    inside = kept_html.removeprefix(_HEAD).removesuffix(_TAIL)
    if "<" not in inside:
        return html.unescape(_SPACE.sub(" ", inside)).strip()
    reader = _TextReader()
    reader.feed(inside)
    reader.close()
    return reader.text()


def preview(text: str) -> str:
    """Cut the first 255 characters, as `bodyPreview` does."""
    return text[:_PREVIEW]


def with_join_block(kept_html: str, join_url: str, conference_id: str) -> str:
    """Append the Teams join block to a kept body."""
    inside = kept_html.removesuffix(_TAIL) if kept_html else _HEAD
    return inside + _join_block(join_url, conference_id) + _TAIL


def has_join_block(kept_html: str, join_url: str) -> bool:
    """Tell whether the join block of this meeting is still in the body."""
    return "me-email-text" in kept_html and (join_url in kept_html or html.escape(join_url) in kept_html)


def _join_block(join_url: str, conference_id: str) -> str:
    return "\r\n".join(
        (
            f'<div style="width:100%; height:20px"><span style="white-space:nowrap; color:gray">{_RULE}</span></div>',
            '<div class="me-email-text" style="color:#252424; font-family:\'Segoe UI\',sans-serif">',
            f'<div><a class="me-email-headline" href="{join_url}" target="_blank">Join Microsoft Teams Meeting</a></div>',
            f"<div><span>Conference ID: {conference_id}#</span></div>",
            "</div>",
        ),
    )


class _TextReader(HTMLParser):
    """Collects the text of HTML, one line a block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines = [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag == "br":
            self._lines.append("")
        elif tag in _BLOCKS:
            self._end_line()

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_line()

    def handle_data(self, data: str) -> None:
        text = _SPACE.sub(" ", data)
        self._lines[-1] += text if self._lines[-1] else text.lstrip()

    def text(self) -> str:
        return "\r\n".join(line.rstrip() for line in self._lines).strip()

    def _end_line(self) -> None:
        if self._lines[-1].strip():
            self._lines.append("")
