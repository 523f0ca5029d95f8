"""HTML bodies, read only if they are nested as pages are: the parser needs the cube of the depth, and others choose the bodies.

Whoever invites one of us may send 100 kB that are 20,000 elements deep. Chromium nests no deeper than 512.
"""

import re
from collections import Counter

from selectolax.lexbor import LexborHTMLParser

DEEPEST = 5000
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)")
_NEVER_OPEN = frozenset(
    (
        *(
            "area",
            "base",
            "br",
            "col",
            "embed",
            "hr",
            "img",
            "input",
            "link",
            "meta",
            "param",
            "source",
            "track",
            "wbr",
        ),
        *("dd", "dt", "li", "option", "p", "tbody", "td", "tfoot", "th", "thead", "tr"),
    )
)
"""Elements without an end, and those that end where the next one begins (HTML standard, "Optional tags")."""


class UnreadableError(ValueError):
    """Something of an event cannot be read; the text says what, and holds nothing of the event."""


def page_of(html: str) -> LexborHTMLParser:
    """Parse a page. Raises UnreadableError if it is nested deeper than any that people write."""
    if html.count("<") > DEEPEST and _depth(html) > DEEPEST:
        raise UnreadableError(f"the body is nested more than {DEEPEST} elements deep")
    return LexborHTMLParser(html)


def _depth(html: str) -> int:
    """Count how many elements are open at once, at most; an end counts only if it ends something."""
    open_now: Counter[str] = Counter()
    depth = deepest = 0
    for end, name in _TAG.findall(html.lower()):
        if name in _NEVER_OPEN:
            continue
        if not end:
            open_now[name] += 1
            depth += 1
            deepest = max(deepest, depth)
        elif open_now[name]:
            open_now[name] -= 1
            depth -= 1
    return deepest
