"""Everything Graph: notifications, delta, writes, and the translation between Graph and events.

Stateless: a look or a write carries all that is needed, so any replica can do any work.
"""
