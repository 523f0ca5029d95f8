"""How a service meets Kafka.

Every service consumes, publishes, fails, starts and stops in the same way, and that way is written here once. It is the
only place that knows FastStream and aiokafka inside, so that a trap found in either is closed in one place.
"""
