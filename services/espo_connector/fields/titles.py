"""Titles that EspoCRM accepts, and back, pure.

EspoCRM refuses a name with `<`, `>` or `=` (its pattern `$noBadCharacters`), one over 255 characters, and an empty one, and
it trims. A subject such as "A <-> B" is common in Outlook. Each forbidden character is therefore stored as its twin from
Unicode's Small Form Variants (U+FE64 to U+FE66), which looks alike and which no keyboard writes, and is read back as
itself: a title that made the journey is equal to the one that set out, and nothing has to be written in return.
"""

LONGEST = 255

_UNTITLED = "(no title)"
_TWINS = str.maketrans("<>=", "\N{SMALL LESS-THAN SIGN}\N{SMALL GREATER-THAN SIGN}\N{SMALL EQUALS SIGN}")
_ORIGINALS = {twin: chr(original) for original, twin in _TWINS.items()}


def accepted(title: str) -> str:
    """Write a title as EspoCRM takes it. What it takes already stays as it is."""
    return title.translate(_TWINS).strip()[:LONGEST].rstrip() or _UNTITLED


def shown(name: str) -> str:
    """Read a record's name as the title that people mean."""
    return "" if name == _UNTITLED else name.translate(_ORIGINALS)
