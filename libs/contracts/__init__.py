"""The words on the bus: what services say to each other, and on which topics.

Frozen pydantic models and the standard library only. A message is versioned by its topic's name (`….v1`): a field may be
added with a default, and readers ignore what they do not know, so old messages and rolling deployments keep working.
"""
