"""Kafka for a local run and for tests: one in memory, up in milliseconds, and a real one from Apache's published jars."""
