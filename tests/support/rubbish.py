"""What nobody should send: texts, numbers, structures and messages that are wrong in one place."""

import copy
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

_GOLDEN = Path(__file__).parents[1] / "contracts" / "messages" / "golden"

ODD_TEXTS = (
    "", " ", ".", "..", "../..", "%00", "\0", "\r\n", "'", '"', "\\", "{{7*7}}", "<script>", "\u202e", "\U0001f600",
    "0", "-1", "null", "NaN", "9" * 40, "x" * 5_000, "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "9999-12-31",
    "2026-02-30", "Europe/Nowhere", "\uffff", "a@b", "@", "10000-01-01T00:00:00Z",
)  # fmt: skip
ODD_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 2**31, 2**63, 10**400, 1.5, float("inf"), [], {}, [[]], [None], {"": None}, *ODD_TEXTS,
)  # fmt: skip

texts = st.sampled_from(ODD_TEXTS) | st.text(max_size=40)
values = st.sampled_from(ODD_VALUES) | st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)
bodies = (
    st.binary(max_size=200)
    | values.map(lambda value: json.dumps(value).encode())
    | st.integers(1, 50_000).map(lambda depth: b"[" * depth)
    | st.integers(1, 20_000).map(lambda depth: b'{"value":' * depth)
)
"""Bodies of requests: bytes, JSON of any shape, nesting without end."""


def sent(value: Any) -> bytes:
    """A value as the body of a request."""
    return json.dumps(value).encode()


def golden(*kinds: str) -> list[dict[str, Any]]:
    """Messages that are right, of these kinds or of every kind."""
    read = (json.loads(path.read_text("utf-8")) for path in sorted(_GOLDEN.glob("*.json")))
    return [message for message in read if "kind" in message and (not kinds or message["kind"] in kinds)]


@st.composite
def nearly_right(draw: st.DrawFn, messages: Sequence[Any]) -> Any:
    """A message that is wrong in one or a few places."""
    message = copy.deepcopy(draw(st.sampled_from(messages)))
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(message))
        holder, key = draw(st.sampled_from(places))
        holder[key] = copy.deepcopy(draw(values))
    return message


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield value, key
        yield from _places(inner)
