"""Everything Graph: notifications, delta, writes, and the translation between Graph and events."""
