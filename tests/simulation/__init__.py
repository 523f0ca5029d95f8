"""The whole system in one process, from a seed: real handlers and database, simulated systems, a bus that misbehaves."""
