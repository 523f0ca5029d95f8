"""Being notified by Graph: keeping it at it, and knowing which feed it speaks of."""
