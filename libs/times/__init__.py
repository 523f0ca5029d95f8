"""Zones and spans of time, pure.

Two calendars that each write times in their own way agree on one thing only: the instant. So everything here leads to
or from an aware UTC instant, and whole days stay dates, never converted.
"""
