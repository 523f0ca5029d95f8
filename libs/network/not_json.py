"""What msgspec raises of bytes that are not the JSON that was expected.

Most of it is an error of its own, but text that is no UTF-8 inside a string, and nesting without end, are Python's
(msgspec 0.22, found by fuzzing).
"""

import msgspec

NOT_JSON = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
