"""docs/topics.md: the one list of topics, as a table for people."""

from contracts.topics import TOPICS
from tools.docs.tables import table

_HEAD = """# Topics

Made from `libs/contracts/topics.py` by `make docs`. `tandem topics` creates them, and no client ever does. Each
has one writer. What is in a message is told by `docs/asyncapi/`, one document for each service.

"""

_HOURS_A_DAY = 24


def page() -> str:
    """Write the page."""
    rows = [
        [
            f"`{topic.name}`",
            topic.key,
            topic.writer,
            ", ".join(topic.readers),
            str(topic.partitions),
            "compacted" if topic.config.get("cleanup.policy") == "compact" else _days(topic.retention_hours),
            topic.meaning,
        ]
        for topic in TOPICS
    ]
    return _HEAD + table(["topic", "key", "written by", "read by", "partitions", "kept", "meaning"], rows)


def _days(hours: int) -> str:
    return f"{hours // _HOURS_A_DAY} days"
