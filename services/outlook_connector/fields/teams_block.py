"""The invitation to join that Teams puts into the body of an online meeting.

It is no part of the description, and an update of the body that lacks it turns the online meeting off (Graph
documentation, "Update event", body of an online meeting; rule M28). So it is hidden when reading, and kept when
writing.
"""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from outlook_connector.fields.page import page_of
from outlook_connector.fields.text import canonical, text_of

_BLOCK = ".me-email-text"
_RULE = re.compile(r"_{20,}")
_PLAIN_RULE = re.compile(r"^_{20,}[ \t]*\r?$", re.MULTILINE)
_PLAIN_MARK = "teams.microsoft.com"


def description_of_html(html: str) -> str:
    """Read an HTML body as text, down to the Teams block."""
    page = page_of(html)
    start = _start(page)
    if start is not None:
        _remove_from(start)
    return text_of(page.body) if page.body is not None else ""


def description_of_text(text: str) -> str:
    """Read a plain-text body, down to the Teams block."""
    mark = text.rfind(_PLAIN_MARK)
    block = _PLAIN_RULE.search(text) if mark >= 0 else None
    return canonical(text[: block.start()] if block and block.end() <= mark else text)


def has_block(html: str) -> bool:
    """Whether the Teams block is in an HTML body, in a form that we know."""
    return page_of(html).css_first(_BLOCK) is not None


def with_description(html: str, description: str) -> str:
    """Put other HTML above the Teams block of a body; without a block, that HTML is the whole body."""
    page = page_of(html)
    start = _start(page)
    if start is None:
        return description
    _remove_before(start)
    start.insert_before(_element(f"<div>{description}</div>"))
    return page.html or description


def _start(page: LexborHTMLParser) -> LexborNode | None:
    """Find where the block begins: at its element, or at the rule of underscores just above it."""
    block = page.css_first(_BLOCK)
    if block is None:
        return None
    above = block.prev
    while above is not None and above.tag == "-text" and not (above.text_content or "").strip():
        above = above.prev
    is_rule = above is not None and _RULE.fullmatch(above.text(strip=True)) is not None
    return above if is_rule else block


def _remove_from(start: LexborNode) -> None:
    """Remove a node and all that follows it."""
    for node in _lineage(start):
        _remove_all(node, forward=True)
    start.decompose()


def _remove_before(start: LexborNode) -> None:
    """Remove all that comes before a node."""
    for node in _lineage(start):
        _remove_all(node, forward=False)


def _lineage(start: LexborNode) -> list[LexborNode]:
    """Give the node and its ancestors below the body."""
    lineage, node = [start], start.parent
    while node is not None and node.tag not in ("body", "html"):
        lineage.append(node)
        node = node.parent
    return lineage


def _remove_all(node: LexborNode, *, forward: bool) -> None:
    """Remove what stands beside a node, on one side of it."""
    while (beside := node.next if forward else node.prev) is not None:
        beside.decompose()


def _element(html: str) -> LexborNode:
    element = page_of(html).body
    if element is None or element.child is None:
        raise ValueError("no element in this HTML")
    return element.child
