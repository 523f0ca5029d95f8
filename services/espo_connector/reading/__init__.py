"""Reading EspoCRM: feeds from a cursor, and records as changes."""
