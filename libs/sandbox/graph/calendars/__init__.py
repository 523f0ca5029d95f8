"""Mailboxes, calendars and events as Exchange keeps them. Pure: no network, no tasks, time only from a clock given."""
