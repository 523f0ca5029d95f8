"""How values become HTML: one Jinja environment, escaping everything, with the words and the formats that templates use."""

from hashlib import sha256
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from console.views import moments, words

STATIC = Path(str(files("console"))) / "static"
HTMX_PACKAGE = "js_lib_htmx"
"""A package that ships htmx's own file, so that none of it stands in this repository."""


def htmx_folder() -> Path:
    """Find the folder that holds `htmx.min.js`, without importing its package, which is made for another framework."""
    spec = find_spec(HTMX_PACKAGE)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"the package {HTMX_PACKAGE} is not installed")
    return Path(spec.origin).parent / "static" / "htmx"


def environment() -> Environment:
    """Make the environment. A name that a page forgot to give is an error, not an empty place."""
    made = Environment(
        loader=PackageLoader("console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(_globals())
    made.filters.update(moment=moments.moment, span=moments.span_of, counted=moments.counted, field=words.field)
    return made


def _globals() -> dict[str, Any]:
    return {
        "stamp": _stamp(),
        "DIRECTIONS": words.DIRECTIONS,
        "WINNERS": words.WINNERS,
        "CONTESTED": words.CONTESTED,
        "PRIVATE": words.PRIVATE,
        "STATES": words.STATES,
        "TONES": words.TONES,
        "SIDES": words.SIDES,
    }


def _stamp() -> str:
    """Tell one release's files from another's, so that browsers may keep them."""
    content = b"".join(path.read_bytes() for path in sorted(STATIC.iterdir()) if path.is_file())
    return sha256(content).hexdigest()[:12]
