"""The way from a committed transaction to the bus."""
